/**
 * The state of one component's workflow: answers the query `componentState`, shows in the Web UI, ends as result.
 *
 * @module
 */
import {
  ActivityFailure,
  TemporalFailure,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { componentStateQuery } from '../stack/operation/messages.js';
import type { Cause, ComponentState, Phase, ProvenCheck } from '../stack/operation/operation-types.js';
import { describePhase, isLost, isUntried } from '../stack/operation/phases.js';
import { causeOf, componentFailed } from './failures.js';

/** Where a component stands. */
export class ComponentProgress {
  #state: ComponentState;
  readonly #started = Date.now();

  constructor(name: string, phase: Phase) {
    this.#state = { name, phase, unchanged: false, milliseconds: 0, checks: [] };
    this.#show();
    setHandler(componentStateQuery, () => this.state);
  }

  get state(): ComponentState {
    return this.#state;
  }

  /** Enters a phase; the detail says what it is about, e.g. the check's name. */
  enter(phase: Phase, detail?: string): void {
    this.#change({ phase }, detail);
  }

  /** Says what the phase is about now. */
  tell(detail: string): void {
    this.#change({}, detail);
  }

  /** Remembers a check that passed. */
  prove(check: ProvenCheck): void {
    this.#change({ checks: [...this.#state.checks, check] });
  }

  /** Remembers what a person should know although nothing failed by it. */
  note(text: string): void {
    this.#change({ notes: [...(this.#state.notes ?? []), text] }, this.#state.detail);
  }

  /** Ends well. */
  end(
    phase: 'proven' | 'installed' | 'removed',
    how: {
      readonly unchanged?: boolean;
      readonly checks?: readonly ProvenCheck[];
      readonly detail?: string;
      readonly sentinelWritten?: boolean;
    } = {},
  ): void {
    const { unchanged = false, checks = this.#state.checks, detail, sentinelWritten } = how;
    this.#change({ phase, unchanged, checks, ...(sentinelWritten ? { sentinelWritten } : {}) }, detail);
  }

  /** Ends badly. */
  fail(error: TemporalFailure): void {
    const unready = error instanceof ActivityFailure && error.activityType === 'awaitReady';
    const cause = causeOf(error);
    const phase = isUntried(cause) ? 'untried' : 'failed';
    this.#change({ phase, cause, ...(unready ? { unready } : {}) });
  }

  /** Ends badly, as what was proven before. */
  endRolledBack(cause: Cause, checks: readonly ProvenCheck[], detail: string): void {
    this.#change({ phase: 'rolled-back', cause, checks }, detail);
  }

  #change(change: Partial<ComponentState>, detail?: string): void {
    const { detail: _previous, ...state } = this.#state;
    this.#state = {
      ...state,
      ...change,
      milliseconds: Date.now() - this.#started,
      ...(detail === undefined ? {} : { detail }),
    };
    this.#show();
  }

  #show(): void {
    const { detail, checks, cause, notes = [] } = this.#state;
    const lines = [
      `**${describePhase(this.#state)}**${detail === undefined ? '' : `: ${detail}`}`,
      ...checks.map(({ name, proves }) => `- proven by \`${name}\`: ${proves}`),
      ...(cause ? [`- ${cause.type}: ${cause.message}`] : []),
      ...notes.map((note) => `- ${note}`),
    ];
    setCurrentDetails(lines.join('\n'));
  }
}

/**
 * Runs the work of one component's workflow.
 *
 * @throws ApplicationFailure `ComponentFailed` with the state as first detail; CancelledFailure if cancelled
 */
export async function runComponent(
  name: string,
  first: Phase,
  work: (progress: ComponentProgress) => Promise<void>,
): Promise<ComponentState> {
  const progress = new ComponentProgress(name, first);
  try {
    await work(progress);
  } catch (error) {
    if (isCancellation(error)) {
      progress.enter('cancelled');
      throw error;
    }
    // Anything else is a fault in this code: it fails the workflow task, and a corrected worker carries on.
    if (!(error instanceof TemporalFailure)) throw error;
    progress.fail(error);
  }
  const { state } = progress;
  if (isLost(state.phase)) throw componentFailed(state);
  return state;
}
