import { expect, test } from 'vitest';
import { planBack } from '../../../src/stack/plan/go-back.js';
import { withDependenciesDigests } from '../../../src/stack/plan/plan.js';
import { component, plan } from '../../cli/fake-platform.js';

const sentinel = { records: '1 file', write: 'w', read: 'r', remove: 'd' };
const { checks, ...rest } = component('kafka', { needs: ['zookeeper'], sentinel });
const whole = plan(
  ...withDependenciesDigests([
    component('zookeeper'),
    { ...rest, checks },
    component('livy', { needs: ['kafka'] }),
    component('nifi', { needs: ['kafka', 'zookeeper'] }),
    component('presto', { needs: ['nifi'] }),
  ]),
);
const earlier = { digest: 'sha256:old', version: '0.9' };

test('a component goes back, and what needs it stands upon that', () => {
  const back = planBack(whole, 'kafka', { ...earlier, hooks: { checks: [] } }, ({ name }) => name !== 'livy');
  expect(back.components.map(({ name, needs }) => [name, needs])).toEqual([
    ['kafka', []],
    ['nifi', ['kafka']],
    ['presto', ['nifi']],
  ]);
  const [kafka, nifi, presto] = back.components;
  const [, planned, , plannedNifi, plannedPresto] = whole.components;
  expect(kafka).toMatchObject({ ...earlier, checks: [], dependenciesDigest: planned?.dependenciesDigest });
  expect(kafka).not.toHaveProperty('sentinel');
  expect(nifi).toMatchObject({ digest: plannedNifi?.digest });
  expect(nifi?.dependenciesDigest).not.toBe(plannedNifi?.dependenciesDigest);
  expect(presto?.dependenciesDigest).not.toBe(plannedPresto?.dependenciesDigest);
  expect(back.digest).not.toBe(whole.digest);
});

test('a component of which nobody remembers how it was proven is proven as planned', () => {
  const [kafka] = planBack(whole, 'kafka', earlier, () => false).components;
  expect(kafka).toMatchObject({ checks, sentinel });
});
