/**
 * Releases with custom resources and their definitions, which Helm cannot remove, or never does.
 *
 * @components none
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { listReleases } from '../../src/kubernetes/releases/releases.js';
import { actorChart, actorDigest } from '../support/actor.js';
import { type Bench, failureOf, setUpBench } from '../support/bench.js';
import { applyObject, readObject, run, useRealCluster } from '../support/real-cluster.js';
import { patience } from '../support/patience.js';

const namespace = 'engine-crds';
const group = 'crds.engine.test';

let bench: Bench;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-crds-'));
  bench = await setUpBench(namespace, { prepare: true });
});

afterAll(async () => {
  await Promise.all(
    ['widgets', 'gadgets', 'never-made', 'sprockets', 'levers', 'gizmos'].map((each) => remove(pathOf(each))),
  );
  await bench?.close();
  await rm(folder, { recursive: true });
});

const definition = (plural: string, kind: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, kind },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

const pathOf = (plural: string) =>
  `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${group}`;

async function remove(path: string): Promise<void> {
  await bench.real.cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(30_000));
  await vi.waitUntil(async () => (await readObject(bench.real.cluster, path)) === undefined, {
    timeout: patience,
  });
}

/** Has the server know a kind; gives the path of its objects. */
async function serve(plural: string, kind: string): Promise<string> {
  await applyObject(bench.real.cluster, pathOf(plural), definition(plural, kind));
  const collection = `/apis/${group}/v1/namespaces/${namespace}/${plural}`;
  const isServed = async () => (await readObject(bench.real.cluster, collection)) !== undefined;
  await vi.waitUntil(isServed, { timeout: patience });
  return collection;
}

/** Writes to an object as somebody else. */
async function write(path: string, body: object): Promise<void> {
  const query = { fieldManager: 'somebody' };
  const contentType = 'application/merge-patch+json';
  await bench.real.cluster.rest.json({ method: 'PATCH', path, query, contentType, body });
}

async function groups(): Promise<readonly string[]> {
  const list = await bench.real.cluster.rest.json<{ groups: { name: string }[] }>({ path: '/apis' });
  return list.groups.map(({ name }) => name);
}

it('is removed without Helm when the kind of one of its objects is gone, and says so', async () => {
  await serve('widgets', 'Widget');
  const extras = [{ apiVersion: `${group}/v1`, kind: 'Widget' }];
  const component = await bench.actor('widget', { replicas: 1, claim: true, storageClass: '-', extras });
  await bench.apply(component);
  await remove(pathOf('widgets'));
  await vi.waitUntil(async () => !(await groups()).includes(group), { timeout: patience });
  // Of a worker that has not known the kind in the last ten minutes.
  const newcomer = await useRealCluster();
  const { claims = '' } = component.data;
  const removed = await run(newcomer.activities.removeComponent, {
    ...bench.reference(component),
    claims,
    deleteData: false,
    timeout: 120_000,
  });
  await newcomer.close();
  expect(removed).toMatchObject({ wasInstalled: true, claimsKept: 1 });
  expect(removed.notes).toEqual([
    expect.stringMatching(
      /^removed object by object, for Helm refuses: .*no matches for kind "Widget" in version "crds\.engine\.test\/v1"/,
    ),
  ]);
  expect(await listReleases(bench.real.cluster.rest, namespace, { name: 'widget' })).toEqual([]);
  for (const path of [
    `/apis/apps/v1/namespaces/${namespace}/statefulsets/widget`,
    `/api/v1/namespaces/${namespace}/services/widget`,
  ])
    expect(await readObject(bench.real.cluster, path)).toBeUndefined();
  expect(await bench.remove(component, true)).toMatchObject({ wasInstalled: false, claimsDeleted: 1 });
});

it('is not proven any more when a custom resource, or what has no namespace, is gone or changed by another hand', async () => {
  const { cluster } = bench.real;
  const collection = await serve('sprockets', 'Sprocket');
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  const extras = [
    { apiVersion: `${group}/v1`, kind: 'Sprocket', spec: { teeth: 12 } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules },
  ];
  const component = await bench.actor('others', { replicas: 0, extras });
  const proven = async () => {
    await bench.apply(component);
    await bench.prove(component);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
  };
  await proven();

  const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/others-clusterrole';
  await cluster.rest.deleteIfThere(role, undefined, AbortSignal.timeout(30_000));
  expect(await bench.inspect(component)).toMatchObject({
    state: 'same-unproven',
    missing: 'ClusterRole/others-clusterrole',
    gone: true,
  });
  await proven();

  const path = `${collection}/others-sprocket`;
  await write(path, { spec: { teeth: 13 } });
  expect(await bench.inspect(component)).toMatchObject({
    drifted: true,
    missing: expect.stringMatching(
      /^planned fields of Sprocket\/others-sprocket: somebody wrote spec\.teeth/,
    ) as string,
  });
  await proven();
  expect(await readObject(cluster, path)).toMatchObject({ spec: { teeth: 12 } });

  // One of the same name that is no release's.
  await cluster.rest.deleteIfThere(role, undefined, AbortSignal.timeout(30_000));
  const stranger = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules };
  await applyObject(cluster, role, { ...stranger, metadata: { name: 'others-clusterrole' } });
  expect(await bench.inspect(component)).toMatchObject({
    missing: 'ClusterRole/others-clusterrole',
    gone: true,
  });
  await remove(role);
  await bench.remove(component);
  await remove(pathOf('sprockets'));
});

const unready = (message: string) => ({ type: 'Ready', status: 'False', message });

it('is ready once a custom resource is, waits for as long as its controller says something new, and fails if that says it is stalled', async () => {
  const collection = await serve('levers', 'Lever');
  const path = `${collection}/lifted-lever`;
  const say = async (...conditions: { type: string; status: string; message: string }[]) =>
    await write(path, { status: { conditions } });
  const extras = [{ apiVersion: `${group}/v1`, kind: 'Lever' }];
  const component = await bench.actor('lifted', { replicas: 0, extras });
  await bench.apply(component);

  await say(unready('oiling'));
  const input = { ...bench.reference(component), timeout: 4_000 };
  const slow = failureOf(run(bench.real.activities.awaitReady, input));
  expect((await slow).cause).toMatchObject({
    type: 'ReadyTimeout',
    message: expect.stringMatching(/^not ready after \d+ s: Ready is False: oiling$/) as string,
    where: `Lever ${namespace}/lifted-lever`,
  });

  const waiting = bench.ready(component);
  await say(unready('lifting'));
  await say({ type: 'Ready', status: 'True', message: 'lifted' });
  await waiting;
  await bench.prove(component);
  expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });

  await say(unready('dropped'));
  expect(await bench.inspect(component)).toMatchObject({
    state: 'same-unproven',
    missing: 'readiness: Lever/lifted-lever: Ready is False: dropped',
    gone: false,
  });

  await say({ type: 'Stalled', status: 'True', message: 'broken' });
  const failure = await failureOf(bench.ready(component));
  expect(failure).toMatchObject({
    nonRetryable: true,
    cause: {
      type: 'ResourceFailed',
      message: 'Stalled is True: broken',
      where: `Lever ${namespace}/lifted-lever`,
    },
  });
  await bench.remove(component);
});

it('is ready when its objects say what their component waits for', async () => {
  const { activities } = bench.real;
  const path = `/api/v1/namespaces/${namespace}/configmaps/told-configmap`;
  const say = async (state: string) => await write(path, { data: { state } });
  const extras = [{ apiVersion: 'v1', kind: 'ConfigMap', data: { other: 'planned' } }];
  const component = await bench.actor('told', { replicas: 0, extras });
  await bench.apply(component);
  const objects = [{ kind: 'ConfigMap', for: 'jsonpath={.data.state}=on' }];
  const reference = { ...bench.reference(component), objects };
  const late = failureOf(run(activities.awaitReady, { ...reference, timeout: 4_000 }));
  expect((await late).cause.message).toMatch(/jsonpath=\{\.data\.state\}=on: there is no such value$/);

  const waiting = run(activities.awaitReady, { ...reference, timeout: 180_000 });
  await say('off');
  await say('on');
  await waiting;
  const { digest, version } = component;
  await run(activities.recordProof, { ...reference, digest, version, checks: [] });
  expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
  await say('off');
  expect(await bench.inspect(component)).toMatchObject({
    state: 'same-unproven',
    missing: 'readiness: ConfigMap/told-configmap: jsonpath={.data.state}=on: it is off',
  });
  await bench.remove(component);
});

it('leaves the definitions that its chart has in crds/, as Helm does, and says so', async () => {
  const chart = join(folder, 'gadget');
  await cp(actorChart, chart, { recursive: true });
  await mkdir(join(chart, 'crds'));
  const documents = [definition('gadgets', 'Gadget'), definition('never-made', 'NeverMade')];
  await writeFile(join(chart, 'crds', 'all.yaml'), documents.map((each) => stringify(each)).join('---\n'));
  const values = { replicas: 0, extras: [{ apiVersion: `${group}/v1`, kind: 'Gadget' }] };
  const digest = await actorDigest(chart, { image: bench.real.image, ...values });
  const component = await bench.actor('gadget', values, { chart, digest });
  await bench.apply(component);
  await remove(pathOf('never-made'));
  const removed = await bench.remove(component);
  expect(removed.notes).toEqual([
    `CustomResourceDefinition gadgets.${group} stays, as Helm removes nothing that a chart has in crds/: \`kubectl delete crd gadgets.${group}\` removes it with all objects of its kind`,
  ]);
  expect(await readObject(bench.real.cluster, pathOf('gadgets'))).toBeDefined();
});

it('goes beside a stranger’s kind whose conversion webhook is dead, which is named', async () => {
  const { cluster } = bench.real;
  const path = pathOf('gizmos');
  const gizmos = definition('gizmos', 'Gizmo');
  const collection = (version: string) => `/apis/${group}/${version}/namespaces/${namespace}/gizmos`;
  const one = { apiVersion: `${group}/v1`, kind: 'Gizmo', metadata: { name: 'one', namespace } };
  await serve('gizmos', 'Gizmo');
  await applyObject(cluster, `${collection('v1')}/one`, one);
  // It is stored in one version, and asked for in another.
  const versions = gizmos.spec.versions.flatMap((each) => [each, { ...each, name: 'v2', storage: false }]);
  const clientConfig = { service: { namespace, name: 'nobody', path: '/convert' } };
  const conversion = { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } };
  await applyObject(cluster, path, { ...gizmos, spec: { ...gizmos.spec, versions, conversion } });
  const listing = async () => {
    try {
      return (await readObject(cluster, collection('v2'))) === undefined ? 'not served' : 'listed';
    } catch (error) {
      return (error as Error).message;
    }
  };
  await vi.waitUntil(async () => /conversion webhook/.test(await listing()), { timeout: patience });

  const component = await bench.actor('beside', { replicas: 0 });
  await bench.apply(component);
  // Of a worker that has not known the kind before.
  const newcomer = await useRealCluster();
  const reference = { ...bench.reference(component), claims: '', deleteData: true, timeout: 120_000 };
  expect(await run(newcomer.activities.removeComponent, reference)).toMatchObject({ wasInstalled: true });
  const everything = { stack: 'engine', namespace, releases: [{ release: 'beside' }], deleteData: true };
  const left = await run(newcomer.activities.takeInventory, everything);
  await newcomer.close();
  expect(left.filter(({ name }) => name.startsWith('beside'))).toEqual([]);
  expect(left).toContainEqual(
    expect.objectContaining({
      kind: 'Gizmo',
      why: 'not-ours',
      detail: expect.stringMatching(/cannot be listed: .*conversion webhook.*nothing is proven about them$/),
    }),
  );

  await applyObject(cluster, path, { ...gizmos, spec: { ...gizmos.spec, conversion: { strategy: 'None' } } });
  await vi.waitUntil(async () => (await listing()) === 'not served', { timeout: patience });
  await remove(path);
});
