/** Upgrades: sentinels that prove that data survives, and going back to what was proven. */
import { describe, expect, it, vi } from 'vitest';
import type { Inspection, ProvenBefore, RecordProofInput } from '../../src/activities/contract.js';
import { retryable, nonRetryable } from '../../src/activities/failures.js';
import { component, endOf, phases, runOperation, withWorker } from '../support/operations.js';
import { plan, plannedComponent } from '../support/plans.js';
import { type Overrides, pretendActivities, untilCancelled } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startTimeSkippingServer } from '../support/test-server.js';
import { patience } from '../support/patience.js';

const stage = useStage(startTimeSkippingServer);

const sentinel = { records: '3 records', write: 'store-write', read: 'store-read', remove: 'store-remove' };
const oldChecks = [{ name: 'worked', pods: ['store-worked'], proves: 'it worked', disruptive: false }];

/** What was proven of the store before its upgrade. */
const before: ProvenBefore = {
  digest: 'sha256:old',
  version: '0.9.0',
  revision: 3,
  hooks: { checks: oldChecks, sentinel },
  running: true,
  sentinelWritten: false,
};

const upgrade = (change: Partial<ProvenBefore> = {}): Inspection => ({
  state: 'different',
  revision: 3,
  status: 'deployed',
  before: { ...before, ...change },
});

/** A store that is upgraded, and a front that needs it and is as planned. */
const stack = plan(
  {},
  {
    components: [
      plannedComponent('store', { sentinel, dependenciesDigest: 'sha256:needs' }),
      plannedComponent('front', { needs: ['store'] }),
    ],
  },
);

const unchanged: Inspection = {
  state: 'same-proven',
  revision: 1,
  checks: [],
  provenAt: '2026-01-01T00:00:00.000Z',
};

interface Scene extends Overrides {
  /** How the store is found. */
  readonly found?: Inspection;
  /** How the front is found. */
  readonly front?: Inspection;
  /** Checks that fail, by name; the n-th run of one as `name#n`, from 1. */
  readonly failing?: readonly string[];
  /** Checks that there is never room for, by name. */
  readonly crowded?: readonly string[];
  readonly onFailure?: 'rollback' | 'abort' | 'wait';
}

/** Activities of a scene, with what was done in a form that tells checks apart. */
function pretend({ found = upgrade(), front = unchanged, failing = [], crowded = [], ...overrides }: Scene) {
  const done: string[] = [];
  const proofs: RecordProofInput[] = [];
  const runs = new Map<string, number>();
  const pretended = pretendActivities({
    inspectComponent: async ({ component: name }) => (name === 'store' ? found : front),
    ...overrides,
    applyComponent: async (input) => {
      done.push(`apply ${input.component.name}`);
      return (await overrides.applyComponent?.(input)) ?? { revision: 4 };
    },
    rollBackComponent: async (input) => {
      done.push(`roll back ${input.component} to ${input.revision}`);
      return (await overrides.rollBackComponent?.(input)) ?? { revision: 5 };
    },
    awaitReady: async (input) => {
      done.push(`ready ${input.component}`);
      return (await overrides.awaitReady?.(input)) ?? { pods: '1/1 pods ready' };
    },
    runCheck: async ({ component: name, check }) => {
      const count = (runs.get(check.name) ?? 0) + 1;
      runs.set(check.name, count);
      done.push(`${check.name} ${name}`);
      if (crowded.includes(check.name)) throw retryable({ type: 'CheckUntried', message: 'no room' });
      if (failing.includes(check.name) || failing.includes(`${check.name}#${count}`)) {
        throw nonRetryable({
          type: 'CheckFailed',
          message: `${check.name} failed`,
          where: 'Pod demo/pod',
          details: [`line of ${check.name}`],
        });
      }
      return { name: check.name, proves: check.proves, facts: {}, milliseconds: 1 };
    },
    recordSentinel: async ({ component: name, written }) => {
      done.push(`${written ? 'mark' : 'unmark'} ${name}`);
    },
    recordProof: async (input) => {
      proofs.push(input);
      done.push(`proof ${input.component}`);
    },
  });
  return { ...pretended, done, proofs };
}

async function run({ onFailure = 'abort', ...scene }: Scene) {
  const pretended = pretend(scene);
  const ended = await runOperation(stage, pretended.activities, 'install', { plan: stack, onFailure });
  return { ...ended, ...pretended };
}

describe('the upgrade of a store', () => {
  it('writes its sentinel to what runs, and reads it after the checks', async () => {
    const { state, failed, done, proofs } = await run({});
    expect(failed).toBe(false);
    expect(done).toEqual([
      'sentinel-write store',
      'mark store',
      'apply store',
      'ready store',
      'works store',
      'sentinel-read store',
      'proof store',
      'unmark store',
      'sentinel-remove store',
    ]);
    const checks = component(state, 'store').checks.map(({ proves }) => proves);
    expect(checks).toEqual(['store works', 'read back unchanged: 3 records']);
    expect(component(state, 'store').sentinelWritten).toBeUndefined();
    expect(proofs[0]).toMatchObject({ digest: 'sha256:store', hooks: { sentinel } });
  });

  it('does so neither for a first installation nor for a repair', async () => {
    for (const found of [
      { state: 'absent' },
      upgrade({ digest: 'sha256:store' }),
      upgrade({ digest: 'sha256:store', running: false }),
    ] as const) {
      const { failed, done, state } = await run({ found });
      expect(failed).toBe(false);
      expect(done).toEqual(['apply store', 'ready store', 'works store', 'proof store']);
      expect(component(state, 'store').notes).toBeUndefined();
    }
  });

  it('goes on if what runs does not take the records, and says what is not proven', async () => {
    const { failed, done, state } = await run({ failing: ['sentinel-write'] });
    expect(failed).toBe(false);
    expect(done).toEqual([
      'sentinel-write store',
      'apply store',
      'ready store',
      'works store',
      'proof store',
    ]);
    expect(component(state, 'store').notes).toEqual([
      'that its data survives this change is not proven, for its sentinel could not be written before: sentinel-write failed',
    ]);
  });

  it('goes on if what runs is not well, and says what is not proven', async () => {
    const { failed, done, state } = await run({ found: upgrade({ running: false }) });
    expect(failed).toBe(false);
    expect(done).toEqual(['apply store', 'ready store', 'works store', 'proof store']);
    expect(component(state, 'store').notes?.[0]).toContain('what ran was not ready');
  });

  it('that was cut off reads the records that were written, and writes none over a loss', async () => {
    const found: Inspection = {
      state: 'same-unproven',
      revision: 4,
      missing: 'a proof',
      gone: false,
      before: { ...before, running: false, sentinelWritten: true },
    };
    const { failed, done } = await run({ found });
    expect(failed).toBe(false);
    expect(done).not.toContain('sentinel-write store');
    expect(done).toContain('sentinel-read store');
  });

  it('to yet another version reads the records that the last one has lost, and writes none over them', async () => {
    const { state, failed, done } = await run({
      found: upgrade({ sentinelWritten: true }),
      failing: ['sentinel-read'],
    });
    expect(failed).toBe(true);
    expect(done).not.toContain('sentinel-write store');
    expect(done).not.toContain('unmark store');
    expect(component(state, 'store').cause?.type).toBe('SentinelLost');
  });

  it('that was cut off at its end reads and removes them, and changes nothing', async () => {
    const checks = [{ name: 'works', proves: 'it works', facts: {}, milliseconds: 1 }];
    const proven = { ...unchanged, state: 'same-proven', checks, sentinelWritten: true };
    const found = proven as Inspection;
    const { state, failed, done } = await run({ found });
    expect(failed).toBe(false);
    expect(done).toEqual(['sentinel-read store', 'unmark store', 'sentinel-remove store']);
    expect(component(state, 'store')).toMatchObject({ phase: 'proven', unchanged: true });
  });

  it('of which nothing was proven is not called proven', async () => {
    const found = { ...unchanged, state: 'same-proven', checks: [] } as Inspection;
    const { state, failed } = await run({ found });
    expect(failed).toBe(false);
    expect(component(state, 'store')).toMatchObject({ phase: 'installed', unchanged: true });
  });

  it('fails if the records are lost, and they stay remembered', async () => {
    const { state, failed, done, proofs } = await run({ failing: ['sentinel-read'] });
    expect(failed).toBe(true);
    expect(phases(state)).toEqual({ store: 'failed', front: 'blocked' });
    expect(component(state, 'store').cause).toMatchObject({
      type: 'SentinelLost',
      message: '3 records, written to store before the change, cannot be read after it: sentinel-read failed',
      where: 'Pod demo/pod',
      details: ['line of sentinel-read'],
      next: expect.stringContaining('ConfigMap demo/bigdata.component.') as string,
    });
    expect(proofs).toEqual([]);
    expect(done).not.toContain('unmark store');
  });

  it('succeeds if the records cannot be removed, and says so', async () => {
    const { state, failed, done } = await run({ failing: ['sentinel-remove'] });
    expect(failed).toBe(false);
    expect(component(state, 'store').notes).toEqual([
      'the records of its sentinel (3 records) could not be removed: sentinel-remove failed',
    ]);
    expect(done.slice(-2)).toEqual(['unmark store', 'sentinel-remove store']);
  });

  it('is verified once more after all that was changed after it', async () => {
    const front = upgrade({ digest: 'sha256:old-front' });
    const { failed, done } = await run({ front });
    expect(failed).toBe(false);
    expect(done.slice(done.indexOf('apply front'))).toEqual([
      'apply front',
      'ready front',
      'works front',
      'proof front',
      'sentinel-read store',
      'unmark store',
      'sentinel-remove store',
    ]);
    const lost = await run({ front, failing: ['sentinel-read#2'] });
    expect(lost.failed).toBe(true);
    expect(phases(lost.state)).toEqual({ store: 'failed', front: 'proven' });
    expect(component(lost.state, 'store').cause?.type).toBe('SentinelLost');
    expect(lost.done).not.toContain('sentinel-remove store');
  });
});

describe('a change that fails, with `rollback`', () => {
  const rollback = { onFailure: 'rollback' } as const;

  it('is rolled back, and what was proven before is proven again', async () => {
    const { state, failed, done, proofs } = await run({ ...rollback, failing: ['works'] });
    expect(failed).toBe(true);
    expect(done).toEqual([
      'sentinel-write store',
      'mark store',
      'apply store',
      'ready store',
      'works store',
      'roll back store to 3',
      'ready store',
      'worked store',
      'sentinel-read store',
      'proof store',
      'unmark store',
      'sentinel-remove store',
    ]);
    expect(proofs).toEqual([
      {
        stack: 'demo',
        namespace: 'demo',
        component: 'store',
        release: 'store',
        digest: 'sha256:old',
        dependenciesDigest: 'sha256:needs',
        version: '0.9.0',
        checks: [
          { name: 'worked', proves: 'it worked', facts: {}, milliseconds: 1 },
          { name: 'sentinel-read', proves: 'read back unchanged: 3 records', facts: {}, milliseconds: 1 },
        ],
        hooks: { checks: oldChecks, sentinel },
        installed: true,
        rolledBack: { digest: 'sha256:store', version: '1.0.0', why: 'CheckFailed: works failed' },
      },
    ]);
    expect(phases(state)).toEqual({ store: 'rolled-back', front: 'blocked' });
    expect(component(state, 'store')).toMatchObject({
      cause: { type: 'CheckFailed', message: 'works failed' },
      detail: 'what was proven before is installed and proven again (version 0.9.0, revision 5)',
    });
    expect(component(state, 'front').cause?.message).toBe('needs store, which was rolled back');
  });

  it('is rolled back wherever it fails, also where the data is lost', async () => {
    const unready: Overrides = {
      awaitReady: vi
        .fn<NonNullable<Overrides['awaitReady']>>()
        .mockRejectedValueOnce(nonRetryable({ type: 'ImagePull', message: 'no such image' }))
        .mockResolvedValue({ pods: '1/1 pods ready' }),
    };
    const refused: Overrides = {
      applyComponent: async () => {
        throw nonRetryable({ type: 'ImmutableField', message: 'spec: Forbidden' });
      },
    };
    for (const [scene, type] of [
      [unready, 'ImagePull'],
      [refused, 'ImmutableField'],
      [{ failing: ['sentinel-read#1'] }, 'SentinelLost'],
    ] as const) {
      const { state } = await run({ ...rollback, ...scene });
      expect(component(state, 'store')).toMatchObject({ phase: 'rolled-back', cause: { type } });
    }
  });

  it('is not rolled back where there was no room to try it', async () => {
    const { state, done, proofs } = await run({ ...rollback, crowded: ['works'] });
    expect(component(state, 'store')).toMatchObject({
      phase: 'untried',
      cause: { type: 'CheckUntried' },
      notes: ['not rolled back: nothing says that it does not work'],
    });
    expect(done).not.toContain('roll back store to 3');
    expect(proofs).toEqual([]);
  });

  it('that had been applied by an operation that was cut off is rolled back, too', async () => {
    const found: Inspection = {
      state: 'same-unproven',
      revision: 4,
      missing: 'a proof',
      gone: false,
      before: { ...before, running: false, sentinelWritten: true },
    };
    const { state, done } = await run({ ...rollback, found, failing: ['works'] });
    expect(component(state, 'store').phase).toBe('rolled-back');
    expect(done).not.toContain('sentinel-write store');
    expect(done.filter((each) => each === 'sentinel-read store')).toHaveLength(1);
  });

  it('tells both causes if going back fails as well', async () => {
    const { state, proofs } = await run({
      ...rollback,
      failing: ['works'],
      rollBackComponent: async () => {
        throw nonRetryable({
          type: 'RevisionGone',
          message: 'Helm does not remember revision 3',
          where: 'release demo/store',
          next: 'run `bigdata up` with the stack file that was proven',
        });
      },
    });
    expect(component(state, 'store')).toMatchObject({
      phase: 'failed',
      cause: {
        type: 'RollbackFailed',
        message: 'works failed; the rollback failed too: Helm does not remember revision 3',
        where: 'release demo/store',
        details: ['line of works'],
        next: 'run `bigdata up` with the stack file that was proven',
      },
    });
    expect(proofs).toEqual([]);
  });

  it('fails if the data is still lost after going back', async () => {
    const { state, done } = await run({ ...rollback, failing: ['sentinel-read'] });
    expect(component(state, 'store')).toMatchObject({ phase: 'failed', cause: { type: 'RollbackFailed' } });
    expect(done).not.toContain('unmark store');
  });

  it('fails as with `abort` if nothing else was proven before', async () => {
    for (const found of [{ state: 'absent' }, upgrade({ digest: 'sha256:store' })] as const) {
      const { state, done } = await run({ ...rollback, found, failing: ['works'] });
      expect(component(state, 'store')).toMatchObject({
        phase: 'failed',
        cause: { type: 'CheckFailed' },
        notes: ['not rolled back: no other revision was proven before'],
      });
      expect(done.join()).not.toContain('roll back');
    }
  });

  it('is not rolled back with `abort`', async () => {
    const { state, done } = await run({ failing: ['works'] });
    expect(phases(state)).toEqual({ store: 'failed', front: 'blocked' });
    expect(done.join()).not.toContain('roll back');
  });

  it('is proven again by the checks of the plan where an older version did not keep those of its proof', async () => {
    const { hooks: _hooks, ...older } = before;
    const found: Inspection = { state: 'different', revision: 3, status: 'deployed', before: older };
    const { state, done } = await run({ ...rollback, found, failing: ['works#1'] });
    expect(component(state, 'store').phase).toBe('rolled-back');
    expect(done.filter((each) => each === 'works store')).toHaveLength(2);
  });

  it('is left as it is when it is cancelled, before going back or while doing so', async () => {
    for (const at of ['ready store', 'roll back store to 3']) {
      const isAtRollback = at.startsWith('roll back');
      const pretended = pretend(
        isAtRollback
          ? { failing: ['works'], rollBackComponent: untilCancelled }
          : { awaitReady: untilCancelled },
      );
      await withWorker(stage, pretended.activities, async (start) => {
        const handle = await start('install', { plan: stack, ...rollback });
        await vi.waitUntil(() => pretended.done.includes(at), { timeout: patience });
        await handle.cancel();
        await expect(endOf(handle)).rejects.toThrow('Workflow execution cancelled');
        const state = await handle.query('state');
        expect(phases(state as never)).toEqual({ store: 'cancelled', front: 'cancelled' });
      });
      expect(pretended.done.at(-1)).toBe(at);
      expect(pretended.proofs).toEqual([]);
    }
  });
});

describe('going back by hand', () => {
  const from = { digest: 'sha256:new', version: '2.0.0' };

  async function goBack(scene: Scene) {
    const pretended = pretend({ front: { state: 'dependencies-changed', revision: 1 }, ...scene });
    const input = { plan: stack, component: 'store', revision: 3, from };
    const ended = await runOperation(stage, pretended.activities, 'rollback', input);
    return { ...ended, ...pretended };
  }

  it('makes one component what was proven, with its data, and proves what needs it', async () => {
    const { state, failed, done, proofs } = await goBack({ found: upgrade({ digest: 'sha256:new' }) });
    expect(failed).toBe(false);
    expect(done).toEqual([
      'sentinel-write store',
      'mark store',
      'roll back store to 3',
      'ready store',
      'works store',
      'sentinel-read store',
      'proof store',
      'ready front',
      'works front',
      'proof front',
      'sentinel-read store',
      'unmark store',
      'sentinel-remove store',
    ]);
    expect(phases(state)).toEqual({ store: 'proven', front: 'proven' });
    expect(proofs[0]).toMatchObject({
      digest: 'sha256:store',
      dependenciesDigest: 'sha256:needs',
      rolledBack: from,
    });
    expect(proofs[0]).not.toHaveProperty('removal');
    expect(state.operation).toBe('rollback');
  });

  it('changes nothing of what is that already', async () => {
    const { state, done } = await goBack({ found: unchanged, front: unchanged });
    // The one that is found was proven without a check.
    expect(phases(state)).toEqual({ store: 'installed', front: 'proven' });
    expect(done).toEqual(['ready front', 'works front', 'proof front']);
  });

  it('says what fails: the component, or what needs it and does not work upon it', async () => {
    const fails = await goBack({ failing: ['works'] });
    expect(phases(fails.state)).toEqual({ store: 'failed', front: 'blocked' });
    const gone: Overrides = {
      rollBackComponent: async () => {
        throw nonRetryable({ type: 'RevisionGone', message: 'Helm does not remember revision 3' });
      },
    };
    expect(component((await goBack(gone)).state, 'store').cause?.type).toBe('RevisionGone');
    const { state } = await goBack({ failing: ['works#2'] });
    expect(phases(state)).toEqual({ store: 'proven', front: 'failed' });
  });
});
