/** @module */
import type { OperationState } from '../../stack/operation/operation-types.js';
import type { Step } from './step.js';

/** Shows people what happens: on a terminal, or as lines. */
export interface Progress {
  /** Runs the steps and shows how far each is. @throws the first failure */
  steps(steps: readonly Step[]): Promise<void>;
  /** Shows an operation until its snapshots end. */
  operation(title: string, snapshots: AsyncIterable<OperationState>): Promise<void>;
  /** One line that stays. */
  note(text: string): void;
}
