/**
 * Applying with a real Helm: refusals, and releases that were left in the middle of something.
 *
 * @components none
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KubernetesObject, Pod } from '../../src/kubernetes/api/objects.js';
import { Patch } from '../../src/kubernetes/api/rest.js';
import { type Bench, failureOf, setUpBench, stack } from '../support/bench.js';
import { leavePending } from '../support/pending-release.js';
import { applyObject, readObject, run, startActivity, useRealCluster } from '../support/real-cluster.js';
import { patience } from '../support/patience.js';

const namespace = 'engine-apply';

let bench: Bench;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: true });
});

afterAll(async () => await bench?.close());

describe('applyComponent', () => {
  it('refuses a chart that is not the planned one', async () => {
    const component = await bench.actor('changed', {}, { digest: `sha256:${'0'.repeat(64)}` });
    expect(await failureOf(bench.apply(component))).toMatchObject({
      type: 'ChartChanged',
      nonRetryable: true,
    });
    const missing = await bench.actor('changed', {}, { chart: '/nowhere' });
    expect(await failureOf(bench.apply(missing))).toMatchObject({ type: 'ChartMissing', nonRetryable: true });
  });

  it('refuses values that the chart’s schema refuses', async () => {
    const component = await bench.actor('values', { replicas: 'many' });
    const failure = await failureOf(bench.apply(component));
    expect(failure).toMatchObject({ type: 'ValuesInvalid', nonRetryable: true });
    expect(failure.message).toContain('replicas');
  });

  it('refuses a release and objects of somebody else', async () => {
    const component = await bench.actor('stranger', { replicas: 0 });
    const { chart, values } = component;
    await bench.real.helm.upgradeInstall({
      release: 'stranger',
      namespace,
      chart,
      values,
      labels: { a: 'b' },
      timeout: 60_000,
    });
    expect(await bench.inspect(component)).toMatchObject({ state: 'foreign' });
    expect(await failureOf(bench.apply(component))).toMatchObject({
      type: 'ForeignRelease',
      nonRetryable: true,
    });
    expect(await bench.remove(component, true)).toMatchObject({ wasInstalled: false });
    expect(await bench.real.helm.status({ release: 'stranger', namespace })).toMatchObject({
      status: 'deployed',
    });
    const adopted = { stack, namespace, component, adopt: true } as const;
    expect(await run(bench.real.activities.applyComponent, adopted)).toMatchObject({ revision: 2 });
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-unproven' });
    await bench.remove(component);

    await applyObject(bench.real.cluster, `/api/v1/namespaces/${namespace}/services/squatter`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'squatter', namespace },
      spec: { clusterIP: 'None', selector: { app: 'other' }, ports: [{ port: 80 }] },
    });
    const squatted = await bench.actor('squatter', { replicas: 0 });
    expect(await failureOf(bench.apply(squatted))).toMatchObject({
      type: 'ForeignObject',
      nonRetryable: true,
    });
    const taken = { stack, namespace, component: squatted, adopt: true } as const;
    expect(await run(bench.real.activities.applyComponent, taken)).toMatchObject({ revision: 1 });
    const service = await readObject<KubernetesObject>(
      bench.real.cluster,
      `/api/v1/namespaces/${namespace}/services/squatter`,
    );
    expect(service?.metadata.annotations).toMatchObject({ 'meta.helm.sh/release-name': 'squatter' });
    await bench.remove(squatted);
  });

  describe('while a hook runs', () => {
    it('says why it failed, in its own words', async () => {
      const failing = await bench.actor('hooked', { hook: ['print', 'no table to migrate', 'exit', '3'] });
      const failure = await failureOf(bench.apply(failing));
      expect(failure).toMatchObject({ type: 'HookFailed', nonRetryable: true });
      expect(failure.cause).toMatchObject({
        message: 'the hook’s pod hooked-before failed: no table to migrate',
        where: `Pod ${namespace}/hooked-before`,
        details: ['no table to migrate'],
      });
    });

    it('does not wait for one that can only fail', async () => {
      const failing = await bench.actor('hooked', { hook: ['stay'], hookImage: 'bigdata.local/none:1' });
      const failure = await failureOf(bench.apply(failing));
      expect(failure).toMatchObject({ type: 'ImagePull', nonRetryable: true });
      expect(failure.cause.where).toBe(`Pod ${namespace}/hooked-before`);
    });

    it('waits for as long as it advances, and tells where it hangs', { timeout: 300_000 }, async () => {
      // Longer than a busy node needs to start a pod, and shorter than the hook.
      const timeouts = { ready: 15_000, check: 60_000, remove: 60_000 };
      const words = ['one', 'two', 'three'].flatMap((word) => ['print', word, 'sleep', '6s']);
      const slow = await bench.actor('hooked', { replicas: 0, hook: words }, { timeouts });
      expect(await bench.apply(slow)).toBeGreaterThan(0);
      const hanging = await bench.actor(
        'hooked',
        { replicas: 0, hook: ['print', 'waiting', 'stay'] },
        { timeouts },
      );
      const failure = await failureOf(bench.apply(hanging));
      expect(failure).toMatchObject({ type: 'HookTimeout', nonRetryable: true });
      expect(failure.cause.details).toEqual(['waiting']);
      await bench.remove(slow);
    });

    it('makes it anew only when that of before is gone', async () => {
      const pod = `/api/v1/namespaces/${namespace}/pods/again-before`;
      const { rest } = bench.real.cluster;
      await failureOf(bench.apply(await bench.actor('again', { replicas: 0, hook: ['exit', '3'] })));
      const hold = async (finalizers: readonly string[] | null) =>
        await rest.json({
          method: 'PATCH',
          path: pod,
          contentType: Patch.merge,
          body: { metadata: { finalizers } },
        });
      await hold(['engine.test/held']);
      const right = await bench.actor('again', { replicas: 0, hook: ['print', 'migrated'] });
      let isApplied = false;
      const applying = bench.apply(right).finally(() => (isApplied = true));
      const isGoing = async () =>
        (await readObject<Pod>(bench.real.cluster, pod))?.metadata.deletionTimestamp !== undefined;
      try {
        await vi.waitUntil(isGoing, { timeout: patience });
        await Promise.race([applying, sleep(2_000)]);
        expect(isApplied).toBe(false);
      } finally {
        await hold(null);
      }
      expect(await applying).toBeGreaterThan(0);
      await bench.remove(right);
    });
  });

  it('names a field that cannot be changed', async () => {
    await bench.apply(await bench.actor('fixed', { replicas: 0 }));
    const changed = await bench.actor('fixed', {
      replicas: 0,
      podManagementPolicy: 'OrderedReady',
    });
    expect(await failureOf(bench.apply(changed))).toMatchObject({
      type: 'ImmutableField',
      nonRetryable: true,
    });
    // The failed revision does not stand in the way of a right one.
    const right = await bench.actor('fixed', { replicas: 0 });
    expect(await bench.inspect(right)).toMatchObject({ state: 'different', status: 'failed' });
    await bench.apply(right);
    expect(await bench.inspect(right)).toMatchObject({ state: 'same-unproven' });
    await bench.remove(right);
  });

  it('refuses to make a value smaller with which data would go, until that is accepted', async () => {
    const shrinks = [{ value: 'replicas', loses: 'its files', next: 'Copy them first.' }];
    const sized = (replicas: number, data: object) => bench.actor('sized', { replicas }, { data });
    await bench.apply(await sized(2, { shrinks }));
    expect(await failureOf(bench.apply(await sized(1, { shrinks })))).toMatchObject({
      type: 'DataLoss',
      nonRetryable: true,
      message: `release ${namespace}/sized: replicas goes from 2 to 1, which loses its files; nothing was changed`,
    });
    // The chart's own value is 1.
    const byDefault = await bench.actor('sized', {}, { data: { shrinks } });
    expect(await failureOf(bench.apply(byDefault))).toMatchObject({ type: 'DataLoss' });
    expect(await bench.apply(await sized(3, { shrinks }))).toBe(2);
    expect(await bench.apply(await sized(0, {}))).toBe(3);
    await bench.remove(byDefault);
  });

  it('refuses to go back to a revision with which data would go, until that is accepted', async () => {
    const shrinks = [{ value: 'replicas', loses: 'its files', next: 'Copy them first.' }];
    const small = await bench.actor('back-sized', { replicas: 0 }, { data: { shrinks } });
    await bench.apply(small);
    await bench.apply(await bench.actor('back-sized', { replicas: 1 }, { data: { shrinks } }));
    const back = (data: object) => {
      const input = { ...bench.reference(small), digest: small.digest, revision: 1, data };
      return startActivity(bench.real.activities.rollBackComponent, input).result;
    };
    expect(await failureOf(back({ shrinks }))).toMatchObject({
      type: 'DataLoss',
      nonRetryable: true,
      message: `release ${namespace}/back-sized: replicas goes from 1 to 0, which loses its files; nothing was changed`,
    });
    expect(await back({})).toEqual({ revision: 3 });
    await bench.remove(small);
  });

  it('recovers a first installation that was killed', async () => {
    const hanging = await bench.actor('killed', { hook: ['stay'] });
    await leavePending(bench, hanging);
    expect(await bench.inspect(hanging)).toMatchObject({ state: 'pending', status: 'pending-install' });
    const right = await bench.actor('killed');
    const applying = startActivity(bench.real.activities.applyComponent, {
      stack,
      namespace,
      component: right,
    });
    expect(await applying.result).toEqual({
      revision: 1,
      recovered: 'removed revision 1, left pending-install',
    });
    // The owner was given the time to show that it lives.
    expect(applying.heartbeats.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining(
        'another Helm works on the release (pending-install), started by hand or elsewhere',
      ),
    );
    await bench.ready(right);
  });

  it('recovers an upgrade that was killed', async () => {
    const hanging = await bench.actor('killed', { hook: ['stay'] });
    await leavePending(bench, hanging);
    expect(await bench.inspect(hanging)).toMatchObject({ state: 'pending', status: 'pending-upgrade' });
    const right = await bench.actor('killed', { replicas: 2 });
    const { recovered } = await run(bench.real.activities.applyComponent, {
      stack,
      namespace,
      component: right,
    });
    expect(recovered).toBe('rolled back revision 2, left pending-upgrade, to 1');
    expect(await bench.ready(right)).toEqual({ pods: '2/2 pods ready' });
    await bench.remove(right);
  });

  it('recovers an upgrade that was killed, also when the hook of its rollback fails', async () => {
    // The API server refuses what is named by two moments.
    const jobs = { 'pre-rollback,post-rollback': ['exit', '3'] };
    const first = await bench.actor('stubborn', { replicas: 0, jobs });
    await bench.apply(first);
    await leavePending(bench, await bench.actor('stubborn', { replicas: 0, hook: ['stay'] }));
    const right = await bench.actor('stubborn', { replicas: 0 });
    const { recovered, revision } = await run(bench.real.activities.applyComponent, {
      stack,
      namespace,
      component: right,
    });
    expect(recovered).toBe('rolled back revision 2, left pending-upgrade, to 1');
    expect(revision).toBe(4);
    await bench.remove(right);
  });

  it('respects another Helm that is at work', async () => {
    const slow = await bench.actor('busy', { hook: ['sleep', '2s'] });
    const { chart, values } = slow;
    const other = bench.real.helm.upgradeInstall({
      release: 'busy',
      namespace,
      chart,
      values,
      labels: { 'bigdata.dev/stack': stack },
      timeout: 60_000,
    });
    await vi.waitUntil(async () => (await bench.inspect(slow)).state === 'pending', { timeout: patience });
    const plain = await bench.actor('busy');
    // The other may be as slow as it likes.
    const patient = await useRealCluster({ ownerPatience: 600_000 });
    const applied = await run(patient.activities.applyComponent, { stack, namespace, component: plain });
    await other;
    await patient.close();
    expect(applied).toEqual({ revision: 2 });
    await bench.remove(plain);
  });

  it('stops Helm when cancelled', async () => {
    const hanging = await bench.actor('cancelled', { hook: ['stay'] });
    const applying = startActivity(bench.real.activities.applyComponent, {
      stack,
      namespace,
      component: hanging,
    });
    await vi.waitUntil(
      async () =>
        await readObject(bench.real.cluster, `/api/v1/namespaces/${namespace}/pods/cancelled-before`),
      { timeout: patience },
    );
    applying.cancel();
    await expect(applying.result).rejects.toBeInstanceOf(CancelledFailure);
    await bench.apply(await bench.actor('cancelled'));
    await bench.remove(hanging);
  });
});
