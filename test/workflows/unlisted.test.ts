/** Installs that remove what the stack file no longer lists. */
import { CancelledFailure, type WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';
import type { RemoveComponentInput } from '../../src/activities/contract.js';
import { nonRetryable } from '../../src/activities/failures.js';
import { decideUpdate } from '../../src/stack/operation/messages.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import type { UnlistedRelease } from '../../src/stack/plan/unlisted.js';
import { component, endOf, phases, runOperation, withWorker } from '../support/operations.js';
import { plan, plannedComponent } from '../support/plans.js';
import { type Overrides, pretendActivities, untilCancelled } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';
import { patience } from '../support/patience.js';

const stage = useStage(startDevServer);

const install = { plan: plan({ volumes: [], minio: ['volumes'] }), unlisted: 'remove' };

function unlistedRelease(release: string, ...needs: string[]): UnlistedRelease {
  return { release, removal: { needs, timeout: 60_000, claims: `app=${release}` } };
}

/** Livy needs Spark, which needs what is still there; of NiFi nothing is known. */
const unlisted: readonly (UnlistedRelease | string)[] = [
  unlistedRelease('spark', 'minio'),
  unlistedRelease('livy', 'spark'),
  'nifi',
];

function withUnlisted(overrides: Overrides = {}) {
  return pretendActivities({ findUnlisted: async () => unlisted, ...overrides });
}

function failing(activity: 'awaitReady' | 'removeComponent', name: string): Overrides {
  const fail = async ({ component: which }: { readonly component: string }) => {
    if (which === name) throw nonRetryable({ type: 'CheckFailed', message: 'it is broken' });
    return { pods: '', wasInstalled: true, claimsKept: 0, claimsDeleted: 0 };
  };
  return { [activity]: fail };
}

describe('what the stack file no longer lists', () => {
  it('is removed in reverse order of needs, once everything is proven, and its data is kept', async () => {
    const asked: RemoveComponentInput[] = [];
    const { activities, indexOf } = withUnlisted({
      findUnlisted: async ({ planned, withData }) => {
        expect([planned, withData]).toEqual([['volumes', 'minio'], undefined]);
        return unlisted;
      },
      removeComponent: async (input) => {
        asked.push(input);
        return { wasInstalled: true, claimsKept: 2, claimsDeleted: 0 };
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(false);
    expect(phases(state)).toEqual({
      volumes: 'proven',
      minio: 'proven',
      spark: 'removed',
      livy: 'removed',
      nifi: 'removed',
    });
    expect(component(state, 'spark')).toMatchObject({ unchanged: false, detail: 'data kept in 2 claims' });
    const end = (name: string) => indexOf('removeComponent', name, 'end');
    expect(indexOf('removeComponent', 'nifi')).toBeGreaterThan(indexOf('recordProof', 'minio', 'end'));
    expect(indexOf('removeComponent', 'livy')).toBeGreaterThan(end('nifi'));
    expect(indexOf('removeComponent', 'spark')).toBeGreaterThan(end('livy'));
    expect(asked.map(({ component: name, claims, deleteData }) => [name, claims, deleteData])).toEqual([
      ['nifi', 'app.kubernetes.io/instance=nifi', false],
      ['livy', 'app=livy', false],
      ['spark', 'app=spark', false],
    ]);
  });

  it('waits, says for what, and does not count as part of the plan', async () => {
    let proceed = false;
    const { activities } = withUnlisted({
      awaitReady: async () => {
        await vi.waitUntil(() => proceed, { timeout: patience });
        return { pods: '1/1 pods ready' };
      },
    });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      const state = await untilPhase(handle, 'livy', 'waiting');
      expect(component(state, 'livy').detail).toContain('once everything in the stack file is proven');
      expect(await handle.query('digests')).toEqual({ volumes: 'sha256:volumes', minio: 'sha256:minio' });
      proceed = true;
      expect((await endOf(handle)).failed).toBe(false);
    });
  });

  it('stays when a component failed, and says so', async () => {
    const { activities, starts } = withUnlisted(failing('awaitReady', 'minio'));
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(true);
    expect(phases(state)).toEqual({
      volumes: 'proven',
      minio: 'failed',
      spark: 'blocked',
      livy: 'blocked',
      nifi: 'blocked',
    });
    expect(component(state, 'livy').cause).toMatchObject({
      type: 'NotRemoved',
      message:
        'the stack file no longer lists it, but it stays until everything listed is proven: minio failed',
    });
    expect(starts().filter((each) => each.startsWith('removeComponent'))).toEqual([]);
  });

  it('stays while a component waits for a decision, and when the install is aborted then', async () => {
    const { activities, starts } = withUnlisted(failing('awaitReady', 'minio'));
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', { ...install, onFailure: 'wait' });
      const waiting = await vi.waitUntil(
        async () => {
          const state = await handle.query<OperationState>('state');
          return state.waitsForDecision && state;
        },
        { timeout: patience, interval: 50 },
      );
      expect(phases(waiting)).toMatchObject({ minio: 'deciding', livy: 'waiting' });
      await handle.executeUpdate(decideUpdate, { args: [{ decision: 'abort' }] });
      const { state, failed } = await endOf(handle);
      expect(failed).toBe(true);
      expect(phases(state)).toMatchObject({ minio: 'failed', spark: 'blocked', livy: 'blocked' });
    });
    expect(starts().filter((each) => each.startsWith('removeComponent'))).toEqual([]);
  });

  it('stays if it is needed by one that could not be removed; what is proven stays proven', async () => {
    const { activities } = withUnlisted(failing('removeComponent', 'livy'));
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(true);
    expect(phases(state)).toMatchObject({
      minio: 'proven',
      nifi: 'removed',
      livy: 'failed',
      spark: 'blocked',
    });
    expect(component(state, 'spark').cause?.message).toBe('livy needs it and could not be removed');
  });

  it('is left where a cancellation finds it', async () => {
    const { activities, starts } = withUnlisted({
      removeComponent: async ({ component: name }) =>
        name === 'livy' ? await untilCancelled() : { wasInstalled: true, claimsKept: 0, claimsDeleted: 0 },
    });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      await vi.waitUntil(() => starts().includes('removeComponent livy'), { timeout: patience });
      await handle.cancel();
      const end = await handle.result().catch((error: unknown) => error);
      expect((end as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      const state = await handle.query<OperationState>('state');
      expect(phases(state)).toMatchObject({ minio: 'proven', livy: 'cancelled', spark: 'cancelled' });
    });
    expect(starts()).not.toContain('removeComponent spark');
  });

  it('is not even looked for where it is to be kept', async () => {
    const { activities, starts } = withUnlisted();
    for (const policy of ['keep', undefined]) {
      const { state } = await runOperation(stage, activities, 'install', {
        plan: install.plan,
        unlisted: policy,
      });
      expect(phases(state)).toEqual({ volumes: 'proven', minio: 'proven' });
    }
    expect(starts()).not.toContain('findUnlisted -');
  });

  it('keeps an install from beginning that cannot find out about it', async () => {
    const { activities, starts } = withUnlisted({
      findUnlisted: async () => {
        throw nonRetryable({ type: 'Forbidden', message: 'you may not list Secrets' });
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(true);
    expect(component(state, 'volumes')).toMatchObject({
      phase: 'failed',
      cause: { type: 'Forbidden', message: 'you may not list Secrets' },
    });
    expect(starts()).not.toContain('inspectComponent volumes');
  });

  it('goes first in an uninstall, in reverse order of needs, with the data that was kept of others', async () => {
    const { activities, indexOf } = withUnlisted({
      findUnlisted: async ({ withData }) => {
        expect(withData).toBe(true);
        return unlisted;
      },
    });
    const input = { plan: plan({}, { components: [plannedComponent('minio')] }), deleteData: true };
    const { failed } = await runOperation(stage, activities, 'uninstall', input);
    expect(failed).toBe(false);
    const end = (name: string) => indexOf('removeComponent', name, 'end');
    expect(indexOf('removeComponent', 'livy')).toBeGreaterThan(end('nifi'));
    expect(indexOf('removeComponent', 'spark')).toBeGreaterThan(end('livy'));
    expect(indexOf('removeComponent', 'minio')).toBeGreaterThan(end('spark'));
  });
});

async function untilPhase(handle: WorkflowHandle, name: string, phase: string): Promise<OperationState> {
  return await vi.waitUntil(
    async () => {
      const state = await handle.query<OperationState>('state');
      return phases(state)[name] === phase && state;
    },
    { timeout: patience, interval: 50 },
  );
}
