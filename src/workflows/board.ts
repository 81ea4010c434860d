/**
 * The state of an operation: answers the query `state`, shows as a table in the Web UI, ends as result.
 *
 * @module
 */
import { CancelledFailure, CancellationScope, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { type CriticalPath, criticalPath, timed } from '../stack/operation/critical-path.js';
import { fitState } from '../stack/operation/fit-state.js';
import { digestsQuery, stateQuery } from '../stack/operation/messages.js';
import type {
  Cause,
  ComponentState,
  LeftObject,
  OperationKind,
  OperationState,
  Phase,
} from '../stack/operation/operation-types.js';
import { maximumPayloadBytes } from '../stack/operation/payloads.js';
import { describePhase, isDone, isSettled, isLost } from '../stack/operation/phases.js';
import type { Plan, PlannedComponent } from '../stack/plan/plan-types.js';
import { stackFailed } from './failures.js';
import { withPendingDecisions, waitsForDecision } from './pending-decisions.js';
import { boardTable } from './table.js';

/** Bytes of an answer to a query, which stands in no history: Temporal takes 2 MB. */
const maximumAnswerBytes = 1_500_000;

/** Where an operation stands, component by component. */
export class Board {
  readonly #components: PlannedComponent[];
  readonly #base: Pick<OperationState, 'operation' | 'stack' | 'namespace' | 'planDigest'>;
  readonly #states: Map<string, ComponentState>;
  readonly #planned: ReadonlySet<string>;
  readonly #start = Date.now();
  readonly #started = new Map<string, number>();
  #left: readonly LeftObject[] | undefined;

  constructor(operation: OperationKind, plan: Plan) {
    const { stack, namespace, digest, components } = plan;
    this.#base = { operation, stack, namespace, planDigest: digest };
    this.#components = [...components];
    this.#planned = new Set(components.map(({ name }) => name));
    this.#states = new Map(components.map(({ name }) => [name, waiting(name)]));
    setHandler(stateQuery, () => fitState(this.state, maximumAnswerBytes));
    setHandler(digestsQuery, () =>
      Object.fromEntries(
        this.#components
          .filter(({ name }) => this.#planned.has(name))
          .map(({ name, digest: own }) => [name, own]),
      ),
    );
    this.#show();
  }

  get components(): readonly PlannedComponent[] {
    return this.#components;
  }

  get state(): OperationState {
    const components = withPendingDecisions([...this.#states.values()], this.#components);
    return {
      ...this.#base,
      components,
      ...(waitsForDecision(components) ? { waitsForDecision: true } : {}),
      ...(this.#left === undefined ? {} : { left: this.#left }),
    };
  }

  /** Takes in components that the plan does not have; the detail says what they wait for. */
  add(components: readonly PlannedComponent[], detail?: string): void {
    this.#components.push(...components);
    for (const { name } of components)
      this.#states.set(name, { ...waiting(name), ...(detail === undefined ? {} : { detail }) });
    this.#show();
  }

  /** From now on this component is to become what another plan says. */
  replan(component: PlannedComponent): void {
    const index = this.#components.findIndex(({ name }) => name === component.name);
    this.#components[index] = component;
  }

  /** The plan of a component; undefined if it is no part of the operation. */
  planned(name: string): PlannedComponent | undefined {
    return this.#components.find((component) => component.name === name);
  }

  /** Undefined if it is no part of the operation. */
  phase(name: string): Phase | undefined {
    return this.#states.get(name)?.phase;
  }

  /** True if all of them ended well. */
  allDone(names: readonly string[]): boolean {
    return names.every((name) => isDone(this.#state(name).phase));
  }

  /** The first of them that will not end well. */
  firstLost(names: readonly string[]): ComponentState | undefined {
    return names.map((name) => this.#state(name)).find(({ phase }) => isLost(phase));
  }

  /** Its workflow starts now, perhaps once more. */
  begin(name: string, phase: Phase): void {
    this.#started.set(name, Date.now());
    this.settle({ ...waiting(name), phase });
  }

  /** Takes the state in which its workflow ended. */
  settle(state: ComponentState): void {
    const started = this.#started.get(state.name);
    this.#states.set(state.name, {
      ...state,
      ...(started === undefined ? {} : { began: started - this.#start }),
    });
    this.#show();
  }

  /** Ends a component without, or against, its workflow's word. */
  end(name: string, phase: 'failed' | 'blocked' | 'cancelled', cause?: Cause): void {
    this.settle(this.ended(name, phase, cause));
  }

  /** The state of a component that ends now in this way. */
  ended(name: string, phase: Phase, cause?: Cause): ComponentState {
    const started = this.#started.get(name);
    const milliseconds = started === undefined ? 0 : Date.now() - started;
    return { ...this.#state(name), phase, milliseconds, ...(cause ? { cause } : {}) };
  }

  /** What is left in the cluster. */
  leave(left: readonly LeftObject[]): void {
    this.#left = left;
    this.#show();
  }

  /**
   * The final state, as far as it fits into a payload.
   *
   * @throws CancelledFailure if the operation was cancelled; ApplicationFailure `StackFailed` if anything failed
   */
  conclude(): OperationState {
    if (CancellationScope.current().consideredCancelled)
      throw new CancelledFailure('the operation was cancelled');
    const { state } = this;
    const failed =
      state.components.find(({ phase }) => phase === 'failed') ?? this.firstLost([...this.#states.keys()]);
    if (failed)
      throw stackFailed(
        state,
        `${failed.name} ${describePhase(failed)}: ${failed.cause?.message ?? 'without a cause'}`,
      );
    const stuck = state.left?.filter(({ why }) => why === 'stuck') ?? [];
    const [first] = stuck;
    if (first)
      throw stackFailed(
        state,
        `${stuck.length === 1 ? 'an object is' : `${stuck.length} objects are`} stuck, e.g. ${first.kind} ${first.name}: ${first.detail}`,
      );
    return fitState(state, maximumPayloadBytes);
  }

  #state(name: string): ComponentState {
    return this.#states.get(name) ?? waiting(name);
  }

  /** Of an install that has come to its end; other operations go through their components otherwise. */
  #criticalPath(): CriticalPath | undefined {
    const states = [...this.#states.values()];
    const isOver = this.#base.operation === 'install' && states.every(({ phase }) => isSettled(phase));
    return isOver ? criticalPath(timed(states, this.#components)) : undefined;
  }

  #show(): void {
    setCurrentDetails(boardTable(this.state, this.#criticalPath()));
  }
}

function waiting(name: string): ComponentState {
  return { name, phase: 'waiting', unchanged: false, milliseconds: 0, checks: [] };
}
