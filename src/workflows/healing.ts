/** @module */
import { CancellationScope, TemporalFailure } from '@temporalio/workflow';
import type { ReadyReference } from '../activities/contract.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import { watching } from './activities.js';
import { readyReferenceOf } from './component-input.js';

/** A watch on a component that failed to get ready, beside the decision about it: what was wrong may go away by itself. */
export class Healing {
  readonly #scope = new CancellationScope();
  readonly #watch: Promise<void>;
  #isHealed = false;

  /** @param ended - called when the watch has ended, however it did */
  constructor(component: PlannedComponent, plan: Pick<Plan, 'stack' | 'namespace'>, ended: () => void) {
    const { stack, namespace } = plan;
    const { name } = component;
    this.#watch = this.#run(readyReferenceOf({ stack, namespace, component }), name).finally(ended);
  }

  get isHealed(): boolean {
    return this.#isHealed;
  }

  /** Ends the watch. */
  async end(): Promise<void> {
    this.#scope.cancel();
    await this.#watch;
  }

  async #run(release: ReadyReference, name: string): Promise<void> {
    try {
      const summary = `watch whether ${name} gets ready after all`;
      await this.#scope.run(() => watching(summary).awaitHealed(release));
      this.#isHealed = true;
    } catch (error) {
      // Without a watch, the decision alone goes on.
      if (!(error instanceof TemporalFailure)) throw error;
    }
  }
}
