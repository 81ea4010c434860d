/** Components that fail for good, and what people decide about them, on a real server. */
import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it, vi } from 'vitest';
import { nonRetryable } from '../../src/activities/failures.js';
import { decide as send } from '../../src/client/decide.js';
import { type Decision, type TakenDecision } from '../../src/stack/operation/decisions.js';
import { decideUpdate } from '../../src/stack/operation/messages.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import type { PlannedComponent } from '../../src/stack/plan/plan-types.js';
import { component, endOf, phases, runOperation, withWorker } from '../support/operations.js';
import { plan, plannedComponent, skeleton } from '../support/plans.js';
import {
  type Overrides,
  type PretendedActivities,
  pretendActivities,
  untilCancelled,
} from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';
import { patience } from '../support/patience.js';

const stage = useStage(startDevServer);

const install = { plan: plan(skeleton), onFailure: 'wait' };
const cause = {
  type: 'ImagePull' as const,
  message: 'no such image',
  where: 'Pod demo/zookeeper-0',
  next: 'build it',
};

/** Activities under which these components never become ready, until they have these values. */
function failing(names: readonly string[], fixed?: PlannedComponent['values']): PretendedActivities {
  const applied = new Map<string, PlannedComponent>();
  return pretendActivities({
    applyComponent: async ({ component: planned }) => {
      applied.set(planned.name, planned);
      return { revision: 1 };
    },
    awaitReady: async ({ component: name }) => {
      const isFixed = fixed !== undefined && applied.get(name)?.values['replicas'] === fixed['replicas'];
      if (names.includes(name) && !isFixed) {
        throw nonRetryable(cause);
      }
      return { pods: '1/1 pods ready' };
    },
  });
}

/** Zookeeper does not get ready until it has healed. */
function healing(overrides: Overrides = {}): PretendedActivities & { heal(): void } {
  let isHealed = false;
  const pretended = pretendActivities({
    awaitReady: async ({ component: name }) => {
      if (name === 'zookeeper' && !isHealed) throw nonRetryable(cause);
      return { pods: '1/1 pods ready' };
    },
    awaitHealed: async () => {
      await Promise.race([vi.waitUntil(() => isHealed, { timeout: patience }), untilCancelled()]);
      return { pods: '1/1 pods ready' };
    },
    ...overrides,
  });
  return {
    ...pretended,
    heal() {
      isHealed = true;
    },
  };
}

const fixed = {
  ...plannedComponent('zookeeper', { needs: ['volumes'] }),
  values: { replicas: 1 },
  digest: 'sha256:new',
};

function decide(handle: WorkflowHandle, decision: object): Promise<TakenDecision> {
  return send(stage.environment.client, handle, decision as Decision);
}

async function refusal(handle: WorkflowHandle, decision: object): Promise<string> {
  const update = handle.executeUpdate(decideUpdate, { args: [decision as Decision] });
  const error: unknown = await update.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  const { cause: failure } = error as WorkflowUpdateFailedError;
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect((failure as ApplicationFailure).type).toBe('DecisionRefused');
  return (failure as ApplicationFailure).message;
}

/** The state in which nothing moves until somebody decides. */
async function untilWaiting(handle: WorkflowHandle): Promise<OperationState> {
  return await vi.waitUntil(
    async () => {
      const state = await handle.query<OperationState>('state');
      return state.waitsForDecision && state;
    },
    { timeout: patience, interval: 50 },
  );
}

describe('a component that fails for good', () => {
  it('waits with its cause, while independent branches finish and dependants say for what they wait', async () => {
    const { activities, starts } = failing(['zookeeper']);
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      const state = await untilWaiting(handle);
      expect(phases(state)).toEqual({
        volumes: 'proven',
        minio: 'proven',
        zookeeper: 'deciding',
        kafka: 'waiting',
      });
      expect(component(state, 'zookeeper').cause).toEqual(cause);
      expect(component(state, 'kafka').detail).toBe('for the decision about zookeeper');
      const details = JSON.stringify(await handle.query('__temporal_workflow_metadata'));
      expect(details).toContain('| zookeeper | failed, waits for a decision |');
      for (const command of ['bigdata retry zookeeper', 'bigdata skip zookeeper', 'bigdata abort']) {
        expect(details).toContain(`\`${command}\``);
      }
      await decide(handle, { decision: 'abort' });
      await endOf(handle);
    });
    expect(starts()).not.toContain('inspectComponent kafka');
  });

  describe('beside the decision', () => {
    it('goes on by itself when what was wrong is gone, and says so', async () => {
      const { activities, heal, starts } = healing();
      await withWorker(stage, activities, async (start) => {
        const handle = await start('install', install);
        await untilWaiting(handle);
        heal();
        const state = (await handle.result()) as OperationState;
        expect(phases(state)).toMatchObject({ zookeeper: 'proven', kafka: 'proven' });
        expect(component(state, 'zookeeper').notes).toEqual([
          expect.stringMatching(/^healed by itself \d+ s after it had failed$/),
        ]);
        expect(component(state, 'kafka').notes).toBeUndefined();
      });
      expect(starts().filter((each) => each.startsWith('awaitHealed'))).toEqual(['awaitHealed zookeeper']);
    });

    it('ends with a decision', async () => {
      const { activities } = healing();
      await withWorker(stage, activities, async (start) => {
        const handle = await start('install', install);
        await untilWaiting(handle);
        await decide(handle, { decision: 'skip', component: 'zookeeper' });
        const { state } = await endOf(handle);
        expect(phases(state)).toMatchObject({ zookeeper: 'skipped', kafka: 'blocked' });
      });
    });

    it('does not begin where it is not readiness that failed', async () => {
      const { activities, starts } = healing({
        awaitReady: async () => ({ pods: '1/1 pods ready' }),
        runCheck: async () => {
          throw nonRetryable({ type: 'CheckFailed', message: 'it does not hold' });
        },
      });
      await withWorker(stage, activities, async (start) => {
        const handle = await start('install', install);
        await untilWaiting(handle);
        await decide(handle, { decision: 'abort' });
        await endOf(handle);
      });
      expect(starts()).not.toContain('awaitHealed volumes');
    });

    it('leaves the decision to people when nobody can watch', async () => {
      const { activities } = healing({
        awaitHealed: async () => {
          throw nonRetryable({ type: 'Forbidden', message: 'no' });
        },
      });
      await withWorker(stage, activities, async (start) => {
        const handle = await start('install', install);
        await untilWaiting(handle);
        await decide(handle, { decision: 'abort' });
        expect((await endOf(handle)).failed).toBe(true);
      });
    });
  });

  it('is not waited for with `abort`, nor if nothing is said', async () => {
    for (const input of [{ ...install, onFailure: 'abort' }, { plan: install.plan }]) {
      const { state, failed } = await runOperation(
        stage,
        failing(['zookeeper']).activities,
        'install',
        input,
      );
      expect(failed).toBe(true);
      expect(phases(state)).toMatchObject({ minio: 'proven', zookeeper: 'failed', kafka: 'blocked' });
      expect(state.waitsForDecision).toBeUndefined();
    }
  });

  it('is not waited for if the namespace cannot be had, which no decision fixes', async () => {
    const { activities } = pretendActivities({
      prepareNamespace: async () => {
        throw nonRetryable({ type: 'NamespaceTaken', message: 'it belongs to the stack other' });
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(true);
    expect(phases(state)).toMatchObject({ volumes: 'failed', kafka: 'blocked' });
  });

  it('can still be cancelled', async () => {
    await withWorker(stage, failing(['zookeeper']).activities, async (start) => {
      const handle = await start('install', install);
      await untilWaiting(handle);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow('Workflow execution cancelled');
      const state = await handle.query<OperationState>('state');
      expect(phases(state)).toMatchObject({ zookeeper: 'cancelled', kafka: 'cancelled' });
    });
  });
});

describe('retry', () => {
  it('tries the same again', async () => {
    let broken = true;
    const { activities, starts } = pretendActivities({
      awaitReady: async ({ component: name }) => {
        if (broken && name === 'zookeeper') {
          throw nonRetryable(cause);
        }
        return { pods: '1/1 pods ready' };
      },
    });
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      await untilWaiting(handle);
      broken = false;
      const taken = await decide(handle, { decision: 'retry', component: 'zookeeper' });
      expect(taken).toEqual({ changed: false });
      const { state, failed } = await endOf(handle);
      expect(failed).toBe(false);
      expect(phases(state)).toMatchObject({ zookeeper: 'proven', kafka: 'proven' });
      expect(component(state, 'zookeeper').cause).toBeUndefined();
    });
    expect(starts().filter((each) => each === 'applyComponent zookeeper')).toHaveLength(2);
    expect(starts().filter((each) => each === 'applyComponent volumes')).toHaveLength(1);
  });

  it('takes a changed plan, which the operation keeps', async () => {
    await withWorker(stage, failing(['zookeeper'], fixed.values).activities, async (start) => {
      const handle = await start('install', install);
      await untilWaiting(handle);
      const taken = await decide(handle, {
        decision: 'retry',
        component: 'zookeeper',
        plan: { stack: 'demo', namespace: 'demo', component: fixed },
      });
      expect(taken).toEqual({ changed: true });
      const { failed } = await endOf(handle);
      expect(failed).toBe(false);
      const digests = await handle.query<Record<string, string>>('digests');
      expect(digests).toMatchObject({ zookeeper: 'sha256:new', kafka: 'sha256:kafka' });
    });
  });

  it('lets what needs the component stand on what it is now', async () => {
    const before = plan(skeleton);
    const planned = {
      ...before,
      components: before.components.map((each) => ({ ...each, dependenciesDigest: `old ${each.name}` })),
    };
    const outline = {
      volumes: { digest: 'sha256:volumes', dependenciesDigest: 'new volumes' },
      zookeeper: { digest: 'sha256:new', dependenciesDigest: 'new zookeeper' },
      kafka: { digest: 'sha256:kafka', dependenciesDigest: 'new kafka' },
    };
    const elsewhere = { ...outline, volumes: { ...outline.volumes, digest: 'sha256:other' } };
    for (const [told, kafka] of [
      [outline, 'new kafka'],
      [elsewhere, undefined],
      [undefined, undefined],
    ] as const) {
      const pretended = failing(['zookeeper'], fixed.values);
      const digests = new Map<string, string | undefined>();
      const recordProof: Overrides['recordProof'] = async ({ component: name, dependenciesDigest }) => {
        digests.set(name, dependenciesDigest);
      };
      const activities = { ...pretended.activities, recordProof };
      await withWorker(stage, activities, async (start) => {
        const handle = await start('install', { ...install, plan: planned });
        await untilWaiting(handle);
        const replanned = { stack: 'demo', namespace: 'demo', component: fixed };
        await decide(handle, {
          decision: 'retry',
          component: 'zookeeper',
          plan: { ...replanned, ...(told === undefined ? {} : { outline: told }) },
        });
        expect((await endOf(handle)).failed).toBe(false);
      });
      expect(Object.fromEntries(digests)).toEqual({
        volumes: 'old volumes',
        minio: 'old minio',
        zookeeper: 'old zookeeper',
        kafka,
      });
    }
  });

  it('waits again if that fails, too', async () => {
    const { activities, starts } = failing(['zookeeper']);
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      await untilWaiting(handle);
      await decide(handle, { decision: 'retry', component: 'zookeeper' });
      await vi.waitUntil(
        async () =>
          starts().filter((each) => each === 'awaitReady zookeeper').length === 2 &&
          (await untilWaiting(handle)),
        { timeout: patience },
      );
      await decide(handle, { decision: 'abort' });
      expect(phases((await endOf(handle)).state)).toMatchObject({ zookeeper: 'failed', kafka: 'blocked' });
    });
  });

  it('is still possible after all workers were gone', async () => {
    const taskQueue = `test-${randomUUID()}`;
    const before = failing(['zookeeper']);
    const handle = await withWorker(
      stage,
      before.activities,
      async (start) => {
        const started = await start('install', install);
        await untilWaiting(started);
        return started;
      },
      taskQueue,
    );
    const after = pretendActivities();
    await withWorker(
      stage,
      after.activities,
      async () => {
        expect(phases(await untilWaiting(handle))).toMatchObject({ minio: 'proven', zookeeper: 'deciding' });
        await decide(handle, { decision: 'retry', component: 'zookeeper' });
        expect((await endOf(handle)).failed).toBe(false);
      },
      taskQueue,
    );
    expect(after.starts()).not.toContain('applyComponent minio');
    expect(after.starts()).toContain('applyComponent kafka');
  });
});

describe('skip', () => {
  it('blocks what needs the component, goes on with the rest, and ends as not complete', async () => {
    const { activities, starts } = failing(['minio', 'zookeeper']);
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', install);
      await vi.waitUntil(
        async () => {
          const state = await handle.query<OperationState>('state');
          return phases(state)['zookeeper'] === 'deciding' && phases(state)['minio'] === 'deciding';
        },
        { timeout: patience, interval: 50 },
      );
      await decide(handle, { decision: 'skip', component: 'zookeeper' });
      const state = await untilWaiting(handle);
      expect(phases(state)).toMatchObject({ minio: 'deciding', zookeeper: 'skipped', kafka: 'blocked' });
      expect(component(state, 'kafka').cause?.message).toBe('needs zookeeper, which was skipped');
      await decide(handle, { decision: 'skip', component: 'minio' });
      const end = await endOf(handle);
      expect(end.failed).toBe(true);
      expect(component(end.state, 'zookeeper')).toMatchObject({ phase: 'skipped', cause });
    });
    expect(starts()).not.toContain('inspectComponent kafka');
  });
});

describe('abort', () => {
  it('lets finish what runs, starts nothing new, and ends as failed', async () => {
    let proceed = false;
    const { activities, starts } = pretendActivities({
      awaitReady: async ({ component: name }) => {
        if (name === 'zookeeper') {
          throw nonRetryable(cause);
        }
        if (name === 'minio') {
          await vi.waitUntil(() => proceed, { timeout: patience });
        }
        return { pods: '1/1 pods ready' };
      },
    });
    const graph = { ...skeleton, spark: ['minio'] };
    await withWorker(stage, activities, async (start) => {
      const handle = await start('install', { ...install, plan: plan(graph) });
      await vi.waitUntil(() => starts().includes('awaitReady minio'), { timeout: patience });
      await decide(handle, { decision: 'abort' });
      expect(await refusal(handle, { decision: 'abort' })).toBe('the install is being aborted already');
      proceed = true;
      const { state, failed } = await endOf(handle);
      expect(failed).toBe(true);
      expect(phases(state)).toEqual({
        volumes: 'proven',
        minio: 'proven',
        zookeeper: 'failed',
        kafka: 'blocked',
        spark: 'blocked',
      });
      expect(component(state, 'spark').cause).toMatchObject({ type: 'Aborted' });
    });
    expect(starts()).not.toContain('inspectComponent spark');
  });
});

describe('a decision that makes no sense', () => {
  it('is refused with the reason, and changes nothing', async () => {
    await withWorker(stage, failing(['zookeeper']).activities, async (start) => {
      const handle = await start('install', install);
      const before = await untilWaiting(handle);
      const retry = { decision: 'retry', component: 'zookeeper' };
      const replanned = { stack: 'demo', namespace: 'demo', component: fixed };
      const refused: [object, string][] = [
        [{ decision: 'retry', component: 'zookeper' }, 'did you mean "zookeeper"?'],
        [{ decision: 'retry' }, 'it does not say which component is meant'],
        [{ decision: 'retry', component: 'minio' }, 'minio does not wait for a decision: it is proven'],
        [
          { decision: 'skip', component: 'kafka' },
          'kafka does not wait for a decision: it waits for its turn',
        ],
        [{ ...retry, plan: { ...replanned, component: { ...fixed, name: 'minio' } } }, 'is one of minio'],
        [{ ...retry, plan: { ...replanned, namespace: 'other' } }, 'stack demo in namespace other'],
        [
          { ...retry, plan: { ...replanned, component: { ...fixed, needs: ['volumes', 'minio'] } } },
          'lets zookeeper need volumes, minio instead of volumes',
        ],
        [{ decision: 'forget', component: 'zookeeper' }, 'one of retry, skip and abort'],
      ];
      for (const [decision, reason] of refused) {
        expect(await refusal(handle, decision)).toContain(reason);
      }
      expect(await handle.query('state')).toEqual(before);
      await decide(handle, { decision: 'abort' });
    });
  });

  it('is one about a component that was decided about a moment ago', async () => {
    await withWorker(stage, failing(['zookeeper']).activities, async (start) => {
      const handle = await start('install', install);
      await untilWaiting(handle);
      const decisions = await Promise.allSettled([
        decide(handle, { decision: 'skip', component: 'zookeeper' }),
        decide(handle, { decision: 'skip', component: 'zookeeper' }),
      ]);
      expect(decisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await endOf(handle)).failed).toBe(true);
    });
  });
});
