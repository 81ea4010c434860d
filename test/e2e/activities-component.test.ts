/**
 * One component from nothing to proven and back, on a real API server.
 *
 * @components none
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deleteRecord, readRecord } from '../../src/kubernetes/record/component-records.js';
import { type Resource, listResources, pathOf, resourceOf } from '../../src/kubernetes/api/discovery.js';
import { readProofs } from '../../src/kubernetes/record/proofs.js';
import { listReleases } from '../../src/kubernetes/releases/releases.js';
import { type Bench, failureOf, setUpBench, stack } from '../support/bench.js';
import {
  applyObject,
  dropNamespace,
  readObject,
  run,
  startActivity,
  useRealCluster,
} from '../support/real-cluster.js';
import { patience } from '../support/patience.js';

const namespace = 'engine-component';

let bench: Bench;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: false });
});

afterAll(async () => await bench?.close());

describe('prepareNamespace', () => {
  it('makes the namespace, marks it, and does so once', async () => {
    await run(bench.real.activities.prepareNamespace, { stack, namespace });
    await run(bench.real.activities.prepareNamespace, { stack, namespace });
    const made = await readObject(bench.real.cluster, `/api/v1/namespaces/${namespace}`);
    expect(made?.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'bigdata',
      'bigdata.dev/stack': stack,
    });
  });

  it('refuses the namespace of another stack', async () => {
    const failure = await failureOf(
      run(bench.real.activities.prepareNamespace, { stack: 'other', namespace }),
    );
    expect(failure).toMatchObject({ type: 'NamespaceTaken', nonRetryable: true });
  });

  it('waits until an old one is gone', async () => {
    const name = 'engine-old';
    const path = `/api/v1/namespaces/${name}`;
    await applyObject(bench.real.cluster, path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await applyObject(bench.real.cluster, `${path}/configmaps/held`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', finalizers: ['engine.test/held'] },
    });
    await bench.real.cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(10_000));
    const waiting = startActivity(bench.real.activities.prepareNamespace, { stack, namespace: name });
    await vi.waitUntil(() => waiting.heartbeats.some(({ detail }) => detail?.includes('is gone')), {
      timeout: patience,
    });
    await bench.real.cluster.rest.json({
      method: 'PATCH',
      path: `${path}/configmaps/held`,
      contentType: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
    });
    await waiting.result;
    expect((await readObject(bench.real.cluster, path))?.metadata.labels?.['bigdata.dev/stack']).toBe(stack);
    await dropNamespace(bench.real.cluster, name);
  });
});

describe('a component', () => {
  it('is absent, applied, ready, proven, and then left alone', async () => {
    const component = await bench.actor('life', { replicas: 2 });
    expect(await bench.inspect(component)).toEqual({ state: 'absent' });
    expect(await bench.apply(component)).toBe(1);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'a proof' });
    expect(await bench.ready(component)).toEqual({ pods: '2/2 pods ready' });
    await bench.prove(component);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven', revision: 1 });
    const [release] = await listReleases(bench.real.cluster.rest, namespace, { name: 'life' });
    expect(release).toMatchObject({ status: 'deployed', stack, digest: component.digest.slice(7, 67) });
  });

  it('is left alone also by what a version before remembered of it, which goes on in its own record', async () => {
    const component = await bench.actor('life', { replicas: 2 });
    const { rest } = bench.real.cluster;
    const { proof = '' } = await readRecord(rest, namespace, 'life');
    await deleteRecord(rest, namespace, 'life', AbortSignal.timeout(10_000));
    const path = `/api/v1/namespaces/${namespace}/configmaps/bigdata-stack`;
    const metadata = { name: 'bigdata-stack', namespace, labels: { 'bigdata.dev/stack': stack } };
    await applyObject(bench.real.cluster, path, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { life: proof },
    });
    const newcomer = await useRealCluster();
    const reference = { ...bench.reference(component), digest: component.digest };
    const found = await run(newcomer.activities.inspectComponent, reference);
    await newcomer.close();
    expect(found).toMatchObject({ state: 'same-proven', revision: 1 });
    expect(await readObject(bench.real.cluster, path)).toBeUndefined();
    expect(await readRecord(rest, namespace, 'life')).toEqual({ proof });
  });

  it('is not proven any more when another hand changed a field that its chart sets', async () => {
    const component = await bench.actor('life', { replicas: 2 });
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/life`;
    const { rest } = bench.real.cluster;
    const write = (body: object) =>
      rest.json({
        method: 'PATCH',
        path,
        query: { fieldManager: 'somebody' },
        contentType: 'application/strategic-merge-patch+json',
        body,
      });
    // What is added, or taken by an autoscaler, is nobody else's.
    await write({
      metadata: { labels: { note: 'mine' } },
      spec: { template: { metadata: { annotations: { at: 'noon' } } } },
    });
    await bench.ready(component);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
    await write({
      spec: { template: { spec: { containers: [{ name: 'actor', args: ['print', 'hacked', 'stay'] }] } } },
    });
    expect(await bench.inspect(component)).toMatchObject({
      state: 'same-unproven',
      drifted: true,
      missing: expect.stringMatching(
        /^planned fields of StatefulSet\/life: somebody wrote .*spec\.template\.spec\.containers\[name=actor\]\.args.* at 20/,
      ) as string,
    });
    const revision = await bench.apply(component);
    await bench.ready(component);
    await bench.prove(component);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven', revision });
  });

  it('is not proven any more when something of it is missing, or not ready', async () => {
    const component = await bench.actor('life', { replicas: 2 });
    const service = `/api/v1/namespaces/${namespace}/services/life`;
    await bench.real.cluster.rest.deleteIfThere(service, undefined, AbortSignal.timeout(10_000));
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'Service/life' });
    expect(await bench.apply(component)).toBe(3);
    expect(await readObject(bench.real.cluster, service)).toBeDefined();
    await bench.ready(component);
    // The proof was of revision 2.
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-unproven', missing: 'a proof' });
    await bench.prove(component);
    const set = `/apis/apps/v1/namespaces/${namespace}/statefulsets/life`;
    await bench.real.cluster.rest.deleteIfThere(set, undefined, AbortSignal.timeout(10_000));
    expect(await bench.inspect(component)).toMatchObject({
      state: 'same-unproven',
      missing: 'StatefulSet/life',
    });
  });

  it('is not proven any more when an object of any kind that lasts is missing, or changed by another hand', async () => {
    const core = { apiVersion: 'v1' };
    const rules = { apiVersion: 'rbac.authorization.k8s.io/v1' };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'parts-role' };
    const service = { service: { name: 'parts', port: { number: 80 } } };
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' };
    const selector = { matchLabels: { 'app.kubernetes.io/instance': 'parts' } };
    const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } };
    const pod = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } };
    const extras = [
      { ...core, kind: 'Secret', stringData: { password: 'planned' } },
      { ...core, kind: 'ConfigMap', data: { key: 'planned' } },
      { ...core, kind: 'ServiceAccount' },
      { ...core, kind: 'PersistentVolumeClaim', spec: { ...storage, storageClassName: '' } },
      { ...core, kind: 'ResourceQuota', spec: { hard: { 'count/jobs.batch': '50' } } },
      {
        ...core,
        kind: 'LimitRange',
        spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Ti' } }] },
      },
      { ...rules, kind: 'Role', rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
      { ...rules, kind: 'RoleBinding', roleRef, subjects: [] },
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', spec: { maxUnavailable: 1, selector } },
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec: { podSelector: selector } },
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', spec: { defaultBackend: service } },
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        spec: { maxReplicas: 2, scaleTargetRef },
      },
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: pod } },
      },
    ];
    const component = await bench.actor('parts', { replicas: 0, extras });
    await bench.apply(component);
    await bench.ready(component);
    await bench.prove(component);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
    const { rest } = bench.real.cluster;
    const resources = await listResources(rest);
    // Only the first is named, so that the last goes first.
    for (const { apiVersion, kind } of extras.toSorted((one, other) => (one.kind < other.kind ? 1 : -1))) {
      const name = `parts-${kind.toLowerCase()}`;
      const resource = resourceOf(resources, { apiVersion, kind }) as Resource;
      await rest.deleteIfThere(pathOf(resource, namespace, name), undefined, AbortSignal.timeout(10_000));
      const looks = { timeout: patience };
      const named = { state: 'same-unproven', missing: `${kind}/${name}`, gone: true };
      await expect.poll(() => bench.inspect(component), looks).toMatchObject(named);
    }
    await bench.apply(component);
    await bench.prove(component);
    const path = `/api/v1/namespaces/${namespace}/secrets/parts-secret`;
    const body = { stringData: { password: 'by hand' } };
    const contentType = 'application/merge-patch+json';
    await rest.json({ method: 'PATCH', path, query: { fieldManager: 'somebody' }, contentType, body });
    expect(await bench.inspect(component)).toMatchObject({
      drifted: true,
      missing: expect.stringMatching(
        /^planned fields of Secret\/parts-secret: somebody wrote data\.password/,
      ) as string,
    });
    await bench.apply(component);
    await bench.prove(component);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
    await bench.remove(component);
  });

  it('is different when the plan has changed, and goes back to empty values', async () => {
    const component = await bench.actor('life', { replicas: 1 });
    expect(await bench.inspect(component)).toMatchObject({ state: 'different', status: 'deployed' });
    await bench.apply(component);
    const plain = await bench.actor('life');
    await bench.apply(plain);
    expect(await bench.ready(plain)).toEqual({ pods: '1/1 pods ready' });
  });

  it('is removed with its pods, and its removal can be repeated', async () => {
    const component = await bench.actor('life');
    expect(await bench.remove(component)).toEqual({ wasInstalled: true, claimsKept: 0, claimsDeleted: 0 });
    const pods = await bench.real.cluster.rest.json<{ items: unknown[] }>({
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: 'app.kubernetes.io/instance=life' },
    });
    expect(pods.items).toEqual([]);
    expect((await readProofs(bench.real.cluster.rest, namespace)).has('life')).toBe(false);
    expect(await bench.inspect(component)).toEqual({ state: 'absent' });
    expect(await bench.remove(component)).toMatchObject({ wasInstalled: false });
  });

  it('keeps its data unless told otherwise', async () => {
    const component = await bench.actor('data', { claim: true, storageClass: '-', keep: true });
    await bench.apply(component);
    const claim = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-data-0`;
    const secret = `/api/v1/namespaces/${namespace}/secrets/data-kept`;
    await vi.waitUntil(async () => await readObject(bench.real.cluster, claim), { timeout: patience });
    expect(await bench.remove(component)).toMatchObject({ claimsKept: 1, claimsDeleted: 0 });
    expect((await readObject(bench.real.cluster, claim))?.metadata.labels?.['bigdata.dev/stack']).toBe(stack);
    expect(await readObject(bench.real.cluster, secret)).toBeDefined();
    expect(await bench.remove(component, true)).toMatchObject({ claimsKept: 0, claimsDeleted: 1 });
    expect(await readObject(bench.real.cluster, claim)).toBeUndefined();
    expect(await readObject(bench.real.cluster, secret)).toBeUndefined();
  });

  it('goes with its hooks, which need no label and may be made while it goes', async () => {
    const jobs = { 'pre-install': ['print', 'before'], 'pre-delete': ['print', 'after'] };
    const component = await bench.actor('hooks', { replicas: 0, jobs });
    await bench.apply(component);
    const path = (name: string) => `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;
    expect(await readObject(bench.real.cluster, path('hooks-pre-install'))).toBeDefined();
    // Of the same name, but no hook: somebody else's.
    const stranger = `/api/v1/namespaces/${namespace}/configmaps/hooks-pre-install`;
    const metadata = { name: 'hooks-pre-install', namespace };
    await applyObject(bench.real.cluster, stranger, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    expect(await bench.remove(component)).toMatchObject({ wasInstalled: true });
    expect(await readObject(bench.real.cluster, path('hooks-pre-install'))).toBeUndefined();
    expect(await readObject(bench.real.cluster, path('hooks-pre-delete'))).toBeUndefined();
    expect(await readObject(bench.real.cluster, stranger)).toBeDefined();
    await bench.real.cluster.rest.deleteIfThere(stranger, undefined, AbortSignal.timeout(30_000));
  });

  it('goes with the hook that kept it from being installed', async () => {
    const jobs = { 'pre-install': ['print', 'no table', 'exit', '3'] };
    const component = await bench.actor('hooks', { replicas: 0, jobs });
    await expect(bench.apply(component)).rejects.toMatchObject({ type: 'HookFailed' });
    expect(await bench.remove(component)).toMatchObject({ wasInstalled: true });
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs/hooks-pre-install`;
    expect(await readObject(bench.real.cluster, path)).toBeUndefined();
  });

  it('is removed beside a Service of somebody who copied its labels, which stays', async () => {
    const component = await bench.actor('exposed', { replicas: 0 });
    await bench.apply(component);
    const path = `/api/v1/namespaces/${namespace}/services/exposed-lb`;
    // As `kubectl expose service exposed --name=exposed-lb` does.
    const labels = { 'app.kubernetes.io/instance': 'exposed', 'app.kubernetes.io/managed-by': 'Helm' };
    const metadata = { name: 'exposed-lb', namespace, labels };
    const spec = { clusterIP: 'None', ports: [{ port: 80 }] };
    await applyObject(bench.real.cluster, path, { apiVersion: 'v1', kind: 'Service', metadata, spec });
    expect(await bench.remove(component, true)).toMatchObject({ wasInstalled: true });
    expect(await readObject(bench.real.cluster, path)).toBeDefined();
    await bench.real.cluster.rest.deleteIfThere(path, undefined, AbortSignal.timeout(30_000));
  });
});

describe('the end of a stack', () => {
  const everything = { stack, namespace, releases: [{ release: 'rest' }], deleteData: false };

  it('lists what is stuck, kept and not ours, and leaves a namespace that holds any of it', async () => {
    const component = await bench.actor('rest', { replicas: 0, keep: true });
    await bench.apply(component);
    const path = `/api/v1/namespaces/${namespace}/services/squatter`;
    const spec = { clusterIP: 'None', ports: [{ port: 80 }] };
    const metadata = { name: 'squatter', namespace };
    await applyObject(bench.real.cluster, path, { apiVersion: 'v1', kind: 'Service', metadata, spec });
    const before = await run(bench.real.activities.takeInventory, everything);
    expect(before).toContainEqual(
      expect.objectContaining({ kind: 'StatefulSet', name: 'rest', why: 'stuck' }),
    );
    expect(before).toContainEqual(
      expect.objectContaining({ kind: 'Secret', name: 'rest-kept', why: 'kept' }),
    );
    expect(before).toContainEqual(
      expect.objectContaining({ kind: 'Service', name: 'squatter', why: 'not-ours' }),
    );
    await bench.remove(component);
    expect(await run(bench.real.activities.removeNamespace, everything)).toEqual({ removed: false });
    const after = await run(bench.real.activities.takeInventory, everything);
    expect(after.map(({ kind, name, why }) => `${why} ${kind} ${name}`)).toEqual([
      'kept Secret rest-kept',
      `kept Namespace ${namespace}`,
      'not-ours Service squatter',
    ]);
  });

  it('finds releases that are not in the plan', async () => {
    const component = await bench.actor('gone', { replicas: 0 });
    await bench.apply(component);
    const found = await run(bench.real.activities.findUnlisted, { stack, namespace, planned: ['rest'] });
    expect(found).toEqual([
      {
        release: 'gone',
        removal: { needs: [], timeout: 60_000, claims: 'app.kubernetes.io/instance=gone' },
      },
    ]);
    await bench.remove(component);
  });

  it('removes the namespace with the last of it, and finds nothing then', async () => {
    const signal = AbortSignal.timeout(10_000);
    await bench.real.cluster.rest.deleteIfThere(
      `/api/v1/namespaces/${namespace}/services/squatter`,
      undefined,
      signal,
    );
    await bench.remove(await bench.actor('rest', { replicas: 0 }), true);
    const all = { ...everything, deleteData: true };
    expect(await run(bench.real.activities.removeNamespace, all)).toEqual({ removed: true });
    expect(await run(bench.real.activities.takeInventory, all)).toEqual([]);
    expect(await readObject(bench.real.cluster, `/api/v1/namespaces/${namespace}`)).toBeUndefined();
    expect(await run(bench.real.activities.removeNamespace, all)).toEqual({ removed: true });
  });
});
