/**
 * Workflows, activities, Helm and a cluster together: an operation from its start to its end, whatever dies on the way.
 *
 * @components none
 */
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { workflowOf } from '../../src/client/request.js';
import type { ComponentState, OperationKind } from '../../src/stack/operation/operation-types.js';
import type { Plan } from '../../src/stack/plan/plan-types.js';
import { type Bench, setUpBench, stack } from '../support/bench.js';
import { bundleWorkflows } from '../support/bundle.js';
import { component, endOf, phases } from '../support/operations.js';
import { readObject } from '../support/real-cluster.js';
import { startDevServer } from '../support/test-server.js';

const namespace = 'engine-together';
const taskQueue = 'together';

let bench: Bench;
let environment: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundleWithSourceMap;
let plan: Plan;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: false });
  environment = await startDevServer();
  workflowBundle = await bundleWorkflows();
  const check = { name: 'works', proves: 'it works', disruptive: false };
  const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
  const actor = (name: string, needs: string[], values = {}) =>
    bench.actor(name, { tests, ...values }, { needs, checks: [{ ...check, pods: [`${name}-works`] }] });
  const components = [
    await actor('base', [], { claim: true, storageClass: '-', replicas: 0 }),
    await actor('left', ['base'], { kind: 'Deployment' }),
    await actor('right', ['base'], { replicas: 2, readyAfter: 3 }),
    await actor('top', ['left', 'right']),
  ];
  plan = { stack, namespace, digest: 'sha256:together', components };
});

afterAll(async () => {
  await environment?.teardown();
  await bench?.close();
});

async function worker(): Promise<Worker> {
  return await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: bench.real.activities,
    stickyQueueScheduleToStartTimeout: '1s',
    maxHeartbeatThrottleInterval: '500ms',
    defaultHeartbeatThrottleInterval: '500ms',
    shutdownGraceTime: '100ms',
  });
}

async function start(
  operation: OperationKind,
  more: object = {},
  change: Partial<Plan> = {},
): Promise<WorkflowHandle> {
  const input = { plan: { ...plan, ...change }, ...more };
  const workflowId = `op-${randomUUID()}`;
  return await environment.client.workflow.start(workflowOf[operation], {
    taskQueue,
    workflowId,
    args: [input],
  });
}

async function operate(operation: OperationKind, more: object = {}, change: Partial<Plan> = {}) {
  return await (await worker()).runUntil(async () => await endOf(await start(operation, more, change)));
}

/** Waits until a component's own workflow is in a phase. */
async function untilPhase(handle: WorkflowHandle, name: string, phase: string): Promise<void> {
  const child = environment.client.workflow.getHandle(`${handle.workflowId}/${name}`);
  await vi.waitUntil(
    async () => {
      const state = await child.query<ComponentState>('componentState').catch((): undefined => undefined);
      return state?.phase === phase;
    },
    { timeout: 120_000, interval: 100 },
  );
}

describe('a stack', () => {
  it('is installed by one worker after another, each stopped in the middle of something', async () => {
    const first = await worker();
    const handle = await first.runUntil(async () => {
      const started = await start('install');
      await untilPhase(started, 'base', 'checking');
      return started;
    });
    const second = await worker();
    await second.runUntil(() => untilPhase(handle, 'right', 'readying'));
    const third = await worker();
    const { state, failed } = await third.runUntil(() => endOf(handle));
    expect(failed).toBe(false);
    expect(phases(state)).toEqual({ base: 'proven', left: 'proven', right: 'proven', top: 'proven' });
    expect(component(state, 'top').checks[0]?.facts).toEqual({ nonce: 'n1' });
  });

  it('is left alone when it is installed', async () => {
    const { state } = await operate('install');
    expect(state.components.every(({ unchanged, phase }) => unchanged && phase === 'proven')).toBe(true);
  });

  it('is verified, and is not when somebody has taken something away', async () => {
    expect((await operate('verify', { disruptive: false })).failed).toBe(false);
    const service = `/api/v1/namespaces/${namespace}/services/left`;
    await bench.real.cluster.rest.deleteIfThere(service, undefined, AbortSignal.timeout(10_000));
    const { state } = await operate('verify', { disruptive: false });
    expect(component(state, 'left').cause).toMatchObject({
      type: 'Drift',
      message: 'Service/left of left is gone',
    });
    expect(phases(state)).toMatchObject({ base: 'proven', right: 'proven', top: 'blocked' });
    const recovered = await operate('install');
    expect(recovered.failed).toBe(false);
    expect(component(recovered.state, 'left').unchanged).toBe(false);
    expect(await readObject(bench.real.cluster, service)).toBeDefined();
  });

  it('is removed to the last object, also what is no longer planned', async () => {
    const components = plan.components.filter(({ name }) => name !== 'top');
    const { state, failed } = await operate('uninstall', { deleteData: true }, { components });
    expect(failed).toBe(false);
    expect(phases(state)).toEqual({ base: 'removed', left: 'removed', right: 'removed', top: 'removed' });
    expect(state.left).toEqual([]);
    expect(await readObject(bench.real.cluster, `/api/v1/namespaces/${namespace}`)).toBeUndefined();
  });

  it('that is not there is removed without a word', async () => {
    const { state, failed } = await operate('uninstall', { deleteData: true });
    expect(failed).toBe(false);
    expect(state.components.every(({ unchanged }) => unchanged)).toBe(true);
  });
});
