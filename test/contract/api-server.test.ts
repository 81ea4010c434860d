/**
 * Every chart against a real API server that changes nothing: does it take the objects, and the pods as `restricted`?
 *
 * @each component
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../../src/kubernetes/api/connect.js';
import { listResources, pathOf, type Resource } from '../../src/kubernetes/api/discovery.js';
import { Patch } from '../../src/kubernetes/api/rest.js';
import { applyObject, dropNamespace, readObject } from '../support/real-cluster.js';
import { connectToCluster } from './support/cluster.js';
import { isAbout, loadComponents } from './support/components.js';
import { nameOf, podsOf, type Rendered } from '../../src/contract/rendered.js';
import { variantsOf } from '../../src/contract/variants.js';
import { namespace, render } from './support/render.js';

const components = await loadComponents();

let cluster: Cluster;
let resources: Resource[] = [];

beforeAll(async () => {
  cluster = await connectToCluster();
  resources = await listResources(cluster.rest);
  await applyObject(cluster, `/api/v1/namespaces/${namespace}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  // Made by the controller manager; no pod is taken without it.
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  await vi.waitUntil(() => readObject(cluster, account), { timeout: 30_000, interval: 100 });
});

afterAll(async () => {
  await dropNamespace(cluster, namespace);
});

/** What the API server says against an object; nothing if it would take it. */
async function objections(object: Rendered): Promise<string[]> {
  const resource = resources.find(
    ({ kind, base }) => kind === object.kind && base.endsWith(`/${object.apiVersion}`),
  );
  if (resource === undefined) {
    return [`${nameOf(object)}: the cluster has no ${object.apiVersion} ${object.kind}`];
  }
  const request = {
    method: 'PATCH',
    path: pathOf(resource, namespace, object.metadata.name),
    query: { dryRun: 'All', fieldManager: 'contract', fieldValidation: 'Strict', force: true },
    contentType: Patch.apply,
    body: object,
  } as const;
  return await cluster.rest.json(request).then(
    () => [],
    (error: Error) => [`${nameOf(object)}: ${error.message}`],
  );
}

/** The pods that a chart leads to, as far as the namespace has what they need: no accounts, no claims. */
function barePods(objects: readonly Rendered[]): Rendered[] {
  return podsOf(objects).map(({ owner, labels, spec }) => {
    const claims = owner.spec?.volumeClaimTemplates ?? [];
    const volumes = claims.map(({ metadata }) => ({ name: metadata.name, emptyDir: {} }));
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: owner.metadata.name, labels },
      spec: { ...spec, serviceAccountName: 'default', volumes: [...(spec.volumes ?? []), ...volumes] },
    };
  });
}

describe.each(components)('API server on $name', (component) => {
  isAbout(component.name);

  describe.each(variantsOf(component))('with $name', ({ values }) => {
    it('takes every object, and knows every field', async () => {
      const objects = (await render(component, values)).filter(({ kind }) => kind !== 'Pod');
      expect((await Promise.all(objects.map(objections))).flat()).toEqual([]);
    });

    it('takes every pod at the level `restricted`', async () => {
      const pods = barePods(await render(component, values));
      expect((await Promise.all(pods.map(objections))).flat()).toEqual([]);
    });
  });

  it('is checked by a server that refuses what is wrong', async () => {
    const [pod] = barePods(await render(component, {}));
    const privileged = { ...pod, spec: { ...pod?.spec, hostNetwork: true } } as Rendered;
    expect(await objections(privileged)).toEqual([expect.stringContaining('restricted')]);
    const misspelt = { ...pod, spec: { ...pod?.spec, enableServiceLink: false } } as Rendered;
    expect(await objections(misspelt)).toEqual([expect.stringContaining('enableServiceLink')]);
  });
});
