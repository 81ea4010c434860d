import { expect, it } from 'vitest';
import { diagnoseDeletion } from '../../../src/kubernetes/diagnose/namespace.js';
import type { Condition } from '../../../src/kubernetes/api/objects.js';

const deleted = (...conditions: Condition[]) => ({
  metadata: { name: 'demo' },
  status: { phase: 'Terminating' as const, conditions },
});

it('names the finalizer that keeps a namespace', () => {
  const message =
    'Some content in the namespace has finalizers remaining: example.com/held in 1 resource instances';
  const [finding, ...others] = diagnoseDeletion(
    deleted({
      type: 'NamespaceFinalizersRemaining',
      status: 'True',
      reason: 'SomeFinalizersRemain',
      message,
    }),
  );
  expect(others).toEqual([]);
  expect(finding?.cause).toMatchObject({ type: 'NamespaceStuck', where: 'Namespace demo' });
  expect(finding?.cause.message).toContain('example.com/held');
});

it('is patient with a namespace whose pods are still leaving', () => {
  expect(diagnoseDeletion(deleted())).toEqual([]);
  expect(diagnoseDeletion({ metadata: { name: 'demo' } })).toEqual([]);
  expect(
    diagnoseDeletion(
      deleted(
        { type: 'NamespaceContentRemaining', status: 'True', message: 'pods. has 2 resource instances' },
        { type: 'NamespaceFinalizersRemaining', status: 'False' },
      ),
    ),
  ).toEqual([]);
});
