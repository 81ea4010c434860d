import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../../src/errors.js';
import type { Plan } from '../../../../src/stack/plan/plan-types.js';
import {
  loadStack,
  makePlan,
  overrideValues,
  type Stack,
  StackFileError,
} from '../../../../src/stack/plan/plan.js';
import { parseAssignment } from '../../../../src/stack/plan/values/assignments.js';
import { fixtures } from '../../expectations.js';

test.each([
  ['replicas=3', { replicas: 3 }],
  ['ratio=-0.5', { ratio: -0.5 }],
  ['enabled=true', { enabled: true }],
  ['enabled=null', { enabled: null }],
  ['tag="3"', { tag: '3' }],
  ['tag=v3', { tag: 'v3' }],
  ['zip=00123', { zip: '00123' }],
  ['heap=1Gi', { heap: '1Gi' }],
  ['text=issue #5: done', { text: 'issue #5: done' }],
  ['text=yes', { text: 'yes' }],
  ['text=a=b', { text: 'a=b' }],
  ['text=', { text: '' }],
  ['hosts=[a, b]', { hosts: ['a', 'b'] }],
  ['labels={a: 1}', { labels: { a: 1 } }],
  ['a.b.c=1', { a: { b: { c: 1 } } }],
  [String.raw`config.log\.retention\.hours=24`, { config: { 'log.retention.hours': 24 } }],
])('%s', (text, values) => {
  expect(parseAssignment(text).data).toEqual(values);
});

test.each([['replicas'], ['=3'], ['a..b=1'], ['.a=1'], ['hosts[0]=a'], ['']])(
  'refuses %j, which sets nothing',
  (text) => {
    expect(() => parseAssignment(text)).toThrow(UserError);
    expect(() => parseAssignment(text)).toThrow('names no value');
  },
);

test('refuses what cannot be read, with the place', () => {
  expect(() => parseAssignment('hosts=[a')).toThrow(StackFileError);
  expect(() => parseAssignment('hosts=[a')).toThrow('--set hosts:');
  expect(() => parseAssignment('__proto__.a=1')).toThrow('not allowed');
  expect(() => parseAssignment('n=12345678901234567890')).toThrow('too large');
});

test('never tells a value', () => {
  expect(() => parseAssignment('a[0].password=hunter2')).toThrow(/^(?!.*hunter2)/);
});

function load(): Promise<Stack> {
  return loadStack(join(fixtures, 'good', 'full.yaml'), { builtInComponents: join(fixtures, 'components') });
}

async function planOf(name: string, ...assignments: string[]) {
  const stack = overrideValues(await load(), name, assignments);
  return makePlan(
    stack,
    { kind: 'cluster' },
    { imageReference: async () => ({ repository: 'r/x', tag: '1' }) },
  );
}

async function failureOf(name: string, ...assignments: string[]): Promise<string> {
  const error: unknown = await planOf(name, ...assignments).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StackFileError);
  return (error as StackFileError).message;
}

/** What needs a changed component has another dependencies’ digest, and is otherwise the same. */
function withoutDependenciesDigest({ components }: Plan, changed: string): object[] {
  return components
    .filter(({ name }) => name !== changed)
    .map(({ dependenciesDigest: _digest, ...rest }) => rest);
}

describe('overrideValues', () => {
  test('sets values over those of the stack file, the last one wins', async () => {
    const plain = await planOf('ensemble');
    const changed = await planOf('ensemble', 'replicas=1', 'replicas=7');
    const [before, after] = [plain, changed].map(({ components }) =>
      components.find(({ name }) => name === 'ensemble'),
    );
    expect(after?.values).toEqual({ ...before?.values, replicas: 7 });
    expect(after?.digest).not.toBe(before?.digest);
    expect(withoutDependenciesDigest(changed, 'ensemble')).toEqual(
      withoutDependenciesDigest(plain, 'ensemble'),
    );
  });

  test('refuses what the chart does', async () => {
    expect(await failureOf('ensemble', 'replicsa=1')).toMatch(/--set ensemble\.replicsa: .*replicas/);
    expect(await failureOf('ensemble', 'replicas=many')).toMatch(/--set ensemble\.replicas: /);
  });

  test('refuses secrets, and does not tell them', async () => {
    const message = await failureOf('ensemble', 'rootPassword=hunter2');
    expect(message).toContain('holds a secret');
    expect(message).not.toContain('hunter2');
  });

  test('refuses the image, which stands beside the values', async () => {
    expect(await failureOf('ensemble', 'image.tag=x')).toContain("do not set the image's tag");
  });

  test('refuses a component that the stack does not have', async () => {
    expect(await failureOf('ensembel')).toContain('did you mean "ensemble"?');
  });
});
