import { describe, expect, it } from 'vitest';
import type { Inspection, ReadyReference, RecordProofInput } from '../../src/activities/contract.js';
import { retryable, nonRetryable } from '../../src/activities/failures.js';
import { component, phases, runOperation } from '../support/operations.js';
import { plan, plannedComponent, skeleton } from '../support/plans.js';
import { pretendActivities } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startTimeSkippingServer } from '../support/test-server.js';

const stage = useStage(startTimeSkippingServer);

const installed: Inspection = {
  state: 'same-proven',
  revision: 1,
  checks: [{ name: 'works', proves: 'it works', facts: { nonce: 'old' }, milliseconds: 1 }],
  provenAt: '2026-01-01T00:00:00.000Z',
};

describe('verifyStack', () => {
  it('hands what objects must say to be ready to those who wait for it and remember it', async () => {
    const ready = [{ kind: 'Database', for: 'condition=Synced' }];
    const inputs: ReadyReference[] = [];
    const { activities } = pretendActivities({
      inspectComponent: async () => installed,
      awaitReady: async (input) => {
        inputs.push(input);
        return { pods: '1/1 pods ready' };
      },
      recordProof: async (input) => void inputs.push(input),
    });
    const only = { ...plan({ a: [] }), components: [plannedComponent('a', { ready })] };
    await runOperation(stage, activities, 'verify', { plan: only, disruptive: false });
    expect(inputs.map(({ objects }) => objects)).toEqual([ready, ready]);
  });

  it('proves anew what is installed, and changes nothing', async () => {
    const { activities, starts } = pretendActivities({ inspectComponent: async () => installed });
    const input = { plan: plan(skeleton), disruptive: false };
    const { state, failed } = await runOperation(stage, activities, 'verify', input);
    expect(failed).toBe(false);
    expect(Object.values(phases(state))).toEqual(['proven', 'proven', 'proven', 'proven']);
    expect(component(state, 'kafka').checks[0]?.facts).toEqual({ nonce: 'n' });
    expect(component(state, 'kafka').unchanged).toBe(false);
    const kinds = new Set(starts().map((each) => each.split(' ')[0]));
    expect(kinds).toEqual(new Set(['inspectComponent', 'awaitReady', 'runCheck', 'recordProof']));
  });

  it.each([
    ['absent', { state: 'absent' }, 'NotInstalled'],
    ['pending', { state: 'pending', revision: 1, status: 'pending-upgrade' }, 'ReleasePending'],
    ['different', { state: 'different', revision: 1, status: 'deployed' }, 'Drift'],
    [
      'changed by hand since it was proven',
      {
        state: 'same-unproven',
        revision: 5,
        missing: 'a proof',
        gone: false,
        before: {
          digest: plannedComponent('a').digest,
          version: '1',
          revision: 4,
          running: false,
          sentinelWritten: false,
        },
      },
      'Drift',
    ],
    ['incomplete', { state: 'same-unproven', revision: 1, missing: 'Service/a', gone: true }, 'Drift'],
    ['foreign', { state: 'foreign', revision: 1 }, 'ForeignRelease'],
  ] satisfies [string, Inspection, string][])(
    'fails a component that is %s',
    async (_state, inspection, type) => {
      const { activities, starts } = pretendActivities({ inspectComponent: async () => inspection });
      const input = { plan: plan({ a: [], b: ['a'] }), disruptive: false };
      const { state, failed } = await runOperation(stage, activities, 'verify', input);
      expect(failed).toBe(true);
      expect(component(state, 'a').cause?.type).toBe(type);
      expect(phases(state)).toEqual({ a: 'failed', b: 'blocked' });
      expect(starts()).toEqual(['inspectComponent a']);
    },
  );

  it('checks what another hand changed, and never adopts it', async () => {
    const missing = 'planned fields of Deployment/a: kubectl-set wrote spec.x';
    const { activities, starts } = pretendActivities({
      inspectComponent: async () => ({
        state: 'same-unproven',
        revision: 1,
        missing,
        gone: false,
        drifted: true,
      }),
    });
    const input = { plan: plan({ a: [] }), disruptive: false };
    const { state, failed } = await runOperation(stage, activities, 'verify', input);
    expect(failed).toBe(true);
    expect(component(state, 'a').cause).toMatchObject({
      type: 'Drift',
      message: `a passes its checks, but was changed since it was proven; it lacks ${missing}`,
    });
    expect(starts()).toEqual(['inspectComponent a', 'awaitReady a', 'runCheck a']);
  });

  it('forgets a proof that is refuted', async () => {
    const { activities, starts } = pretendActivities({
      inspectComponent: async () => installed,
      runCheck: async () => {
        throw nonRetryable({ type: 'CheckFailed', message: 'lost the nonce' });
      },
    });
    const { state } = await runOperation(stage, activities, 'verify', {
      plan: plan({ a: [] }),
      disruptive: false,
    });
    expect(component(state, 'a').cause?.type).toBe('CheckFailed');
    expect(starts()).toContain('forgetProof a');
    expect(starts()).not.toContain('recordProof a');
  });

  it.each(['CheckTimeout', 'Unschedulable', 'Forbidden'] as const)(
    'keeps a proof that is not refuted: %s',
    async (type) => {
      const { activities, starts } = pretendActivities({
        inspectComponent: async () => installed,
        runCheck: async () => {
          throw nonRetryable({ type, message: 'it could not be tried' });
        },
      });
      const input = { plan: plan({ a: [] }), disruptive: false };
      const { state, failed } = await runOperation(stage, activities, 'verify', input);
      expect(failed).toBe(true);
      expect(component(state, 'a').cause?.type).toBe(type);
      expect(starts()).not.toContain('forgetProof a');
    },
  );

  it('fails nothing that there was no room to try', async () => {
    const { activities, starts } = pretendActivities({
      inspectComponent: async () => installed,
      runCheck: async () => {
        throw retryable({ type: 'CheckUntried', message: 'no room' });
      },
    });
    const input = { plan: plan({ a: [], b: ['a'] }), disruptive: false };
    const { state, failed } = await runOperation(stage, activities, 'verify', input);
    expect(failed).toBe(true);
    expect(phases(state)).toEqual({ a: 'untried', b: 'blocked' });
    expect(component(state, 'b').cause?.message).toBe('needs a, which could not be tried');
    expect(starts()).not.toContain('forgetProof a');
  });

  describe('with a disruptive check', () => {
    const checks = [
      { name: 'works', pods: ['p'], proves: 'it works', disruptive: false },
      { name: 'restarts', pods: ['q'], proves: 'it survives', disruptive: true },
    ];
    const only = { plan: plan({}, { components: [plannedComponent('a', { checks })] }) };

    it('leaves it out unless asked, and does not record half a proof', async () => {
      const { activities, starts } = pretendActivities({
        inspectComponent: async () => ({
          state: 'same-unproven',
          revision: 1,
          missing: 'a proof',
          gone: false,
        }),
      });
      const { state } = await runOperation(stage, activities, 'verify', { ...only, disruptive: false });
      expect(component(state, 'a').checks.map(({ name }) => name)).toEqual(['works']);
      expect(starts()).not.toContain('recordProof a');
    });

    it('keeps what it proved before', async () => {
      let recorded: RecordProofInput | undefined;
      const before = { name: 'restarts', proves: 'it survives', facts: { nonce: 'old' }, milliseconds: 1 };
      const { activities } = pretendActivities({
        inspectComponent: async () => ({ ...installed, checks: [before] }),
        recordProof: async (input) => {
          recorded = input;
        },
      });
      await runOperation(stage, activities, 'verify', { ...only, disruptive: false });
      expect(recorded?.checks.map(({ name, facts }) => [name, facts['nonce']])).toEqual([
        ['restarts', 'old'],
        ['works', 'n'],
      ]);
    });

    it('runs it when asked', async () => {
      const { activities } = pretendActivities({ inspectComponent: async () => installed });
      const { state } = await runOperation(stage, activities, 'verify', { ...only, disruptive: true });
      expect(component(state, 'a').checks.map(({ name }) => name)).toEqual(['works', 'restarts']);
    });
  });
});
