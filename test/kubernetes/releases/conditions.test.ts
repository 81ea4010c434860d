/** Objects that are ready by their conditions. */
import { describe, expect, it } from 'vitest';

import { type ConditionedObject, unreadyOf } from '../../../src/kubernetes/releases/conditions.js';

type Conditions = NonNullable<ConditionedObject['status']>['conditions'];

const topic = (conditions?: Conditions, change: Partial<ConditionedObject> = {}): ConditionedObject => ({
  apiVersion: 'kafka.example.org/v1',
  kind: 'Topic',
  metadata: { name: 'orders', generation: 2 },
  ...(conditions && { status: { conditions } }),
  ...change,
});

const condition = (type: string, status: 'True' | 'False' | 'Unknown', message?: string) => ({
  type,
  status,
  reason: 'Told',
  ...(message !== undefined && { message }),
});

const definition = (conditions?: Conditions) =>
  topic(conditions, { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' });

describe('a custom resource', () => {
  it('is ready if nothing says otherwise', () => {
    expect(unreadyOf(topic())).toBeUndefined();
    expect(unreadyOf(topic([]))).toBeUndefined();
    expect(unreadyOf(topic([condition('Ready', 'True')]))).toBeUndefined();
    expect(unreadyOf(topic([condition('Synced', 'False'), condition('Stalled', 'False')]))).toBeUndefined();
  });

  it.each(['False', 'Unknown'] as const)('is not ready while its condition Ready is %s', (status) => {
    expect(unreadyOf(topic([condition('Ready', status, '1 of 3 brokers')]))).toEqual({
      why: `Ready is ${status}: Told, 1 of 3 brokers`,
    });
  });

  it('is not ready while its controller works on it, has not seen it, or removes it', () => {
    const both = [condition('Ready', 'True'), condition('Reconciling', 'True')];
    expect(unreadyOf(topic(both))).toEqual({ why: 'Reconciling is True: Told' });
    const stale = { status: { observedGeneration: 1, conditions: [condition('Ready', 'True')] } };
    expect(unreadyOf(topic([], stale))).toEqual({ why: 'its controller has not seen its newest generation' });
    const leaving = { metadata: { name: 'orders', deletionTimestamp: '2026-01-01T10:00:00Z' } };
    expect(unreadyOf(topic([], leaving))).toEqual({ why: 'it is being deleted' });
  });

  it('has failed if its controller says that it does not get on', () => {
    const stalled = [condition('Ready', 'False'), condition('Stalled', 'True', 'no such cluster')];
    expect(unreadyOf(topic(stalled))).toEqual({
      why: 'Stalled is True: Told, no such cluster',
      failed: true,
    });
  });
});

describe('an object of which a component says when it is ready', () => {
  it('is so by that, whatever its conditions say', () => {
    const rules = ['condition=Synced'];
    expect(
      unreadyOf(topic([condition('Ready', 'False'), condition('Synced', 'True')]), rules),
    ).toBeUndefined();
    expect(unreadyOf(topic([condition('Ready', 'True')]), rules)).toEqual({
      why: 'condition=Synced: nothing says it yet',
    });
    expect(unreadyOf(topic([condition('Stalled', 'True')]), rules)).toMatchObject({ failed: true });
    const stale = topic([], { status: { observedGeneration: 1 } });
    expect(unreadyOf(stale, ['jsonpath={.metadata.name}'])).toEqual({
      why: 'its controller has not seen its newest generation',
    });
  });
});

describe('what has no namespace', () => {
  it('is ready as Kubernetes says: a definition once it is established, an API once it is available', () => {
    expect(unreadyOf(definition())).toEqual({ why: 'nothing says whether it is Established' });
    expect(unreadyOf(definition([condition('Established', 'True')]))).toBeUndefined();
    expect(unreadyOf(definition([condition('NamesAccepted', 'False', 'taken')]))).toEqual({
      why: 'NamesAccepted is False: Told, taken',
      failed: true,
    });
    const api = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService' };
    expect(unreadyOf(topic([condition('Available', 'False')], api))).toEqual({
      why: 'Available is False: Told',
    });
  });

  it('has no status, as a rule', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' };
    expect(unreadyOf(topic(undefined, role))).toBeUndefined();
  });
});

describe('a workload of another namespace', () => {
  it('is ready as one of the release’s own is', () => {
    const workload = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 2 } };
    expect(unreadyOf(topic(undefined, workload))).toEqual({ why: '0/2 pods ready' });
    const status = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    expect(unreadyOf(topic(undefined, { ...workload, status } as object))).toBeUndefined();
    expect(unreadyOf(topic(undefined, { ...workload, apiVersion: 'example.org/v1' }))).toBeUndefined();
  });
});
