/**
 * Waiting for people's decisions about components that failed for good: takes the update `decide`.
 *
 * @module
 */
import { TemporalFailure, condition, isCancellation, patched, setHandler } from '@temporalio/workflow';
import {
  type Decision,
  type DecisionArguments,
  type Replanned,
  type TakenDecision,
  wholeDecision,
} from '../stack/operation/decisions.js';
import { decideUpdate } from '../stack/operation/messages.js';
import type { Cause, ComponentState, OnFailure, Phase } from '../stack/operation/operation-types.js';
import { isUntried } from '../stack/operation/phases.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import type { Board } from './board.js';
import { causeOf, decisionRefused, failedState } from './failures.js';
import { withChangedDependencies } from './changed-dependencies.js';
import { Healing } from './healing.js';
import { refusalOf } from './refusals.js';

/** Components that are watched beside their decisions: each takes a place of the worker's. */
const mostWatches = 20;

/** Milliseconds after which what could not be tried is tried again: as a rule, others leave soon or not at all. */
const shortestPause = 60_000;
const longestPause = 30 * 60_000;

type AboutComponent = Exclude<Decision, { decision: 'abort' }>;

/** The decisions of one install. */
export class Decisions {
  readonly #board: Board;
  /** Taken, and not yet carried out. */
  readonly #taken = new Map<string, AboutComponent>();
  #aborted = false;
  readonly #plan: Pick<Plan, 'stack' | 'namespace'>;
  #watches = 0;

  constructor(board: Board, plan: Pick<Plan, 'stack' | 'namespace'>) {
    this.#board = board;
    this.#plan = plan;
    setHandler(decideUpdate, (...args: DecisionArguments) => this.#take(wholeDecision(...args)), {
      description: 'decides about a component that failed: retry, skip; or abort for the whole install',
      validator: (...[decision]: DecisionArguments) => {
        const refusal = refusalOf(decision, { board, plan, taken: this.#taken, aborted: this.#aborted });
        if (refusal !== undefined) throw decisionRefused(refusal);
      },
    });
  }

  /** Why nothing new is started any more, once somebody aborted the install. */
  get abortion(): Cause | undefined {
    return this.#aborted
      ? {
          type: 'Aborted',
          message: 'the install was aborted before its turn came',
          next: '`bigdata up` goes on from here',
        }
      : undefined;
  }

  /**
   * Carries a component to its end: one that fails is tried again for as long as people decide so.
   *
   * @returns its state, which is `skipped` if it failed and somebody decided to go on without it
   * @throws the component's failure, if it is not to be waited for or the install was aborted
   */
  async settle(
    component: PlannedComponent,
    first: Phase,
    onFailure: OnFailure,
    attempt: (component: PlannedComponent) => Promise<ComponentState>,
  ): Promise<ComponentState> {
    let planned = component;
    const notes: string[] = [];
    let pause = shortestPause;
    for (;;) {
      try {
        const state = await attempt(planned);
        return notes.length === 0 ? state : { ...state, notes: [...(state.notes ?? []), ...notes] };
      } catch (error) {
        if (onFailure !== 'wait' || this.#aborted) throw error;
        if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
        const { name } = component;
        const failed = failedState(error) ?? this.#board.ended(name, 'failed', causeOf(error));
        this.#board.settle({ ...failed, phase: 'deciding' });
        const since = Date.now();
        const decision = isUntried(failed.cause)
          ? await this.#decisionWithin(name, pause)
          : await this.#decisionAbout(planned, failed);
        pause = Math.min(2 * pause, longestPause);
        if (decision === undefined) throw error;
        if (decision === 'healed')
          notes.push(`healed by itself ${Math.round((Date.now() - since) / 1_000)} s after it had failed`);
        else if (decision !== 'again' && decision.decision === 'skip') return { ...failed, phase: 'skipped' };
        planned = this.#board.planned(name) ?? planned;
        this.#board.begin(name, first);
      }
    }
  }

  /** What somebody decides, unless it is time to try once more before; undefined if the install was aborted. */
  async #decisionWithin(name: string, pause: number): Promise<AboutComponent | 'again' | undefined> {
    const isDecided = await condition(() => this.#aborted || this.#taken.has(name), pause);
    return isDecided ? this.#takeUp(name) : 'again';
  }

  /** The decision about a component, which is carried out now. */
  #takeUp(name: string): AboutComponent | undefined {
    const decision = this.#taken.get(name);
    this.#taken.delete(name);
    return decision;
  }

  /** What somebody decides, unless the component gets ready before; undefined if the install was aborted. */
  async #decisionAbout(
    component: PlannedComponent,
    { unready }: ComponentState,
  ): Promise<AboutComponent | 'healed' | undefined> {
    const { name } = component;
    const isDecided = () => this.#aborted || this.#taken.has(name);
    const healing = unready && patched('healing') ? this.#watch(component) : undefined;
    try {
      await condition(() => isDecided() || healing?.isHealed === true);
    } finally {
      await healing?.end();
    }
    return isDecided() ? this.#takeUp(name) : 'healed';
  }

  /** Watches whether it gets ready after all. */
  #watch(component: PlannedComponent): Healing | undefined {
    if (this.#watches >= mostWatches) return undefined;
    this.#watches++;
    return new Healing(component, this.#plan, () => this.#watches--);
  }

  #take(decision: Decision): TakenDecision {
    if (decision.decision === 'abort') {
      this.#aborted = true;
      return { changed: false };
    }
    this.#taken.set(decision.component, decision);
    const changed = decision.decision === 'retry' && this.#replan(decision.plan);
    return { changed };
  }

  /** True if the component is to become something else than before. */
  #replan(replanned: Replanned | undefined): boolean {
    if (replanned === undefined) return false;
    const { component, outline = {} } = replanned;
    const before = this.#board.planned(component.name);
    const [changed = component, ...dependants] = withChangedDependencies(
      this.#board.components,
      component,
      outline,
    );
    this.#board.replan(changed);
    // Time-outs and checks of its own change nothing for its dependants.
    if (component.digest !== before?.digest) dependants.forEach((each) => this.#board.replan(each));
    return JSON.stringify(changed) !== JSON.stringify(before);
  }
}
