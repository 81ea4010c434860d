/**
 * States of operations that fit into one payload. Pure.
 *
 * @module
 */
import type { ComponentState, OperationState } from './operation-types.js';
import { bytesOf } from './payloads.js';

/** Causes that are told where there is no room for all: the others are mostly those of the same fault. */
const causesKept = 10;

/** Characters of a cause's message where room is short. */
const longestMessage = 300;

/** Objects that are told to be left where there is no room for all. */
const objectsKept = 10;

/** What is left out first is told elsewhere: facts and proofs by the components' own workflows and in the cluster. */
const omissions: readonly ((state: OperationState) => OperationState)[] = [
  (state) => eachComponent(state, withoutFacts),
  (state) => eachComponent(state, (own) => ({ ...own, checks: [] })),
  (state) => eachComponent(state, withShortCause),
  (state) => ({ ...withFewCauses(state), ...(state.left ? { left: state.left.slice(0, objectsKept) } : {}) }),
];

/**
 * The state without as much of its details as it takes to have at most so many bytes as JSON; marked as `brief` if
 * anything is missing. Names, phases and times of all components stay.
 */
export function fitState(state: OperationState, bytes: number): OperationState {
  let fitting = state;
  for (const omit of omissions) {
    if (bytesOf(fitting) <= bytes) break;
    fitting = { ...omit(fitting), brief: true };
  }
  return fitting;
}

/** The same for one component: its facts give way to the cause of its failure. */
export function fitComponent(state: ComponentState, bytes: number): ComponentState {
  return bytesOf(state) <= bytes ? state : withoutFacts(state);
}

function eachComponent(
  state: OperationState,
  change: (component: ComponentState) => ComponentState,
): OperationState {
  return { ...state, components: state.components.map(change) };
}

function withoutFacts(state: ComponentState): ComponentState {
  return { ...state, checks: state.checks.map((check) => ({ ...check, facts: {} })) };
}

function withShortCause({ detail: _detail, cause, ...state }: ComponentState): ComponentState {
  if (cause === undefined) return state;
  const { type, message } = cause;
  return { ...state, cause: { type, message: message.slice(0, longestMessage) } };
}

/** Those of failures rather than those of what they block. */
function withFewCauses(state: OperationState): OperationState {
  const withCause = state.components.filter(({ cause }) => cause !== undefined);
  const failed = withCause.filter(({ phase }) => phase !== 'blocked');
  const kept = new Set((failed.length > 0 ? failed : withCause).slice(0, causesKept));
  return {
    ...state,
    components: state.components.map((component) => {
      const { cause: _cause, ...rest } = component;
      return kept.has(component) ? component : rest;
    }),
  };
}
