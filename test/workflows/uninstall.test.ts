import { describe, expect, it } from 'vitest';
import type { RemoveComponentInput, StackRemovalInput } from '../../src/activities/contract.js';
import { nonRetryable } from '../../src/activities/failures.js';
import { component, phases, runOperation } from '../support/operations.js';
import { plan, plannedComponent, skeleton } from '../support/plans.js';
import { pretendActivities } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startTimeSkippingServer } from '../support/test-server.js';

const stage = useStage(startTimeSkippingServer);

const input = { plan: plan(skeleton), deleteData: false };

describe('uninstallStack', () => {
  it('removes dependants first, the provider of volumes last, then takes the inventory', async () => {
    const { activities, indexOf } = pretendActivities();
    const { state, failed } = await runOperation(stage, activities, 'uninstall', input);
    expect(failed).toBe(false);
    expect(new Set(Object.values(phases(state)))).toEqual(new Set(['removed']));
    expect(state.left).toEqual([]);
    const end = (name: string) => indexOf('removeComponent', name, 'end');
    expect(indexOf('removeComponent', 'zookeeper')).toBeGreaterThan(end('kafka'));
    expect(indexOf('removeComponent', 'volumes')).toBeGreaterThan(end('zookeeper'));
    expect(indexOf('removeComponent', 'volumes')).toBeGreaterThan(end('minio'));
    expect(indexOf('removeNamespace', '-')).toBeGreaterThan(end('volumes'));
    expect(indexOf('takeInventory', '-')).toBeGreaterThan(indexOf('removeNamespace', '-', 'end'));
  });

  it('removes a part alone: neither what is not listed, nor the namespace', async () => {
    const { activities, starts } = pretendActivities();
    const part = { plan: plan({ zookeeper: [], kafka: ['zookeeper'] }), deleteData: false, part: true };
    const { state, failed } = await runOperation(stage, activities, 'uninstall', part);
    expect(failed).toBe(false);
    expect(phases(state)).toEqual({ zookeeper: 'removed', kafka: 'removed' });
    expect(state.left).toBeUndefined();
    expect(starts()).toEqual(['removeComponent kafka', 'removeComponent zookeeper']);
  });

  it('does not take away what a component still needs that cannot be removed', async () => {
    const { activities, starts } = pretendActivities({
      removeComponent: async ({ component: name }) => {
        if (name === 'kafka') {
          throw nonRetryable({ type: 'RemoveTimeout', message: 'a pod is still there' });
        }
        return { wasInstalled: true, claimsKept: 0, claimsDeleted: 0 };
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'uninstall', input);
    expect(failed).toBe(true);
    expect(phases(state)).toEqual({
      volumes: 'blocked',
      minio: 'removed',
      zookeeper: 'blocked',
      kafka: 'failed',
    });
    expect(component(state, 'zookeeper').cause?.message).toBe('kafka needs it and could not be removed');
    expect(state.left).toBeUndefined();
    expect(starts()).not.toContain('removeNamespace -');
  });

  it('fails if something is stuck, and succeeds if it is only kept', async () => {
    const kept = { kind: 'PersistentVolumeClaim', name: 'data-0', why: 'kept', detail: 'data' } as const;
    const stuck = { kind: 'Service', name: 'kafka', why: 'stuck', detail: 'it was not deleted' } as const;
    const one = pretendActivities({ takeInventory: async () => [kept] });
    expect(await runOperation(stage, one.activities, 'uninstall', input)).toMatchObject({
      failed: false,
      state: { left: [kept] },
    });
    const other = pretendActivities({ takeInventory: async () => [kept, stuck] });
    expect(await runOperation(stage, other.activities, 'uninstall', input)).toMatchObject({
      failed: true,
      state: { left: [kept, stuck] },
    });
  });

  it('lets the inventory say what holds a namespace that cannot be removed', async () => {
    const { activities } = pretendActivities({
      removeNamespace: async () => {
        throw nonRetryable({ type: 'RemoveTimeout', message: 'it is still there' });
      },
      takeInventory: async () => [{ kind: 'Namespace', name: 'demo', why: 'stuck', detail: 'held by x' }],
    });
    const { state, failed } = await runOperation(stage, activities, 'uninstall', input);
    expect(failed).toBe(true);
    expect(state.left).toHaveLength(1);
  });

  it('fails if nothing can be proven in the end', async () => {
    const { activities } = pretendActivities({
      takeInventory: async () => {
        throw nonRetryable({ type: 'Forbidden', message: 'no' });
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'uninstall', input);
    expect(failed).toBe(true);
    expect(state.left).toBeUndefined();
  });

  it('removes releases that have left the plan before everything else', async () => {
    let inventoried: StackRemovalInput | undefined;
    const { activities, indexOf } = pretendActivities({
      findUnlisted: async ({ planned }) => {
        expect(planned).toEqual(['volumes', 'minio', 'zookeeper', 'kafka']);
        return ['nifi'];
      },
      takeInventory: async (asked) => {
        inventoried = asked;
        return [];
      },
    });
    const { state } = await runOperation(stage, activities, 'uninstall', input);
    expect(phases(state)['nifi']).toBe('removed');
    expect(indexOf('removeComponent', 'kafka')).toBeGreaterThan(indexOf('removeComponent', 'nifi', 'end'));
    expect(inventoried?.releases).toContainEqual({
      release: 'nifi',
      claims: 'app.kubernetes.io/instance=nifi',
    });
  });

  it('deletes data only when told to, and says what became of it', async () => {
    const asked: RemoveComponentInput[] = [];
    const { activities } = pretendActivities({
      removeComponent: async (each) => {
        asked.push(each);
        return {
          wasInstalled: true,
          claimsKept: each.deleteData ? 0 : 3,
          claimsDeleted: each.deleteData ? 3 : 0,
          notes: ['a definition stays'],
        };
      },
    });
    const components = [plannedComponent('kafka', { data: { claims: 'app=kafka' } })];
    const kept = await runOperation(stage, activities, 'uninstall', {
      plan: plan({}, { components }),
      deleteData: false,
    });
    expect(component(kept.state, 'kafka')).toMatchObject({
      detail: 'data kept in 3 claims',
      notes: ['a definition stays'],
    });
    const deleted = await runOperation(stage, activities, 'uninstall', {
      plan: plan({}, { components }),
      deleteData: true,
    });
    expect(component(deleted.state, 'kafka').detail).toBe('3 claims deleted');
    expect(asked.map(({ deleteData, claims }) => [deleteData, claims])).toEqual([
      [false, 'app=kafka'],
      [true, 'app=kafka'],
    ]);
  });

  it('says of what was not installed that nothing was done', async () => {
    const { activities } = pretendActivities({
      removeComponent: async () => ({ wasInstalled: false, claimsKept: 0, claimsDeleted: 0 }),
    });
    const { state } = await runOperation(stage, activities, 'uninstall', input);
    expect(component(state, 'minio')).toMatchObject({
      phase: 'removed',
      unchanged: true,
      detail: 'was not installed',
    });
  });
});
