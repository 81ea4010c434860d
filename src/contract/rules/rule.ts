/**
 * Rules of the contract: functions from what a chart makes to what is wrong with it.
 *
 * @module
 */
import type { LoadedComponent } from '../../../src/stack/plan.js';
import type { Rendered } from '../support/objects.js';

/** A component together with what its chart makes. */
export interface Subject {
  readonly component: LoadedComponent;
  readonly objects: readonly Rendered[];
}

/** Every violation, as a sentence that names its place; none if the rule holds. */
export type Rule = (subject: Subject) => string[];
