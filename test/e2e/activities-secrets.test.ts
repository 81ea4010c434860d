/**
 * Secrets that change under the pods that have read them.
 *
 * @components none
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Workload } from '../../src/kubernetes/api/objects.js';
import { Patch } from '../../src/kubernetes/api/rest.js';
import { secretsReadAnnotation } from '../../src/kubernetes/secrets/secrets-read.js';
import type { PlannedComponent, Values } from '../../src/stack/plan/plan-types.js';
import { type Bench, setUpBench } from '../support/bench.js';
import { patience } from '../support/patience.js';
import { applyObject, run } from '../support/real-cluster.js';
import { podsOf } from './pods.js';

const namespace = 'engine-secrets';

let bench: Bench;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: true });
});

afterAll(async () => await bench?.close());

async function give(value: string, labels: Record<string, string> = {}, name = 'login'): Promise<void> {
  const metadata = { name, namespace, labels };
  await applyObject(bench.real.cluster, `/api/v1/namespaces/${namespace}/secrets/${name}`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { value, other: labels['other'] ?? '' },
  });
}

async function prove(component: PlannedComponent): Promise<number> {
  const revision = await bench.apply(component);
  await bench.ready(component);
  await bench.prove(component);
  expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
  return revision;
}

const behind = {
  state: 'same-unproven',
  missing: 'pods that have read Secret/login since it changed',
  gone: false,
};

describe.each(['StatefulSet', 'Deployment', 'DaemonSet'])('the pods of a %s that read a Secret', (kind) => {
  const name = kind.toLowerCase();
  const actor = (values: Values = {}) => bench.actor(name, { kind, secretVariable: 'login', ...values });
  // One that ends is not ready any more.
  const pods = async () =>
    (await podsOf(bench.real.cluster.connection.kubeconfig, namespace, name)).filter((each) =>
      / true \d+$/.test(each),
    );
  const replaced = async (old: readonly string[]) => {
    const left = async () => (await pods()).filter((each) => old.includes(each));
    await expect.poll(left, { timeout: patience }).toEqual([]);
  };
  const template = async () => {
    const path = `/apis/apps/v1/namespaces/${namespace}/${name}s/${name}`;
    return (
      (await bench.real.cluster.rest.json<Workload>({ path })).spec?.template?.metadata?.annotations ?? {}
    );
  };

  it('are restarted when a value of theirs changes, once, and for nothing else', async () => {
    await give('old');
    const component = await actor();
    await prove(component);
    const first = await pods();

    await give('old', { other: 'changed' });
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
    await prove(component);
    expect(await pods()).toEqual(first);

    await give('new');
    expect(await bench.inspect(component)).toMatchObject(behind);
    await prove(component);
    await replaced(first);
    const second = await pods();
    await prove(component);
    expect(await pods()).toEqual(second);

    // What replaces them anyway is enough.
    await give('newer');
    const before = await template();
    await prove(await actor({ args: ['print', 'other', 'stay'] }));
    expect(await template()).toEqual(before);
    await replaced(second);
  });

  it('are restarted when a change that did not come to its end is rolled back', async () => {
    const component = await actor({ replicas: 2 });
    const revision = await prove(component);
    const old = await pods();
    await give('given while it changes');
    await bench.apply(await actor({ replicas: 2, readyAfter: 3_600 }));
    const { digest } = component;
    await run(bench.real.activities.rollBackComponent, { ...bench.reference(component), digest, revision });
    await bench.ready(component);
    await bench.prove(component);
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
    await replaced(old);
  });

  it('are restarted although another hand took away what was written down of them', async () => {
    const component = await actor({ replicas: 2 });
    const path = `/apis/apps/v1/namespaces/${namespace}/${name}s/${name}`;
    await bench.real.cluster.rest.json({
      method: 'PATCH',
      path,
      contentType: Patch.merge,
      body: { metadata: { annotations: { [secretsReadAnnotation]: null } } },
    });
    await give('last');
    expect(await bench.inspect(component)).toMatchObject(behind);
    const old = await pods();
    await prove(component);
    await replaced(old);
  });
});

describe('pods that wait for a Secret', () => {
  it('have read it when they are proven, and are restarted when it changes', async () => {
    const component = await bench.actor('waiting', { kind: 'Deployment', secretVariable: 'late' });
    await bench.apply(component);
    await give('late', {}, 'late');
    await bench.ready(component);
    await run(bench.real.activities.recordProof, {
      ...bench.reference(component),
      digest: component.digest,
      version: component.version,
      checks: [],
      installed: true,
    });
    expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
    await give('later', {}, 'late');
    expect(await bench.inspect(component)).toMatchObject({
      ...behind,
      missing: 'pods that have read Secret/late since it changed',
    });
  });
});
