/**
 * What people decide about components that failed for good: the contract between workflows, client and CLI. Pure.
 *
 * @module
 */
import type { OperationState } from './operation-types.js';
import type { PlannedComponent } from './plan-types.js';

/** Name of the update by which a decision reaches a running install. */
export const decisionUpdate = 'decide';

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

/** A new plan for one component, and for whom it was made. */
export interface Replanned {
  readonly stack: string;
  readonly namespace: string;
  readonly component: PlannedComponent;
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
