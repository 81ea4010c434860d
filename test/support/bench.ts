/**
 * A namespace of a real cluster with the activities bound to it, for one test file.
 *
 * @module
 */
import { ApplicationFailure } from '@temporalio/common';
import { expect } from 'vitest';
import type { BecameReady, Inspection, ReleaseReference, Removed } from '../../src/activities/contract.js';
import type { Cause } from '../../src/stack/operation/operation-types.js';
import type { PlannedComponent, Values } from '../../src/stack/plan/plan-types.js';
import { actorComponent } from './actor.js';
import { type RealCluster, dropNamespace, run, useRealCluster } from './real-cluster.js';

/** The stack of all these tests. */
export const stack = 'engine';

export interface Bench {
  readonly real: RealCluster;
  readonly namespace: string;
  /** A component whose chart is the actor's. */
  actor(name: string, values?: Values, change?: Partial<PlannedComponent>): Promise<PlannedComponent>;
  reference(component: PlannedComponent): ReleaseReference;
  /** Gives the revision. */
  apply(component: PlannedComponent): Promise<number>;
  inspect(component: PlannedComponent): Promise<Inspection>;
  ready(component: PlannedComponent): Promise<BecameReady>;
  prove(component: PlannedComponent): Promise<void>;
  remove(component: PlannedComponent, deleteData?: boolean): Promise<Removed>;
  close(): Promise<void>;
}

/** Drops what an earlier run left in the namespace, and makes it anew if told to. */
export async function setUpBench(namespace: string, options: { readonly prepare: boolean }): Promise<Bench> {
  const real = await useRealCluster();
  const { activities } = real;
  await dropNamespace(real.cluster, namespace);
  if (options.prepare) {
    await run(activities.prepareNamespace, { stack, namespace });
  }
  const reference = ({ name, release }: PlannedComponent) => ({ stack, namespace, component: name, release });
  return {
    real,
    namespace,
    actor: (name, values, change) => actorComponent(name, real.image, values, change),
    reference,
    apply: async (component) => {
      for (;;) {
        try {
          return (await run(activities.applyComponent, { stack, namespace, component })).revision;
        } catch (error) {
          // A machine too busy to renew a lease in time: an operation tries again by itself.
          if (!(error instanceof ApplicationFailure) || error.type !== 'LeaseLost') throw error;
        }
      }
    },
    inspect: (component) =>
      run(activities.inspectComponent, { ...reference(component), digest: component.digest }),
    ready: (component) => run(activities.awaitReady, { ...reference(component), timeout: 180_000 }),
    async prove(component) {
      const { digest, version } = component;
      await run(activities.recordProof, { ...reference(component), digest, version, checks: [] });
    },
    async remove(component, deleteData = false) {
      const { claims } = component.data;
      const which = { ...reference(component), ...(claims === undefined ? {} : { claims }) };
      return await run(activities.removeComponent, { ...which, deleteData, timeout: 120_000 });
    },
    async close() {
      await dropNamespace(real.cluster, namespace);
      await real.close();
    },
  };
}

/** How an attempt failed, with its cause for people. */
export interface Failed {
  readonly type: string | null | undefined;
  readonly nonRetryable: boolean | null | undefined;
  readonly message: string;
  readonly cause: Cause;
}

/** The failure that an attempt ends with. */
export async function failureOf(attempt: Promise<unknown>): Promise<Failed> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  const { type, nonRetryable, message, details } = error as ApplicationFailure;
  return { type, nonRetryable, message, cause: details?.[0] as Cause };
}
