/** What `awaitReady` says on a real cluster: the cause of what cannot become ready, and patience with what can. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Cause } from '../../src/stack/operation-types.js';
import type { Values } from '../../src/stack/plan-types.js';
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

const stack = 'engine';
const namespace = 'engine-ready';
const narrow = 'engine-narrow';

let real: RealCluster;

beforeAll(async () => {
  real = await useRealCluster();
  for (const name of [namespace, narrow]) {
    await dropNamespace(real.cluster, name);
    await run(real.activities.prepareNamespace, { stack, namespace: name });
  }
});

afterAll(async () => {
  await dropNamespace(real.cluster, namespace);
  await dropNamespace(real.cluster, narrow);
  await real.close();
});

/** Applies and starts waiting. */
async function start(
  release: string,
  values: Values,
  { timeout = 180_000, where = namespace } = {},
): Promise<RunningActivity<{ pods: string }>> {
  const component = await actorComponent(release, real.image, values);
  await run(real.activities.applyComponent, { stack, namespace: where, component });
  return startActivity(real.activities.awaitReady, {
    stack,
    namespace: where,
    component: release,
    release,
    timeout,
  });
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

  it('names an image that is not there', async () => {
    const waiting = await start('image', { image: 'bigdata.local/none:1' });
    const cause = await causeOf(waiting);
    expect(cause).toMatchObject({ type: 'ImagePull', where: `Pod ${namespace}/image-0` });
    expect(cause.message).toContain('bigdata.local/none:1');
  });

  it('names a pod that fits on no node', async () => {
    const cause = await causeOf(await start('unschedulable', { cpu: '1000' }));
    expect(cause).toMatchObject({ type: 'Unschedulable' });
    expect(cause.message).toContain('Insufficient cpu');
  });

  it('names a claim without a class', async () => {
    const cause = await causeOf(await start('claim', { claim: true, storageClass: '-' }));
    expect(cause).toMatchObject({
      type: 'ClaimPending',
      where: `PersistentVolumeClaim ${namespace}/data-claim-0`,
    });
  });

  it('names a class that is not there', async () => {
    const cause = await causeOf(await start('class', { claim: true, storageClass: 'none-such' }));
    expect(cause.type).toBe('ClaimPending');
    expect(cause.message).toContain('none-such');
  });

  it('names a crash loop with its last words, without secrets', async () => {
    const args = ['print', 'token: abc', 'print', 'broker.id is missing', 'exit', '7'];
    const cause = await causeOf(await start('crash', { args, readyAfter: 60 }));
    expect(cause).toMatchObject({ type: 'CrashLoop', details: ['token: …', 'broker.id is missing'] });
    expect(cause.message).toContain('exit code 7');
  });

  it('names a command that is not there', async () => {
    const cause = await causeOf(await start('command', { command: ['/none'] }));
    expect(['CrashLoop', 'ContainerStart']).toContain(cause.type);
    expect(cause.message).toContain('/none');
  });

  it.each([
    ['variable', { secretVariable: 'no-such' }],
    ['volume', { secretVolume: 'no-such' }],
  ])('names a Secret that is missing for a %s', async (kind, values) => {
    const cause = await causeOf(await start(`secret-${kind}`, values));
    expect(cause.type).toBe('ConfigMissing');
    expect(cause.message).toContain('"no-such" not found');
  });

  it('names a ServiceAccount that is missing', async () => {
    const cause = await causeOf(await start('account', { serviceAccount: 'no-such' }));
    expect(cause.type).toBe('ServiceAccountMissing');
    const deployment = await causeOf(
      await start('account-too', { kind: 'Deployment', serviceAccount: 'no-such' }),
    );
    expect(deployment.type).toBe('ServiceAccountMissing');
  });

  it('names a quota, and a policy, that refuse its pods', async () => {
    const path = `/api/v1/namespaces/${narrow}`;
    await applyObject(real.cluster, `${path}/resourcequotas/none`, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none' },
      spec: { hard: { pods: '0' } },
    });
    expect(await causeOf(await start('quota', {}, { where: narrow }))).toMatchObject({
      type: 'QuotaExceeded',
    });
    await applyObject(real.cluster, path, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: narrow, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    expect(await causeOf(await start('policy', {}, { where: narrow }))).toMatchObject({
      type: 'AdmissionDenied',
    });
  });

  it('says what was missing when the time is over', async () => {
    const waiting = await start(
      'late',
      { readyAfter: 600, args: ['print', 'electing', 'stay'] },
      { timeout: 20_000 },
    );
    const cause = await causeOf(waiting);
    expect(cause).toMatchObject({
      type: 'ReadyTimeout',
      message: 'not ready after 20 s: 0/1 pods ready',
      details: ['electing'],
    });
  });

  it('goes on counting where an attempt that was killed stopped', async () => {
    const component = await actorComponent('resumed', real.image, { readyAfter: 600 });
    await run(real.activities.applyComponent, { stack, namespace, component });
    const input = { stack, namespace, component: 'resumed', release: 'resumed', timeout: 3_600_000 };
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

  it('ends when cancelled', async () => {
    const waiting = await start('cancelled', { readyAfter: 600 });
    await vi.waitUntil(() => waiting.heartbeats.length > 1, { timeout: 30_000 });
    waiting.cancel();
    await expect(waiting.result).rejects.toBeInstanceOf(CancelledFailure);
  });
});
