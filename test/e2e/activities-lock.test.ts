/**
 * Who may change a release: leases of the living and of the dead, with a real Helm.
 *
 * @components none
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Applied, RolledBack } from '../../src/activities/contract.js';
import type { Holder } from '../../src/activities/release-lock/holder.js';
import { thisProcess } from '../../src/processes/location.js';
import type { PlannedComponent, Values } from '../../src/stack/plan/plan-types.js';
import { type Bench, failureOf, setUpBench, stack } from '../support/bench.js';
import { leasePath, leavePending, putLease } from '../support/pending-release.js';
import { type RunningActivity, readObject, run, startActivity } from '../support/real-cluster.js';
import { patience } from '../support/patience.js';

const namespace = 'engine-lock';

/** A process that this machine has not, and one that no machine here has. */
let deadHere: Partial<Holder>;
const elsewhere: Partial<Holder> = {
  process: { pid: 1, startTime: '1', bootId: 'another', pidNamespace: 'pid:[1]' },
};

let bench: Bench;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: true });
  const here = await thisProcess();
  if (!here) throw new Error('these tests need /proc');
  deadHere = { process: { ...here, startTime: '0' } };
});

afterAll(async () => await bench?.close());

function startApply(component: PlannedComponent): RunningActivity<Applied> {
  return startActivity(bench.real.activities.applyComponent, { stack, namespace, component });
}

function rollBack(component: PlannedComponent): Promise<RolledBack> {
  const { digest } = component;
  return run(bench.real.activities.rollBackComponent, { ...bench.reference(component), digest, revision: 1 });
}

const told = (activity: RunningActivity<unknown>) =>
  [...new Set(activity.heartbeats.map(({ detail }) => detail ?? ''))].join('\n');

const lease = (release: string) => readObject(bench.real.cluster, leasePath(namespace, release));

const small = (name: string, values: Values = {}) => bench.actor(name, { replicas: 0, ...values });

describe('a release', () => {
  it('is changed by one at a time, the other says for whom it waits, and no lease is left', async () => {
    const slow = startApply(await small('one', { hook: ['sleep', '2s'] }));
    await vi.waitUntil(() => told(slow).includes('helm upgrade'), { timeout: patience });
    expect((await lease('one'))?.metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'bigdata',
      'bigdata.dev/stack': stack,
    });
    const second = startApply(await small('one'));
    expect((await slow.result).revision).toBe(1);
    expect(await second.result).toEqual({ revision: 2 });
    expect(told(second)).toMatch(/waiting for another operation that works on the release: .*worker \d+@/);
    expect(await lease('one')).toBeUndefined();
  });

  it('of another stack that was being installed is refused after the wait', async () => {
    const theirs = startActivity(bench.real.activities.applyComponent, {
      stack: 'theirs',
      namespace,
      component: await small('shared', { hook: ['sleep', '2s'] }),
    });
    await vi.waitUntil(() => told(theirs).includes('helm upgrade'), { timeout: patience });
    const ours = startApply(await small('shared'));
    expect(await failureOf(ours.result)).toMatchObject({ type: 'ForeignRelease', nonRetryable: true });
    expect((await theirs.result).revision).toBe(1);
    await run(bench.real.activities.removeComponent, {
      ...bench.reference(await small('shared')),
      stack: 'theirs',
      deleteData: false,
      timeout: 60_000,
    });
  });

  it('left pending by one who died on this machine is recovered at once', async () => {
    await leavePending(bench, await small('died', { hook: ['stay'] }));
    await putLease(bench, 'died', { ...deadHere, intent: 'apply' });
    const applying = startApply(await small('died'));
    expect(await applying.result).toEqual({
      revision: 1,
      recovered: 'removed revision 1, left pending-install',
    });
    expect(told(applying)).not.toMatch(/waiting for another|waiting for a Helm|another Helm/);
    expect(await lease('died')).toBeUndefined();
  });

  it.each([
    ['an hour ago', 3_600_000],
    ['in an hour, before the clock was set back', -3_600_000],
  ])(
    'left pending by one elsewhere whose lease was renewed %s is recovered when it is not renewed',
    async (_, age) => {
      await leavePending(bench, await small('died', { hook: ['stay'] }));
      await putLease(bench, 'died', { ...elsewhere, intent: 'apply' }, age);
      const began = performance.now();
      const applying = startApply(await small('died'));
      expect((await applying.result).recovered).toMatch(
        /^rolled back revision \d+, left pending-upgrade, to \d+$/,
      );
      expect(performance.now() - began).toBeGreaterThan(9_000);
      expect(told(applying)).toContain('the holder in the test of died');
      expect(told(applying)).not.toContain('another Helm');
    },
  );

  it('of one elsewhere who renews its lease is left alone, also when the clock was set ahead', async () => {
    const alive = { ...elsewhere, intent: 'apply' } as const;
    const renew = () => putLease(bench, 'alive', { ...alive, token: randomUUID() }, 3_600_000);
    await renew();
    const applying = startApply(await small('alive'));
    const ended = vi.fn();
    void applying.result.then(ended, ended);
    // Longer than the lease says.
    for (let renewals = 0; renewals < 8; renewals += 1) {
      await sleep(2_000);
      await renew();
    }
    expect(ended).not.toHaveBeenCalled();
    expect(told(applying)).toContain('the holder in the test of alive');
    await applying.result;
    await bench.remove(await small('alive'));
  });

  it('is waited for while the Helm of a dead worker lives on', async () => {
    const orphan = spawn('sleep', ['600'], { env: { ...process.env, BIGDATA_RELEASE_LOCK: 'orphan' } });
    await putLease(bench, 'died', { ...deadHere, token: 'orphan', intent: 'apply' });
    const applying = startApply(await small('died'));
    await vi.waitUntil(() => told(applying).includes(`a Helm (process ${orphan.pid})`), {
      timeout: patience,
    });
    orphan.kill('SIGKILL');
    await once(orphan, 'exit');
    await applying.result;
  });

  it('left pending by a person is not taken for that of a dead holder who had not begun', async () => {
    await leavePending(bench, await small('died', { hook: ['stay'] }));
    // However slow this machine is: the person's Helm has just written it.
    const modifiedAt = String(Math.floor(Date.now() / 1_000));
    await relabel('died', 'pending-upgrade', { modifiedAt });
    await putLease(bench, 'died', deadHere);
    const applying = startApply(await small('died'));
    await applying.result;
    expect(told(applying)).toContain('another Helm works on the release (pending-upgrade)');
  });

  it('that was being removed is put back, not purged', async () => {
    const component = await bench.actor('put-back', { replicas: 0, claim: true });
    await bench.apply(component);
    await relabel('put-back', 'deployed', { status: 'uninstalling' });
    await putLease(bench, 'put-back', { ...deadHere, intent: 'remove' });
    const applied = await startApply(component).result;
    expect(applied).toEqual({ revision: 3, recovered: 'rolled back revision 1, left uninstalling, to 1' });
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'a proof' });
  });

  it('that was being removed is removed to the end', async () => {
    const component = await bench.actor('put-back', { replicas: 0, claim: true });
    await relabel('put-back', 'deployed', { status: 'uninstalling' });
    await putLease(bench, 'put-back', { ...deadHere, intent: 'remove' });
    expect(await bench.remove(component)).toMatchObject({ wasInstalled: true });
    expect(await lease('put-back')).toBeUndefined();
  });

  it('is rolled back to what was proven, once, also from what a dead one left pending', async () => {
    const proven = await small('back');
    expect(await bench.apply(proven)).toBe(1);
    await bench.apply(await small('back', { args: ['print', 'another', 'stay'] }));
    expect(await rollBack(proven)).toEqual({ revision: 3 });
    expect(await rollBack(proven)).toEqual({ revision: 3 });
    await relabel('back', 'deployed', { status: 'pending-rollback' });
    await putLease(bench, 'back', { ...deadHere, intent: 'apply' });
    expect(await rollBack(proven)).toEqual({ revision: 4 });
    expect(await bench.inspect(proven)).toMatchObject({ state: 'same-unproven', revision: 4 });
    expect(await lease('back')).toBeUndefined();
  });

  it('is left as it is if Helm has forgotten what was proven', async () => {
    const proven = await small('back');
    const others = await Promise.all(
      ['1', '2', '3'].map((text) => small('back', { args: ['print', text, 'stay'] })),
    );
    for (const other of others) await bench.apply(other);
    expect(await failureOf(rollBack(proven))).toMatchObject({
      type: 'RevisionGone',
      nonRetryable: true,
      cause: { message: expect.stringContaining('(it has 7, 6, 5)') as string },
    });
    expect(await bench.inspect(proven)).toMatchObject({ state: 'different', revision: 7 });
  });

  it('of a person at work is not removed under their hands', async () => {
    const slow = await small('busy', { hook: ['sleep', '2s'] });
    const { chart, values } = slow;
    const labels = { 'bigdata.dev/stack': stack };
    const other = bench.real.helm.upgradeInstall({
      release: 'busy',
      namespace,
      chart,
      values,
      labels,
      timeout: 60_000,
    });
    await vi.waitUntil(async () => (await bench.inspect(slow)).state === 'pending', { timeout: patience });
    expect(await bench.remove(slow)).toMatchObject({ wasInstalled: true });
    await other;
  });
});

describe('the end of a stack', () => {
  it('takes leases of the dead away, and nothing is left', async () => {
    for (const name of ['one', 'died', 'back']) await bench.remove(await small(name));
    await putLease(bench, 'never-began', { ...deadHere, intent: 'apply' });
    const releases = ['one', 'died', 'back', 'put-back'].map((release) => ({ release }));
    const all = { stack, namespace, releases, deleteData: true };
    await bench.remove(await bench.actor('put-back', { replicas: 0, claim: true }), true);
    expect(await run(bench.real.activities.removeNamespace, all)).toEqual({ removed: true });
    expect(await run(bench.real.activities.takeInventory, all)).toEqual([]);
  });
});

/** Changes labels of the revision of a release that has this status: by them alone it is judged. */
async function relabel(release: string, status: string, labels: object): Promise<void> {
  const { rest } = bench.real.cluster;
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const { items } = await rest.json<{ items: { metadata: { name: string } }[] }>({
    path,
    query: { labelSelector: `owner=helm,name=${release},status=${status}` },
  });
  await rest.json({
    method: 'PATCH',
    path: `${path}/${items.at(-1)?.metadata.name}`,
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels } },
  });
}
