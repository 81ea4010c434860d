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
import { applyObject, run } from '../support/real-cluster.js';
import { podsOf } from './pods.js';

const namespace = 'engine-secrets';
const secret = `/api/v1/namespaces/${namespace}/secrets/login`;

let bench: Bench;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: true });
});

afterAll(async () => await bench?.close());

async function give(value: string, labels: Record<string, string> = {}): Promise<void> {
  const metadata = { name: 'login', namespace, labels };
  await applyObject(bench.real.cluster, secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { value, other: labels['other'] ?? '' },
  });
}

async function prove(component: PlannedComponent): Promise<void> {
  await bench.apply(component);
  await bench.ready(component);
  await bench.prove(component);
  expect(await bench.inspect(component)).toMatchObject({ state: 'same-proven' });
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
    const second = await pods();
    expect(second.filter((each) => first.includes(each))).toEqual([]);
    await prove(component);
    expect(await pods()).toEqual(second);

    // What replaces them anyway is enough.
    await give('newer');
    const before = await template();
    await prove(await actor({ args: ['print', 'other', 'stay'] }));
    expect(await template()).toEqual(before);
    expect((await pods()).filter((each) => second.includes(each))).toEqual([]);
  });

  it('are restarted after a rollback, too', async () => {
    const component = await actor({ args: ['print', 'other', 'stay'] });
    await give('newest');
    const { digest } = await actor();
    const input = { ...bench.reference(component), digest, revision: 1 };
    await run(bench.real.activities.rollBackComponent, input);
    const back = await actor();
    await bench.ready(back);
    await bench.prove(back);
    expect(await bench.inspect(back)).toMatchObject({ state: 'same-proven' });
  });

  it('are known again after another hand took away what was written down of them', async () => {
    const component = await actor();
    const path = `/apis/apps/v1/namespaces/${namespace}/${name}s/${name}`;
    await bench.real.cluster.rest.json({
      method: 'PATCH',
      path,
      contentType: Patch.merge,
      body: { metadata: { annotations: { [secretsReadAnnotation]: null } } },
    });
    await give('last');
    await prove(component);
    await give('the very last');
    expect(await bench.inspect(component)).toMatchObject(behind);
  });
});
