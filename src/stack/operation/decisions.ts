/**
 * What people decide about components that failed for good: the contract between workflows, client and CLI. Pure.
 *
 * @module
 */
import type { OperationState } from './operation-types.js';
import { bytesOf, inPieces, maximumPieceBytes } from './payloads.js';
import type { Plan, PlannedComponent } from '../plan/plan-types.js';

/** Type of the failure by which an install refuses a decision; its message says why. */
export const decisionRefusedType = 'DecisionRefused';

/** What becomes of a component that waits for a decision, or of the whole install. */
export type Decision =
  | {
      readonly decision: 'retry';
      readonly component: string;
      /** What is tried instead of what failed; the same once more if left out. */
      readonly plan?: Replanned;
    }
  | { readonly decision: 'skip'; readonly component: string }
  /** Nothing new is started; what runs finishes. */
  | { readonly decision: 'abort' };

/** A new plan for one component, and the plan of the stack that it is from. */
export interface Replanned {
  readonly stack: string;
  readonly namespace: string;
  readonly component: PlannedComponent;
  /** Left out, what needs the component is proven once more by the next install. */
  readonly outline?: PlanOutline;
}

/** Digests of each component of a plan and of its dependencies, by name. */
export type PlanOutline = Readonly<Record<string, Pick<PlannedComponent, 'digest' | 'dependenciesDigest'>>>;

/** A part of a plan that can travel: one component, and the outline of the whole. Undefined if it is not part of it. */
export function replan({ stack, namespace, components }: Plan, name: string): Replanned | undefined {
  const component = components.find((each) => each.name === name);
  const outline = Object.fromEntries(
    components.map((each) => [
      each.name,
      {
        digest: each.digest,
        ...(each.dependenciesDigest === undefined ? {} : { dependenciesDigest: each.dependenciesDigest }),
      },
    ]),
  );
  return component && { stack, namespace, component, outline };
}

/** A decision as the update takes it: followed by its outline, in pieces, if that does not fit into the same payload. */
export type DecisionArguments = [decision: Decision, ...outline: PlanOutline[]];

/** A decision made fit to travel. */
export function decisionArguments(decision: Decision): DecisionArguments {
  if (decision.decision !== 'retry' || decision.plan?.outline === undefined) return [decision];
  if (bytesOf(decision) <= maximumPieceBytes) return [decision];
  const { outline, ...plan } = decision.plan;
  return [
    { ...decision, plan },
    ...inPieces(Object.entries(outline)).map((piece) => Object.fromEntries(piece)),
  ];
}

/** The decision that came as such arguments. */
export function wholeDecision(...[decision, ...outline]: DecisionArguments): Decision {
  if (outline.length === 0 || decision.decision !== 'retry' || decision.plan === undefined) return decision;
  return { ...decision, plan: { ...decision.plan, outline: Object.assign({}, ...outline) } };
}

/** What came of a decision that was taken. */
export interface TakenDecision {
  /** True if a component is tried again as another plan says than the one that failed. */
  readonly changed: boolean;
}

/** The commands by which people decide about one component. */
export interface DecisionCommands {
  readonly retry: string;
  readonly skip: string;
  readonly abort: string;
}

/**
 * The commands as they are typed.
 *
 * @param options - of the stack and cluster that are meant, with a space before each; none for the default ones
 * @example decisionCommands('kafka', ' -f mine.yaml').retry // 'bigdata retry kafka -f mine.yaml'
 */
export function decisionCommands(component: string, options = ''): DecisionCommands {
  return {
    retry: `bigdata retry ${component}${options}`,
    skip: `bigdata skip ${component}${options}`,
    abort: `bigdata abort${options}`,
  };
}

/** Names of the components that wait for a decision. */
export function undecided({ components }: OperationState): string[] {
  return components.filter(({ phase }) => phase === 'deciding').map(({ name }) => name);
}
