/** Activities against a real API server: installing, proving and removing one component. */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ReleaseReference } from '../../src/activities/contract.js';
import { readProofs } from '../../src/kubernetes/proofs.js';
import { listReleases } from '../../src/kubernetes/releases.js';
import type { Cause } from '../../src/stack/operation-types.js';
import type { PlannedCheck, PlannedComponent } from '../../src/stack/plan-types.js';
import { actorComponent } from '../support/actor.js';
import {
  type RealCluster,
  applyObject,
  dropNamespace,
  readObject,
  run,
  startActivity,
  useRealCluster,
} from '../support/real-cluster.js';

const namespace = 'engine-activities';
const stack = 'engine';

let real: RealCluster;

beforeAll(async () => {
  real = await useRealCluster();
  await dropNamespace(real.cluster, namespace);
});

afterAll(async () => {
  await dropNamespace(real.cluster, namespace);
  await real.close();
});

function reference({ name, release }: PlannedComponent): ReleaseReference {
  return { stack, namespace, component: name, release };
}

async function apply(component: PlannedComponent): Promise<number> {
  return (await run(real.activities.applyComponent, { stack, namespace, component })).revision;
}

async function inspect(component: PlannedComponent) {
  return await run(real.activities.inspectComponent, { ...reference(component), digest: component.digest });
}

async function ready(component: PlannedComponent, timeout = 60_000) {
  return await run(real.activities.awaitReady, { ...reference(component), timeout });
}

async function prove(component: PlannedComponent): Promise<void> {
  const { digest, version } = component;
  await run(real.activities.recordProof, { ...reference(component), digest, version, checks: [] });
}

async function remove(component: PlannedComponent, deleteData = false) {
  const { claims } = component.data;
  return await run(real.activities.removeComponent, {
    ...reference(component),
    ...(claims === undefined ? {} : { claims }),
    deleteData,
    timeout: 60_000,
  });
}

/** The failure that an attempt ends with. */
async function failureOf(attempt: Promise<unknown>): Promise<ApplicationFailure & { cause_: Cause }> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  const failure = error as ApplicationFailure;
  return Object.assign(failure, { cause_: failure.details?.[0] as Cause });
}

describe('prepareNamespace', () => {
  it('makes the namespace, marks it, and does so once', async () => {
    await run(real.activities.prepareNamespace, { stack, namespace });
    await run(real.activities.prepareNamespace, { stack, namespace });
    const made = await readObject(real.cluster, `/api/v1/namespaces/${namespace}`);
    expect(made?.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'bigdata',
      'bigdata.dev/stack': stack,
    });
  });

  it('refuses the namespace of another stack', async () => {
    const failure = await failureOf(run(real.activities.prepareNamespace, { stack: 'other', namespace }));
    expect(failure).toMatchObject({ type: 'NamespaceTaken', nonRetryable: true });
  });

  it('waits until an old one is gone', async () => {
    const name = 'engine-old';
    const path = `/api/v1/namespaces/${name}`;
    await applyObject(real.cluster, path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await applyObject(real.cluster, `${path}/configmaps/held`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', finalizers: ['engine.test/held'] },
    });
    await real.cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(10_000));
    const waiting = startActivity(real.activities.prepareNamespace, { stack, namespace: name });
    await vi.waitUntil(() => waiting.heartbeats.some(({ detail }) => detail?.includes('is gone')), {
      timeout: 10_000,
    });
    await real.cluster.rest.json({
      method: 'PATCH',
      path: `${path}/configmaps/held`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
    await waiting.result;
    expect((await readObject(real.cluster, path))?.metadata.labels?.['bigdata.dev/stack']).toBe(stack);
    await dropNamespace(real.cluster, name);
  });
});

describe('a component', () => {
  it('is absent, applied, ready, proven, and then left alone', async () => {
    const component = await actorComponent('life', real.image, { replicas: 2 });
    expect(await inspect(component)).toEqual({ state: 'absent' });
    expect(await apply(component)).toBe(1);
    expect(await inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'a proof' });
    expect(await ready(component)).toEqual({ pods: '2/2 pods ready' });
    await prove(component);
    const started = Date.now();
    expect(await inspect(component)).toMatchObject({ state: 'same-proven', revision: 1 });
    expect(Date.now() - started).toBeLessThan(1_000);
    const [release] = await listReleases(real.cluster.rest, namespace, { name: 'life' });
    expect(release).toMatchObject({ status: 'deployed', stack, digest: component.digest.slice(7, 67) });
  });

  it('is not proven any more when something of it is missing, or not ready', async () => {
    const component = await actorComponent('life', real.image, { replicas: 2 });
    const service = `/api/v1/namespaces/${namespace}/services/life`;
    await real.cluster.rest.deleteIfThere(service, undefined, AbortSignal.timeout(10_000));
    expect(await inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'Service/life' });
    expect(await apply(component)).toBe(2);
    expect(await readObject(real.cluster, service)).toBeDefined();
    await ready(component);
    // The proof was of revision 1.
    expect(await inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'a proof' });
    await prove(component);
    const set = `/apis/apps/v1/namespaces/${namespace}/statefulsets/life`;
    await real.cluster.rest.deleteIfThere(set, undefined, AbortSignal.timeout(10_000));
    expect(await inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'StatefulSet/life' });
  });

  it('is different when the plan has changed, and goes back to empty values', async () => {
    const component = await actorComponent('life', real.image, { replicas: 1 });
    expect(await inspect(component)).toMatchObject({ state: 'different', status: 'deployed' });
    await apply(component);
    const plain = await actorComponent('life', real.image);
    await apply(plain);
    expect(await ready(plain)).toEqual({ pods: '1/1 pods ready' });
  });

  it('is removed with its pods, and its removal can be repeated', async () => {
    const component = await actorComponent('life', real.image);
    expect(await remove(component)).toEqual({ wasInstalled: true, claimsKept: 0, claimsDeleted: 0 });
    const pods = await real.cluster.rest.json<{ items: unknown[] }>({
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: 'app.kubernetes.io/instance=life' },
    });
    expect(pods.items).toEqual([]);
    expect((await readProofs(real.cluster.rest, namespace)).has('life')).toBe(false);
    expect(await inspect(component)).toEqual({ state: 'absent' });
    expect(await remove(component)).toMatchObject({ wasInstalled: false });
  });

  it('keeps its data unless told otherwise', async () => {
    const component = await actorComponent('data', real.image, { claim: true, keep: true });
    await apply(component);
    const claim = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-data-0`;
    const secret = `/api/v1/namespaces/${namespace}/secrets/data-kept`;
    await vi.waitUntil(async () => await readObject(real.cluster, claim), { timeout: 60_000 });
    expect(await remove(component)).toMatchObject({ claimsKept: 1, claimsDeleted: 0 });
    expect((await readObject(real.cluster, claim))?.metadata.labels?.['bigdata.dev/stack']).toBe(stack);
    expect(await readObject(real.cluster, secret)).toBeDefined();
    expect(await remove(component, true)).toMatchObject({ claimsKept: 0, claimsDeleted: 1 });
    expect(await readObject(real.cluster, claim)).toBeUndefined();
    expect(await readObject(real.cluster, secret)).toBeUndefined();
  });
});

describe('applyComponent', () => {
  it('refuses a chart that is not the planned one', async () => {
    const component = await actorComponent('changed', real.image, {}, { digest: `sha256:${'0'.repeat(64)}` });
    expect(await failureOf(apply(component))).toMatchObject({ type: 'ChartChanged', nonRetryable: true });
    const missing = await actorComponent('changed', real.image, {}, { chart: '/nowhere' });
    expect(await failureOf(apply(missing))).toMatchObject({ type: 'ChartMissing', nonRetryable: true });
  });

  it('refuses values that the chart’s schema refuses', async () => {
    const component = await actorComponent('values', real.image, { replicas: 'many' });
    const failure = await failureOf(apply(component));
    expect(failure).toMatchObject({ type: 'ValuesInvalid', nonRetryable: true });
    expect(failure.message).toContain('replicas');
  });

  it('refuses a release and objects of somebody else', async () => {
    const component = await actorComponent('stranger', real.image, { replicas: 0 });
    const { chart, values } = component;
    await real.helm.upgradeInstall({
      release: 'stranger',
      namespace,
      chart,
      values,
      labels: { a: 'b' },
      timeout: 60_000,
    });
    expect(await inspect(component)).toMatchObject({ state: 'foreign' });
    expect(await failureOf(apply(component))).toMatchObject({ type: 'ForeignRelease', nonRetryable: true });
    expect(await remove(component, true)).toMatchObject({ wasInstalled: false });
    expect(await real.helm.status({ release: 'stranger', namespace })).toMatchObject({ status: 'deployed' });
    await real.helm.uninstall({ release: 'stranger', namespace, timeout: 60_000 });

    await applyObject(real.cluster, `/api/v1/namespaces/${namespace}/services/squatter`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'squatter', namespace },
      spec: { clusterIP: 'None', ports: [{ port: 80 }] },
    });
    const squatted = await actorComponent('squatter', real.image, { replicas: 0 });
    expect(await failureOf(apply(squatted))).toMatchObject({ type: 'ForeignObject', nonRetryable: true });
  });

  it('names a field that cannot be changed', async () => {
    await apply(await actorComponent('fixed', real.image, { replicas: 0 }));
    const changed = await actorComponent('fixed', real.image, {
      replicas: 0,
      podManagementPolicy: 'OrderedReady',
    });
    expect(await failureOf(apply(changed))).toMatchObject({ type: 'ImmutableField', nonRetryable: true });
    // The failed revision does not stand in the way of a right one.
    const right = await actorComponent('fixed', real.image, { replicas: 0 });
    expect(await inspect(right)).toMatchObject({ state: 'different', status: 'failed' });
    await apply(right);
    expect(await inspect(right)).toMatchObject({ state: 'same-unproven' });
    await remove(right);
  });

  /** Runs Helm until its hook, which never ends, and kills it without a chance to record anything. */
  async function leavePending({ name, release, chart, values }: PlannedComponent): Promise<void> {
    const args = ['upgrade', release, chart, '--install', '--namespace', namespace, '--values', '-'];
    const helm = execa(real.helmProgram, [...args, '--labels', `bigdata.dev/stack=${stack}`], {
      env: { KUBECONFIG: real.cluster.connection.kubeconfig },
      input: JSON.stringify(values),
      reject: false,
    });
    const hook = `/api/v1/namespaces/${namespace}/pods/${name}-before`;
    await vi.waitUntil(async () => await readObject(real.cluster, hook), { timeout: 60_000 });
    helm.kill('SIGKILL');
    await helm;
  }

  it('mends a first installation that was killed', async () => {
    const hanging = await actorComponent('killed', real.image, { hook: ['stay'] });
    await leavePending(hanging);
    expect(await inspect(hanging)).toMatchObject({ state: 'pending', status: 'pending-install' });
    const right = await actorComponent('killed', real.image);
    const applying = startActivity(real.activities.applyComponent, { stack, namespace, component: right });
    expect(await applying.result).toEqual({
      revision: 1,
      mended: 'removed revision 1, left pending-install',
    });
    // The owner was given the time to show that it lives.
    expect(applying.heartbeats.map(({ detail }) => detail)).toContain(
      'another Helm works on the release (pending-install)',
    );
    await ready(right);
  });

  it('mends an upgrade that was killed', async () => {
    const hanging = await actorComponent('killed', real.image, { hook: ['stay'] });
    await leavePending(hanging);
    expect(await inspect(hanging)).toMatchObject({ state: 'pending', status: 'pending-upgrade' });
    const right = await actorComponent('killed', real.image, { replicas: 2 });
    const { mended } = await run(real.activities.applyComponent, { stack, namespace, component: right });
    expect(mended).toBe('rolled back revision 2, left pending-upgrade, to 1');
    expect(await ready(right)).toEqual({ pods: '2/2 pods ready' });
    await remove(right);
  });

  it('respects another Helm that is at work', async () => {
    const slow = await actorComponent('busy', real.image, { hook: ['sleep', '2s'] });
    const { chart, values } = slow;
    const other = real.helm.upgradeInstall({
      release: 'busy',
      namespace,
      chart,
      values,
      labels: { 'bigdata.dev/stack': stack },
      timeout: 60_000,
    });
    await vi.waitUntil(async () => (await inspect(slow)).state === 'pending', { timeout: 60_000 });
    const plain = await actorComponent('busy', real.image);
    const applied = await run(real.activities.applyComponent, { stack, namespace, component: plain });
    await other;
    expect(applied).toEqual({ revision: 2 });
    await remove(plain);
  });

  it('stops Helm when cancelled', async () => {
    const hanging = await actorComponent('cancelled', real.image, { hook: ['stay'] });
    const applying = startActivity(real.activities.applyComponent, { stack, namespace, component: hanging });
    await vi.waitUntil(
      async () => await readObject(real.cluster, `/api/v1/namespaces/${namespace}/pods/cancelled-before`),
      {
        timeout: 60_000,
      },
    );
    const asked = Date.now();
    applying.cancel();
    await expect(applying.result).rejects.toBeInstanceOf(CancelledFailure);
    expect(Date.now() - asked).toBeLessThan(12_000);
    await apply(await actorComponent('cancelled', real.image));
    await remove(hanging);
  });
});

describe('runCheck', () => {
  const check = (name: string, ...pods: string[]): PlannedCheck => ({
    name,
    pods: pods.map((pod) => `checked-${pod}`),
    proves: 'something holds',
    disruptive: false,
  });
  const tests = [
    { name: 'first', args: ['print', 'preparing'] },
    { name: 'good', args: ['print', 'working', 'print', '{"nonce":"n1","records":3}'] },
    {
      name: 'bad',
      args: ['print', 'sent 3', 'print', 'password=hunter2', 'print', 'received 2 of 3', 'exit', '3'],
    },
    { name: 'slow', args: ['print', 'waiting for a leader', 'stay'] },
  ];
  let component: PlannedComponent;

  beforeAll(async () => {
    component = await actorComponent('checked', real.image, { replicas: 0, tests });
    await apply(component);
  });

  afterAll(async () => {
    await remove(component);
  });

  async function podsLeft(): Promise<string[]> {
    const pods = await real.cluster.rest.json<{
      items: { metadata: { name: string; deletionTimestamp?: string } }[];
    }>({
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: 'app.kubernetes.io/instance=checked' },
    });
    return pods.items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name);
  }

  const input = (which: PlannedCheck, timeout = 60_000) => ({
    ...reference(component),
    check: which,
    timeout,
  });

  it('gives the facts of the last pod, and takes the pods away', async () => {
    const proven = await run(real.activities.runCheck, input(check('works', 'first', 'good')));
    expect(proven).toMatchObject({
      name: 'works',
      proves: 'something holds',
      facts: { nonce: 'n1', records: 3 },
    });
    expect(await podsLeft()).toEqual([]);
  });

  it('says in a failed check’s own words what was wrong, without secrets', async () => {
    const failure = await failureOf(run(real.activities.runCheck, input(check('fails', 'first', 'bad'))));
    expect(failure).toMatchObject({ type: 'CheckFailed', nonRetryable: true });
    expect(failure.cause_).toMatchObject({
      message: 'the check fails failed: received 2 of 3',
      where: `Pod ${namespace}/checked-bad`,
      details: ['sent 3', 'password=…', 'received 2 of 3'],
    });
    expect(await podsLeft()).toEqual([]);
  });

  it('ends a check that does not end, with its last words', async () => {
    const failure = await failureOf(run(real.activities.runCheck, input(check('hangs', 'slow'), 4_000)));
    expect(failure).toMatchObject({ type: 'CheckTimeout', nonRetryable: true });
    expect(failure.cause_.details).toEqual(['waiting for a leader']);
    expect(await podsLeft()).toEqual([]);
  });

  it('takes the pods away when cancelled', async () => {
    const running = startActivity(real.activities.runCheck, input(check('cancelled', 'slow')));
    await vi.waitUntil(async () => (await podsLeft()).length > 0, { timeout: 60_000 });
    running.cancel();
    await expect(running.result).rejects.toBeInstanceOf(CancelledFailure);
    expect(await podsLeft()).toEqual([]);
  });

  it('does not wait for a pod whose image is not there', async () => {
    const broken = await actorComponent('checked', real.image, {
      replicas: 0,
      tests,
      testImage: 'bigdata.local/none:1',
    });
    await apply(broken);
    const started = Date.now();
    const failure = await failureOf(run(real.activities.runCheck, input(check('works', 'good'), 180_000)));
    expect(failure).toMatchObject({ type: 'ImagePull', nonRetryable: true });
    expect(Date.now() - started).toBeLessThan(60_000);
  });
});

describe('the end of a stack', () => {
  const everything = { stack, namespace, releases: [{ release: 'rest' }], deleteData: false };

  it('lists what is stuck, kept and not ours, and leaves a namespace that holds any of it', async () => {
    const component = await actorComponent('rest', real.image, { replicas: 0, keep: true });
    await apply(component);
    const before = await run(real.activities.takeInventory, everything);
    expect(before).toContainEqual(
      expect.objectContaining({ kind: 'StatefulSet', name: 'rest', why: 'stuck' }),
    );
    expect(before).toContainEqual(
      expect.objectContaining({ kind: 'Secret', name: 'rest-kept', why: 'kept' }),
    );
    expect(before).toContainEqual(
      expect.objectContaining({ kind: 'Service', name: 'squatter', why: 'not-ours' }),
    );
    await remove(component);
    expect(await run(real.activities.removeNamespace, everything)).toEqual({ removed: false });
    const after = await run(real.activities.takeInventory, everything);
    expect(after.map(({ kind, name, why }) => `${why} ${kind} ${name}`)).toEqual([
      'kept Secret rest-kept',
      `kept Namespace ${namespace}`,
      'not-ours Service squatter',
    ]);
  });

  it('finds releases that are not in the plan', async () => {
    const component = await actorComponent('gone', real.image, { replicas: 0 });
    await apply(component);
    expect(await run(real.activities.findStrays, { stack, namespace, planned: ['rest'] })).toEqual(['gone']);
    await remove(component);
  });

  it('removes the namespace with the last of it, and finds nothing then', async () => {
    const signal = AbortSignal.timeout(10_000);
    await real.cluster.rest.deleteIfThere(
      `/api/v1/namespaces/${namespace}/services/squatter`,
      undefined,
      signal,
    );
    await remove(await actorComponent('rest', real.image, { replicas: 0 }), true);
    const all = { ...everything, deleteData: true };
    expect(await run(real.activities.removeNamespace, all)).toEqual({ removed: true });
    expect(await run(real.activities.takeInventory, all)).toEqual([]);
    expect(await readObject(real.cluster, `/api/v1/namespaces/${namespace}`)).toBeUndefined();
    expect(await run(real.activities.removeNamespace, all)).toEqual({ removed: true });
  });
});
