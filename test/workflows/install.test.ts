import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it, vi } from 'vitest';
import type { Inspection } from '../../src/activities/contract.js';
import { retryable, nonRetryable } from '../../src/activities/failures.js';
import { component, phases, runOperation } from '../support/operations.js';
import { plan, plannedComponent, skeleton } from '../support/plans.js';
import { pretendActivities } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startTimeSkippingServer } from '../support/test-server.js';
import { patience } from '../support/patience.js';

const stage = useStage(startTimeSkippingServer);

const install = { plan: plan(skeleton) };

describe('installStack', () => {
  it('proves every component, with its facts', async () => {
    const { activities } = pretendActivities();
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(false);
    expect(state).toMatchObject({
      operation: 'install',
      stack: 'demo',
      namespace: 'demo',
      planDigest: 'sha256:plan',
    });
    expect(phases(state)).toEqual({
      volumes: 'proven',
      minio: 'proven',
      zookeeper: 'proven',
      kafka: 'proven',
    });
    expect(component(state, 'kafka').checks).toEqual([
      { name: 'works', proves: 'kafka works', facts: { nonce: 'n' }, milliseconds: 5 },
    ]);
  });

  it('applies, awaits, checks and records each component in this order, after preparing the namespace', async () => {
    const { activities, starts } = pretendActivities();
    await runOperation(stage, activities, 'install', { plan: plan({ volumes: [] }) });
    expect(starts()).toEqual([
      'prepareNamespace -',
      'findUnchanged -',
      'inspectComponent volumes',
      'applyComponent volumes',
      'awaitReady volumes',
      'runCheck volumes',
      'recordProof volumes',
    ]);
  });

  it('starts a component when its needs are proven, not merely ready', async () => {
    const { activities, indexOf } = pretendActivities();
    await runOperation(stage, activities, 'install', install);
    expect(indexOf('inspectComponent', 'kafka')).toBeGreaterThan(indexOf('recordProof', 'zookeeper', 'end'));
    expect(indexOf('inspectComponent', 'minio')).toBeGreaterThan(indexOf('recordProof', 'volumes', 'end'));
  });

  it('runs independent components in parallel', async () => {
    // Each waits for the other: one after the other, neither would end.
    const started = new Set<string>();
    const { activities } = pretendActivities({
      applyComponent: async ({ component: { name } }) => {
        started.add(name);
        if (name === 'minio' || name === 'zookeeper') {
          await vi.waitUntil(() => started.has('minio') && started.has('zookeeper'), { timeout: patience });
        }
        return { revision: 1 };
      },
    });
    const { failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(false);
  });

  it('leaves a proven component alone after one look', async () => {
    const checks = [{ name: 'works', proves: 'it works', facts: { at: 'before' }, milliseconds: 1 }];
    const { activities, starts } = pretendActivities({
      inspectComponent: async () => ({
        state: 'same-proven',
        revision: 3,
        checks,
        provenAt: '2026-01-01T00:00:00.000Z',
      }),
    });
    const { state } = await runOperation(stage, activities, 'install', install);
    expect(state.components.every(({ phase, unchanged }) => phase === 'proven' && unchanged)).toBe(true);
    expect(component(state, 'minio').checks).toEqual(checks);
    expect(new Set(starts().map((each) => each.split(' ')[0]))).toEqual(
      new Set(['prepareNamespace', 'findUnchanged', 'inspectComponent']),
    );
  });

  describe('after a look at all components', () => {
    const checks = [{ name: 'works', proves: 'it works', facts: {}, milliseconds: 1 }];
    const found = (...names: string[]) =>
      pretendActivities({
        findUnchanged: async ({ components }) =>
          components
            .filter((each) => names.includes(each.component))
            .map((each) => ({ component: each.component, checks, provenAt: '2026-01-01T00:00:00.000Z' })),
      });

    it('leaves alone, without a workflow each, what is proven', async () => {
      const { activities, starts } = found('volumes', 'minio', 'zookeeper', 'kafka');
      const { state, failed } = await runOperation(stage, activities, 'install', install);
      expect(failed).toBe(false);
      expect(state.components.every(({ phase, unchanged }) => phase === 'proven' && unchanged)).toBe(true);
      expect(component(state, 'kafka')).toMatchObject({
        checks,
        detail: 'proven since 2026-01-01T00:00:00.000Z',
      });
      expect(starts()).toEqual(['prepareNamespace -', 'findUnchanged -']);
    });

    it('looks again at what stands on something that is touched', async () => {
      const { activities, starts } = found('volumes', 'minio', 'kafka');
      const { state } = await runOperation(stage, activities, 'install', install);
      expect(component(state, 'minio').unchanged).toBe(true);
      expect(component(state, 'kafka').unchanged).toBe(false);
      expect(starts()).toContain('inspectComponent kafka');
      expect(starts()).not.toContain('inspectComponent minio');
    });

    it('asks about stacks of any size in pieces', async () => {
      const needs = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`c-${index}`, []]));
      const { activities, starts } = found(...Object.keys(needs));
      const { state } = await runOperation(stage, activities, 'install', { plan: plan(needs) });
      expect(state.components.every(({ unchanged }) => unchanged)).toBe(true);
      const looks = starts().filter((each) => each === 'findUnchanged -');
      expect(looks.length).toBe(starts().length - 1);
    });

    it('leaves it to each component’s own look when the look fails', async () => {
      const { activities, starts } = pretendActivities({
        findUnchanged: async () => {
          throw nonRetryable({ type: 'Forbidden', message: 'no' });
        },
      });
      const { failed } = await runOperation(stage, activities, 'install', install);
      expect(failed).toBe(false);
      expect(starts()).toContain('recordProof kafka');
    });
  });

  it('proves a component again, without Helm, when something that it needs has changed', async () => {
    const { activities, starts } = pretendActivities({
      inspectComponent: async () => ({ state: 'dependencies-changed', revision: 3 }),
    });
    const { state } = await runOperation(stage, activities, 'install', { plan: plan({ volumes: [] }) });
    expect(component(state, 'volumes')).toMatchObject({ phase: 'proven', unchanged: false });
    expect(starts()).toEqual([
      'prepareNamespace -',
      'findUnchanged -',
      'inspectComponent volumes',
      'awaitReady volumes',
      'runCheck volumes',
      'recordProof volumes',
    ]);
  });

  it('tries again what may pass, with growing pauses, and succeeds', async () => {
    let attempts = 0;
    const { activities } = pretendActivities({
      applyComponent: async () => {
        attempts += 1;
        if (attempts < 6) {
          throw retryable({ type: 'ClusterUnreachable', message: 'connection refused' });
        }
        return { revision: 1 };
      },
    });
    const { failed } = await runOperation(stage, activities, 'install', { plan: plan({ volumes: [] }) });
    expect(failed).toBe(false);
    expect(attempts).toBe(6);
  });

  it('gives up after 28 attempts and says what the last one met', async () => {
    let attempts = 0;
    const { activities } = pretendActivities({
      applyComponent: async () => {
        attempts += 1;
        throw retryable({ type: 'ClusterUnreachable', message: 'connection refused', next: 'start it' });
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'install', {
      plan: plan({ volumes: [] }),
    });
    expect(failed).toBe(true);
    expect(attempts).toBe(28);
    expect(component(state, 'volumes').cause).toEqual({
      type: 'ClusterUnreachable',
      message: 'connection refused',
      next: 'start it',
    });
  });

  it('tries a check again that there was no room for, for as long as it takes, where it waits for decisions', async () => {
    let runs = 0;
    const { activities, starts } = pretendActivities({
      runCheck: async ({ check }) => {
        if (++runs <= 90) throw retryable({ type: 'CheckUntried', message: 'no room' });
        return { name: check.name, proves: check.proves, facts: {}, milliseconds: 1 };
      },
    });
    const input = { plan: plan({ volumes: [], kafka: ['volumes'] }), onFailure: 'wait' };
    const { state, failed } = await runOperation(stage, activities, 'install', input);
    expect(failed).toBe(false);
    expect(phases(state)).toEqual({ volumes: 'proven', kafka: 'proven' });
    expect(starts().filter((each) => each === 'inspectComponent volumes')).toHaveLength(4);
  });

  describe('what another hand changed since it was proven', () => {
    const before = {
      digest: plannedComponent('a').digest,
      version: '1',
      revision: 1,
      running: false,
      sentinelWritten: false,
    };
    const found = {
      state: 'same-unproven',
      revision: 1,
      missing: 'planned fields of Service/a',
      gone: false,
      before,
    } as const;
    const { before: _proof, ...neverProven } = found;
    const drifted: Inspection = { ...found, drifted: true };

    it.each([
      ['a field', drifted, 'it lacks planned fields of Service/a'],
      ['a revision', { ...found, revision: 2 }, 'revision 2 is installed, revision 1 was proven'],
    ] satisfies [string, Inspection, string][])(
      'is left and proven as it is if that is wanted: %s',
      async (_, look, says) => {
        const { activities, starts } = pretendActivities({ inspectComponent: async () => look });
        const input = { plan: plan({ a: [] }), drift: 'keep' };
        const { state, failed } = await runOperation(stage, activities, 'install', input);
        expect(failed).toBe(false);
        expect(component(state, 'a').notes).toEqual([`kept as somebody changed it, not as planned: ${says}`]);
        expect(starts().slice(2)).toEqual(['inspectComponent a', 'awaitReady a', 'runCheck a']);
      },
    );

    it.each([
      ['nobody says otherwise', drifted, 'repair'],
      ['it is gone', { ...found, gone: true }, 'keep'],
      ['it was never proven', neverProven, 'keep'],
    ] satisfies [string, Inspection, string][])('is put back if %s', async (_, look, drift) => {
      const { activities, starts } = pretendActivities({ inspectComponent: async () => look });
      await runOperation(stage, activities, 'install', { plan: plan({ a: [] }), drift });
      expect(starts()).toContain('applyComponent a');
      expect(starts()).toContain('recordProof a');
    });
  });

  it('fails one branch with its cause, finishes the others, and blocks what needed it', async () => {
    const cause = {
      type: 'ImagePull' as const,
      message: 'no such image',
      where: 'Pod demo/zookeeper-0',
      next: 'build it',
    };
    const { activities, starts } = pretendActivities({
      awaitReady: async ({ component: name }) => {
        if (name === 'zookeeper') {
          throw nonRetryable(cause);
        }
        return { pods: '1/1 pods ready' };
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(true);
    expect(phases(state)).toEqual({
      volumes: 'proven',
      minio: 'proven',
      zookeeper: 'failed',
      kafka: 'blocked',
    });
    expect(component(state, 'zookeeper').cause).toEqual(cause);
    expect(component(state, 'kafka').cause).toMatchObject({
      type: 'NeedNotProven',
      message: 'needs zookeeper, which failed',
    });
    expect(starts().filter((each) => each === 'awaitReady zookeeper')).toHaveLength(1);
    expect(starts()).not.toContain('inspectComponent kafka');
  });

  it('blocks at once what needs a failed component, and what needs that', async () => {
    const { activities } = pretendActivities({
      inspectComponent: async ({ component: name }) => {
        if (name === 'a') {
          throw nonRetryable({ type: 'Forbidden', message: 'no' });
        }
        return { state: 'absent' };
      },
    });
    const { state } = await runOperation(stage, activities, 'install', {
      plan: plan({ a: [], b: ['a'], c: ['b'] }),
    });
    expect(phases(state)).toEqual({ a: 'failed', b: 'blocked', c: 'blocked' });
    expect(component(state, 'c').cause?.message).toBe('needs b, which is blocked');
  });

  it('keeps the checks that passed before the one that failed', async () => {
    const checks = ['first', 'second'].map((name) => ({
      name,
      pods: [name],
      proves: `${name} holds`,
      disruptive: false,
    }));
    const { activities } = pretendActivities({
      runCheck: async ({ check }) => {
        if (check.name === 'second') {
          throw nonRetryable({ type: 'CheckFailed', message: 'it does not hold', details: ['line'] });
        }
        return { name: check.name, proves: check.proves, facts: {}, milliseconds: 1 };
      },
    });
    const components = [plannedComponent('solo', { checks })];
    const { state } = await runOperation(stage, activities, 'install', { plan: plan({}, { components }) });
    expect(component(state, 'solo').checks.map(({ name }) => name)).toEqual(['first']);
    expect(component(state, 'solo').cause).toMatchObject({ type: 'CheckFailed', details: ['line'] });
  });

  it('touches nothing if the namespace cannot be prepared', async () => {
    const { activities, starts } = pretendActivities({
      prepareNamespace: async () => {
        throw nonRetryable({ type: 'NamespaceTaken', message: 'it belongs to the stack other' });
      },
    });
    const { state, failed } = await runOperation(stage, activities, 'install', install);
    expect(failed).toBe(true);
    expect(phases(state)).toEqual({
      volumes: 'failed',
      minio: 'blocked',
      zookeeper: 'blocked',
      kafka: 'blocked',
    });
    expect(component(state, 'volumes').cause?.type).toBe('NamespaceTaken');
    expect(starts()).toEqual(['prepareNamespace -']);
  });

  it('names a cause also for a failure that carries none', async () => {
    const { activities } = pretendActivities({
      applyComponent: async () => {
        throw ApplicationFailure.nonRetryable('something odd', 'Odd');
      },
    });
    const { state } = await runOperation(stage, activities, 'install', { plan: plan({ volumes: [] }) });
    expect(component(state, 'volumes').cause).toEqual({
      type: 'Unexpected',
      message: 'Odd: something odd',
    });
  });

  it('succeeds with a stack of no components', async () => {
    const { activities } = pretendActivities();
    const { state, failed } = await runOperation(stage, activities, 'install', { plan: plan({}) });
    expect(failed).toBe(false);
    expect(state.components).toEqual([]);
  });
});
