/** How large histories are: 30 components, whose plan and whose proofs are each larger than a payload may be. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { nonRetryable } from '../../src/activities/failures.js';
import { childrenOf } from '../../src/client/histories.js';
import { outcomeOf } from '../../src/client/outcome.js';
import { decideUpdate } from '../../src/stack/operation/messages.js';
import type { OperationKind, OperationState } from '../../src/stack/operation/operation-types.js';
import { bytesOf, maximumPayloadBytes } from '../../src/stack/operation/payloads.js';
import type { Plan } from '../../src/stack/plan/plan-types.js';
import { layeredPlan, widePlan } from '../support/graphs.js';
import { type HistorySize, sizeOf } from '../support/history-size.js';
import { withWorker } from '../support/operations.js';
import { plan, plannedComponent } from '../support/plans.js';
import { type Overrides, pretendActivities } from '../support/pretended-activities.js';
import { useStage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';

const size = 30;

const stage = useStage(startDevServer);

/** As long as facts may be. */
const facts = { nonce: 'n'.repeat(3_900) };

const talkative: Overrides = {
  runCheck: async ({ check: { name, proves } }) => ({ name, proves, facts, milliseconds: 5 }),
};

interface Measured {
  /** Of the operation and its components together. */
  readonly events: number;
  readonly largestPayload: number;
  readonly state: OperationState | undefined;
}

async function measure(
  operation: OperationKind,
  input: object,
  overrides: Overrides,
  meanwhile: (handle: WorkflowHandle) => Promise<unknown> = async () => {},
): Promise<Measured> {
  const { activities } = pretendActivities({ ...talkative, ...overrides });
  return await withWorker(stage, activities, async (start) => {
    const handle = await start(operation, input);
    await meanwhile(handle);
    const outcome = await outcomeOf(handle);
    const sizes = await sizesOf(stage.environment.client, handle);
    return {
      events: sizes.reduce((sum, { events }) => sum + events, 0),
      largestPayload: Math.max(...sizes.map(({ largestPayload }) => largestPayload)),
      state: 'state' in outcome ? outcome.state : undefined,
    };
  });
}

async function sizesOf({ workflow }: Client, handle: WorkflowHandle): Promise<HistorySize[]> {
  const own = await handle.fetchHistory();
  const children = childrenOf(own).map(({ workflowId, runId }) =>
    workflow.getHandle(workflowId, runId).fetchHistory(),
  );
  return [own, ...(await Promise.all(children))].map(sizeOf);
}

describe('at most 60 events a component, 64 KB a payload', () => {
  const proven: Overrides = {
    inspectComponent: async () => ({ state: 'same-proven', revision: 1, checks: [], provenAt: '' }),
  };

  it.each<[OperationKind, string, Plan, object, Overrides]>([
    ['install', 'layered', layeredPlan(size), { onFailure: 'wait' }, {}],
    ['install', 'wide', widePlan(size), { onFailure: 'wait' }, {}],
    ['verify', 'layered', layeredPlan(size), { disruptive: false }, proven],
    ['uninstall', 'wide', widePlan(size), { deleteData: true }, {}],
  ])('%s of a %s stack', async (operation, _, large, input, overrides) => {
    expect(bytesOf(large)).toBeGreaterThan(maximumPayloadBytes);
    const { events, largestPayload, state } = await measure(operation, { plan: large, ...input }, overrides);
    expect(events / size).toBeLessThanOrEqual(60);
    expect(largestPayload).toBeLessThanOrEqual(maximumPayloadBytes);
    expect(state?.components.map(({ name }) => name)).toEqual(large.components.map(({ name }) => name));
    expect(new Set(state?.components.map(({ phase }) => phase))).toEqual(
      new Set([operation === 'uninstall' ? 'removed' : 'proven']),
    );
  });
});

describe('a result that has no room for all facts', () => {
  it('is completed by what the workflow answers', async () => {
    const { state } = await measure('install', { plan: widePlan(size) }, {});
    expect(bytesOf(state)).toBeGreaterThan(maximumPayloadBytes);
    expect(state).not.toHaveProperty('brief');
    expect(state?.components.at(-1)?.checks[0]?.facts).toEqual(facts);
  });

  it('tells of a failure with its cause', async () => {
    const cause = {
      type: 'ImagePull' as const,
      message: 'no such image',
      where: 'Pod demo/a',
      next: 'build it',
    };
    const overrides: Overrides = {
      awaitReady: async ({ component }) => {
        if (component === 'component-007') throw nonRetryable(cause);
        return { pods: '1/1 pods ready' };
      },
    };
    const { largestPayload, state } = await measure('install', { plan: widePlan(size) }, overrides);
    expect(largestPayload).toBeLessThanOrEqual(maximumPayloadBytes);
    expect(state?.components[7]).toMatchObject({ phase: 'failed', cause });
  });
});

describe('a decision whose outline came in pieces', () => {
  it('gives what needs the component the digest of its new dependencies', async () => {
    const [root, second] = widePlan(size).components;
    if (!root || !second) throw new Error('the stack is too small');
    let isFixed = false;
    const overrides: Overrides = {
      applyComponent: async ({ component }) => {
        isFixed ||= component.digest === 'sha256:fixed';
        return { revision: 1 };
      },
      awaitReady: async () => {
        if (!isFixed) throw nonRetryable({ type: 'ImagePull', message: 'no such image' });
        return { pods: '1/1 pods ready' };
      },
      recordProof: async ({ component, dependenciesDigest }) => {
        digests.set(component, dependenciesDigest);
      },
    };
    const digests = new Map<string, string | undefined>();
    const decision = {
      decision: 'retry' as const,
      component: root.name,
      plan: { stack: 'demo', namespace: 'demo', component: { ...root, digest: 'sha256:fixed' } },
    };
    const outlines = [
      { [root.name]: { digest: 'sha256:fixed', dependenciesDigest: 'sha256:g0' } },
      { [second.name]: { digest: second.digest, dependenciesDigest: 'sha256:g1' } },
    ];
    await measure('install', { plan: widePlan(size), onFailure: 'wait' }, overrides, async (handle) => {
      await expect
        .poll(async () => (await handle.query<OperationState>('state')).waitsForDecision)
        .toBe(true);
      await handle.executeUpdate(decideUpdate, { args: [decision, ...outlines] });
    });
    expect(digests.get(root.name)).toBe(root.dependenciesDigest);
    expect(digests.get(second.name)).toBe('sha256:g1');
    expect(digests.get('component-002')).toBeUndefined();
  });
});

describe('the end of an uninstallation', () => {
  it('is told all releases, also where they do not fit into one payload', async () => {
    const claims = `app=${'x'.repeat(25_000)}`;
    const components = ['a', 'b', 'c'].map((name) => plannedComponent(name, { data: { claims } }));
    const told: string[] = [];
    const overrides: Overrides = {
      takeInventory: async ({ releases }, ...more) => {
        told.push(...[releases, ...more].flat().map(({ release }) => release));
        return [];
      },
    };
    const input = { plan: plan({}, { components }), deleteData: true };
    const { largestPayload } = await measure('uninstall', input, overrides);
    expect(told).toEqual(['a', 'b', 'c']);
    expect(largestPayload).toBeLessThanOrEqual(maximumPayloadBytes);
  });
});
