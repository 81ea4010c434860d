/**
 * Injects faults into components on the real cluster, and holds the cause that is told against the one that was injected.
 *
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import { expect } from 'vitest';
import type { Activities } from '../../src/activities/contract.js';
import type { KubernetesObject } from '../../src/kubernetes/api/objects.js';
import type { Cause } from '../../src/stack/operation/operation-types.js';
import type { PlannedComponent, Values } from '../../src/stack/plan/plan-types.js';
import { actorComponent } from '../support/actor.js';
import {
  type RealCluster,
  applyObject,
  dropNamespace,
  run,
  useRealCluster,
} from '../support/real-cluster.js';
import { OutcomeTable } from './table.js';

/** A fault, and the words for it. */
export interface InjectedFault {
  readonly fault: string;
  readonly where: string;
  /** Of the cause. */
  readonly type: string;
  /** In its message, its place, its next step or its last log lines. */
  readonly says: readonly (string | RegExp)[];
  /** Ends as the operation does. */
  inject(): Promise<unknown>;
}

export class CauseBench {
  readonly real: RealCluster;
  readonly stack = 'causes';
  readonly namespace: string;
  readonly #namespaces = new Set<string>();
  readonly #outcomes: OutcomeTable;

  static async open(title: string, namespace: string): Promise<CauseBench> {
    const bench = new CauseBench(title, namespace, await useRealCluster());
    await bench.makeNamespace(namespace);
    return bench;
  }

  private constructor(title: string, namespace: string, real: RealCluster) {
    this.#outcomes = new OutcomeTable(title, 'named');
    this.namespace = namespace;
    this.real = real;
  }

  async close(): Promise<void> {
    this.#outcomes.print();
    await Promise.all([...this.#namespaces].map((name) => dropNamespace(this.real.cluster, name)));
    await this.real.close();
  }

  /** Makes one anew, to be dropped in the end. */
  async makeNamespace(namespace: string): Promise<void> {
    await dropNamespace(this.real.cluster, namespace);
    this.#namespaces.add(namespace);
    await run(this.real.activities.prepareNamespace, { stack: this.stack, namespace });
  }

  /** Creates or changes an object of a collection. */
  async write(
    collection: string,
    object: KubernetesObject & Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await applyObject(this.real.cluster, `${collection}/${object.metadata.name}`, object);
  }

  async apply(
    release: string,
    values: Values,
    options: { namespace?: string; activities?: Activities; change?: Partial<PlannedComponent> } = {},
  ): Promise<void> {
    const { namespace = this.namespace, activities = this.real.activities, change = {} } = options;
    const component = await actorComponent(release, this.real.image, values, change);
    await run(activities.applyComponent, { stack: this.stack, namespace, component });
  }

  /** Applies, and waits until it is ready. */
  async install(
    release: string,
    values: Values,
    { namespace = this.namespace, timeout = 180_000 } = {},
  ): Promise<void> {
    await this.apply(release, values, { namespace });
    const reference = { stack: this.stack, namespace, component: release, release };
    await run(this.real.activities.awaitReady, { ...reference, timeout });
  }

  /** Injects a fault, and asserts by which words it is called. */
  async expectNamed({ fault, where, type, says, inject }: InjectedFault): Promise<void> {
    const started = performance.now();
    const error: unknown = await inject().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const seconds = (performance.now() - started) / 1_000;
    const cause = causeOf(error);
    const words = [cause?.message, cause?.where, ...(cause?.details ?? []), cause?.next].join('\n');
    const missing = says.filter((part) =>
      typeof part === 'string' ? !words.includes(part) : !part.test(words),
    );
    const survived = cause?.type === type && missing.length === 0;
    this.#outcomes.add({ fault, where, survived, seconds });
    expect({ type: cause?.type ?? error, missing }, words).toEqual({ type, missing: [] });
  }
}

/** Of a failure that no retry heals. */
function causeOf(error: unknown): Cause | undefined {
  if (!(error instanceof ApplicationFailure) || error.nonRetryable !== true) return undefined;
  return error.details?.[0] as Cause;
}
