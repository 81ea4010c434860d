/**
 * How `awaitReady` waits on a real cluster: with patience for what can become ready. What cannot: see test/faults/causes.test.ts.
 *
 * @components none
 */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { observeNamespace } from '../../src/kubernetes/releases/namespace-view.js';
import type { Pod } from '../../src/kubernetes/api/objects.js';
import type { Cause } from '../../src/stack/operation/operation-types.js';
import type { Values } from '../../src/stack/plan/plan-types.js';
import { actorComponent } from '../support/actor.js';
import {
  type RealCluster,
  type RunningActivity,
  applyObject,
  dropNamespace,
  run,
  startActivity,
  useRealCluster,
} from '../support/real-cluster.js';
import { patience } from '../support/patience.js';

const stack = 'engine';
const namespace = 'engine-ready';

let real: RealCluster;

beforeAll(async () => {
  real = await useRealCluster();
  await dropNamespace(real.cluster, namespace);
  await run(real.activities.prepareNamespace, { stack, namespace });
});

afterAll(async () => {
  await dropNamespace(real.cluster, namespace);
  await real.close();
});

/** Applies and starts waiting. */
async function start(
  release: string,
  values: Values,
  timeout = 180_000,
): Promise<RunningActivity<{ pods: string }>> {
  const component = await actorComponent(release, real.image, values);
  await run(real.activities.applyComponent, { stack, namespace, component });
  return startActivity(real.activities.awaitReady, {
    stack,
    namespace,
    component: release,
    release,
    timeout,
  });
}

/** Waits, by the watch that the activities share, until a pod has nothing left to do but to become ready. */
async function hasStarted(name: string): Promise<void> {
  const observer = await observeNamespace(real.cluster.rest, namespace, AbortSignal.timeout(60_000));
  const isStarted = ({ metadata, status }: Pod) =>
    metadata.name === name && status?.containerStatuses?.every(({ started }) => started === true) === true;
  try {
    for (;;) {
      const { version } = observer;
      if (observer.view().pods.some(isStarted)) return;
      await observer.changed(version, 60_000);
    }
  } finally {
    observer.close();
  }
}

async function causeOf(waiting: RunningActivity<unknown>): Promise<Cause> {
  const error = await waiting.result.then(
    (value) => value,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect((error as ApplicationFailure).nonRetryable).toBe(true);
  return (error as ApplicationFailure).details?.[0] as Cause;
}

// All at once: each of them mostly waits.
describe.concurrent('awaitReady', () => {
  it('waits for a slow start, and says for what', async () => {
    const waiting = await start('slow', { kind: 'Deployment', readyAfter: 15, replicas: 2 });
    expect(await waiting.result).toEqual({ pods: '2/2 pods ready' });
    expect(waiting.heartbeats.map(({ detail }) => detail)).toContain('0/2 pods ready');
  });

  it('waits longer than its time-out for what advances', async () => {
    const advancing = ['opening', 'reading', 'sorting', 'writing', 'closing'];
    const args = [...advancing.flatMap((word) => ['print', word, 'sleep', '5s']), 'stay'];
    const waiting = await start('advancing', { kind: 'Deployment', readyAfter: 25, args }, 12_000);
    expect(await waiting.result).toEqual({ pods: '1/1 pods ready' });
  });

  it('does not wait for what only tries again', async () => {
    const args = [...Array(12).keys()].flatMap((time) => [
      'print',
      `attempt ${time + 1} failed`,
      'sleep',
      '5s',
    ]);
    const waiting = await start('trying', { kind: 'Deployment', readyAfter: 600, args }, 12_000);
    expect((await causeOf(waiting)).message).toMatch(
      /^not ready after \d+ s, the last \d+ s without progress: 0\/1 pods ready/,
    );
  });

  it.each(['Deployment', 'DaemonSet', 'StatefulSet'])('knows when a %s is ready', async (kind) => {
    const waiting = await start(`ready-${kind.toLowerCase()}`, { kind });
    expect(await waiting.result).toEqual({ pods: '1/1 pods ready' });
  });

  it('waits for a job to end', async () => {
    const waiting = await start('job', { kind: 'Job', args: ['sleep', '2s', 'print', 'done'] });
    expect(await waiting.result).toEqual({ pods: '1/1 pods ready' });
  });

  it('names a job that failed', async () => {
    const waiting = await start('job-failed', { kind: 'Job', args: ['print', 'no table', 'exit', '2'] });
    expect(await causeOf(waiting)).toMatchObject({ type: 'JobFailed', where: `Job ${namespace}/job-failed` });
  });

  it('goes on counting where an attempt that was killed stopped', async () => {
    const component = await actorComponent('resumed', real.image, { readyAfter: 600 });
    await run(real.activities.applyComponent, { stack, namespace, component });
    const input = { stack, namespace, component: 'resumed', release: 'resumed', timeout: 3_600_000 };
    await hasStarted('resumed-0');
    const cause = await causeOf(startActivity(real.activities.awaitReady, input, { spent: 3_598_000 }));
    expect(cause.type).toBe('ReadyTimeout');
  });

  it('heals a StatefulSet whose broken pods stand in the way of their correction', async () => {
    const ordered = { podManagementPolicy: 'OrderedReady', replicas: 2 };
    const broken = await start('healed', { ...ordered, image: 'bigdata.local/none:1' });
    expect((await causeOf(broken)).type).toBe('ImagePull');
    const corrected = await start('healed', ordered);
    expect(await corrected.result).toEqual({ pods: '2/2 pods ready' });
  });

  // The kubelet tries again after 10 s and more: until then, what it said last is out of date.
  it.each(['secretVariable', 'secretVolume'])('waits for a Secret that comes late, as %s', async (use) => {
    const release = `late-${use.toLowerCase()}`;
    const waiting = await start(release, { [use]: release });
    const said = () => waiting.heartbeats.some(({ detail }) => detail?.includes(`"${release}" not found`));
    await vi.waitUntil(said, { timeout: patience });
    const path = `/api/v1/namespaces/${namespace}/secrets/${release}`;
    const metadata = { name: release, namespace };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { value: 'here' } };
    await applyObject(real.cluster, path, secret);
    expect(await waiting.result).toEqual({ pods: '1/1 pods ready' });
  });

  it('is followed, after a failure, by a watch that sees the release heal', async () => {
    const failed = await start('healing', { secretVariable: 'healing' });
    expect((await causeOf(failed)).type).toBe('ConfigMissing');
    const reference = { stack, namespace, component: 'healing', release: 'healing' };
    const watch = startActivity(real.activities.awaitHealed, reference);
    await vi.waitUntil(() => watch.heartbeats.length > 0, { timeout: patience });
    const path = `/api/v1/namespaces/${namespace}/secrets/healing`;
    const metadata = { name: 'healing', namespace };
    await applyObject(real.cluster, path, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { value: 'here' },
    });
    expect(await watch.result).toEqual({ pods: '1/1 pods ready' });
  });

  it('ends when cancelled', async () => {
    const waiting = await start('cancelled', { readyAfter: 600 });
    await vi.waitUntil(() => waiting.heartbeats.length > 1, { timeout: patience });
    waiting.cancel();
    await expect(waiting.result).rejects.toBeInstanceOf(CancelledFailure);
  });
});
