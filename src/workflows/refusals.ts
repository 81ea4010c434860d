/**
 * Which decisions make no sense, and why.
 *
 * @module
 */
import type { Decision, Replanned } from '../stack/operation/decisions.js';
import { suggest } from '../stack/files/document/nearest.js';
import type { Phase } from '../stack/operation/operation-types.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import type { Board } from './board.js';
import { isActive, predicateOf } from '../stack/operation/phases.js';

/** What a decision must fit to. */
export interface Situation {
  readonly board: Pick<Board, 'components' | 'planned' | 'phase'>;
  readonly plan: Pick<Plan, 'stack' | 'namespace'>;
  /** Decisions that were taken and are not yet carried out, by component. */
  readonly taken: ReadonlyMap<string, Decision>;
  readonly aborted: boolean;
}

/** Why a decision is refused; undefined if it is taken. It may come from anybody who reaches Temporal, in any shape. */
export function refusalOf(decision: Partial<Decision> | undefined, situation: Situation): string | undefined {
  if (situation.aborted) return 'the install is being aborted already';
  switch (decision?.decision) {
    case 'abort':
      return undefined;
    case 'skip':
      return refusalAbout(decision.component, situation);
    case 'retry':
      return refusalAbout(decision.component, situation) ?? refusalOfPlan(decision, situation);
    default:
      return 'a decision is one of retry, skip and abort';
  }
}

function refusalAbout(name: string | undefined, { board, taken }: Situation): string | undefined {
  if (typeof name !== 'string') return 'it does not say which component is meant';
  const phase = board.phase(name);
  if (phase === undefined) {
    const known = board.components.map((component) => component.name);
    return `there is no component ${name} in this install: ${suggest(name, known)}`;
  }
  if (phase !== 'deciding') return `${name} does not wait for a decision: it ${standing(phase)}`;
  const other = taken.get(name)?.decision;
  return other && `there is a decision about ${name} already: ${other}`;
}

function standing(phase: Phase): string {
  if (phase === 'waiting') return 'waits for its turn';
  if (isActive(phase)) return `is being worked on (${phase})`;
  const endsByItself = phase === 'rolled-back' || phase === 'untried' || phase === 'failed';
  return `${predicateOf(phase)}${endsByItself ? ', and this install does not wait for decisions' : ''}`;
}

function refusalOfPlan(
  { component: name, plan: replanned }: { component?: string; plan?: Replanned },
  { board, plan }: Situation,
): string | undefined {
  const before = name === undefined ? undefined : board.planned(name);
  if (replanned === undefined || before === undefined) return undefined;
  const { stack, namespace, component } = replanned;
  if (stack !== plan.stack || namespace !== plan.namespace) {
    return `the changed plan is for the stack ${stack} in namespace ${namespace}, not for ${plan.stack} in ${plan.namespace}`;
  }
  if (component.name !== before.name || component.release !== before.release) {
    return `the changed plan is one of ${component.name}, not of ${before.name}`;
  }
  if (!sameNames(component.needs, before.needs)) {
    return `the changed plan lets ${before.name} need ${list(component)} instead of ${list(before)}: abort the install and run \`bigdata up\` with it`;
  }
  return undefined;
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}

function list({ needs }: PlannedComponent): string {
  return needs.length === 0 ? 'nothing' : needs.join(', ');
}
