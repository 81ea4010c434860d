import { ServiceError } from '@temporalio/client';
import { EventEmitter, once } from 'node:events';

import {
  ApplicationFailure,
  CancelledFailure,
  TerminatedFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { describe, expect, test } from 'vitest';

import { decide } from '../../src/client/decide.js';
import { type Followed, follow, snapshot } from '../../src/client/follow.js';
import { componentWorkflowId, operationId, taskQueue } from '../../src/client/naming.js';
import { outcomeOf } from '../../src/client/outcome.js';
import { requestKey } from '../../src/client/request.js';
import type { OperationRequest } from '../../src/client/request.js';
import { startOrAttach } from '../../src/client/start.js';
import { ExitCode } from '../../src/errors.js';
import type { ComponentState, OperationState, Phase } from '../../src/stack/operation/operation-types.js';
import { FailureType } from '../../src/workflows/failures.js';
import { fakeClient } from '../cli/fake-client.js';
import { clusterUid, plan, state } from '../cli/fake-platform.js';

const install: OperationRequest = { operation: 'install', input: { plan: plan() } };
const startTime = new Date('2026-01-02T03:04:05Z');

test('names tell clusters, namespaces and components apart', () => {
  expect(operationId(clusterUid, 'data')).toBe('bigdata:8f14e45f:data');
  expect(componentWorkflowId('bigdata:8f14e45f:data', 'kafka')).toBe('bigdata:8f14e45f:data/kafka');
  expect(taskQueue(clusterUid)).toBe('bigdata-8f14e45f');
});

test('requests differ by operation, plan and options', () => {
  const from = { digest: 'sha256:new', version: '2' };
  const keys = [
    install,
    { operation: 'install', input: { plan: { ...plan(), digest: 'sha256:other' } } },
    { operation: 'install', input: { plan: plan(), unlisted: 'keep' } },
    { operation: 'verify', input: { plan: plan(), disruptive: false } },
    { operation: 'verify', input: { plan: plan(), disruptive: true } },
    { operation: 'rollback', input: { plan: plan(), component: 'kafka', revision: 1, from } },
    { operation: 'rollback', input: { plan: plan(), component: 'kafka', revision: 2, from } },
    { operation: 'rollback', input: { plan: plan(), component: 'minio', revision: 1, from } },
    { operation: 'uninstall', input: { plan: plan(), deleteData: false } },
    { operation: 'uninstall', input: { plan: plan(), deleteData: true } },
  ] satisfies OperationRequest[];
  expect(new Set(keys.map(requestKey)).size).toBe(keys.length);
});

describe('startOrAttach', () => {
  test('starts what does not run', async () => {
    const { client, started } = fakeClient({ state: state() });
    const operation = await startOrAttach(client, clusterUid, install);
    expect(operation).toMatchObject({ id: 'bigdata:8f14e45f:data', attached: false, kind: 'install' });
    expect(started[0]?.options).toMatchObject({
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      memo: { requestKey: 'install sha256:plan' },
    });
  });

  test('attaches to the same request', async () => {
    const running = { type: 'installStack', requestKey: requestKey(install), startTime };
    const operation = await startOrAttach(fakeClient({ running }).client, clusterUid, install);
    expect(operation).toMatchObject({ attached: true, runId: 'run-0', startedAt: startTime });
  });

  test.each([
    ['installStack', 'install sha256:other', 'Another install with a different plan is running since'],
    [
      'uninstallStack',
      'uninstall sha256:plan deleteData=true',
      'An operation is running already: uninstall, since',
    ],
  ])('is refused while %s (%s) runs', async (type, key, message) => {
    const { client } = fakeClient({ running: { type, requestKey: key, startTime } });
    await expect(startOrAttach(client, clusterUid, install)).rejects.toMatchObject({
      exitCode: ExitCode.busy,
      message: `${message} 2026-01-02T03:04:05.000Z`,
      next: expect.stringContaining('status --follow'),
    });
  });
});

/** The server's word on an update whose workflow task failed. */
const dropped = (): ServiceError => {
  const cause = Object.assign(new Error('unexpected workflow task failure'), {
    code: 9,
    details: '',
    metadata: {},
  });
  return new ServiceError('Workflow Update failed', { cause });
};

describe('decide', () => {
  test.each([
    [new WorkflowUpdateRPCTimeoutOrCancelledError('no answer'), 'No worker has received the decision'],
    [new WorkflowNotFoundError('completed', 'id', undefined), 'The install has just ended'],
  ])('names %s', async (error, message) => {
    const { client } = fakeClient({
      decide: async () => {
        throw error;
      },
    });
    const operation = client.workflow.getHandle('id');
    await expect(decide(client, operation, { decision: 'abort' })).rejects.toMatchObject({
      name: 'UserError',
      message,
    });
  });

  test('throws any other failure', async () => {
    const error = new WorkflowUpdateFailedError('failed', ApplicationFailure.create({ type: 'Bug' }));
    const { client } = fakeClient({
      decide: async () => {
        throw error;
      },
    });
    await expect(decide(client, client.workflow.getHandle('id'), { decision: 'abort' })).rejects.toBe(error);
  });

  test('is sent again if the server took it back, and not for ever', async () => {
    let sent = 0;
    const patient = fakeClient({
      decide: async () => {
        sent += 1;
        if (sent === 1) throw dropped();
        return { changed: true };
      },
    });
    const decision = { decision: 'skip', component: 'kafka' } as const;
    expect(await decide(patient.client, patient.client.workflow.getHandle('id'), decision)).toEqual({
      changed: true,
    });
    const always = fakeClient({ decide: () => Promise.reject(dropped()) });
    await expect(decide(always.client, always.client.workflow.getHandle('id'), decision)).rejects.toThrow(
      'Update failed',
    );
    expect(always.decided).toHaveLength(3);
  });
});

function handle(result: () => Promise<unknown>): WorkflowHandle {
  return { result } as unknown as WorkflowHandle;
}

function failureWith(details: OperationState): ApplicationFailure {
  return ApplicationFailure.create({ type: FailureType.stack, message: 'm', details: [details] });
}

function failing(cause: Error): WorkflowHandle {
  return handle(async () => {
    throw new WorkflowFailedError('failed', cause, 'NON_RETRYABLE_FAILURE');
  });
}

describe('outcomeOf', () => {
  const brief: OperationState = { ...state(), components: [], brief: true };

  test('gives the state of a success', async () => {
    await expect(outcomeOf(handle(async () => state()))).resolves.toEqual({
      kind: 'completed',
      state: state(),
    });
  });

  test('gives the state of a failure', async () => {
    await expect(outcomeOf(failing(failureWith(state())))).resolves.toEqual({
      kind: 'failed',
      state: state(),
    });
  });

  test.each([
    ['success', async () => brief],
    ['failure', () => failing(failureWith(brief)).result() as Promise<OperationState>],
  ])('asks for the details that had no room in the result of a %s', async (_, result) => {
    const { client } = fakeClient({ state: state(), result });
    const outcome = await outcomeOf(client.workflow.getHandle('id'));
    expect(outcome).toMatchObject({ state: state() });
    expect(outcome).not.toMatchObject({ state: { brief: true } });
  });

  test('goes without the details if nobody can tell them', async () => {
    const { client } = fakeClient({ result: async () => brief });
    await expect(outcomeOf(client.workflow.getHandle('id'))).resolves.toEqual({
      kind: 'completed',
      state: brief,
    });
  });

  test('tells cancelled and terminated', async () => {
    await expect(outcomeOf(failing(new CancelledFailure('m')))).resolves.toEqual({ kind: 'cancelled' });
    const terminated = new TerminatedFailure('by hand');
    await expect(outcomeOf(failing(terminated))).resolves.toEqual({ kind: 'terminated', reason: 'by hand' });
  });

  test('throws any other failure', async () => {
    const cause = ApplicationFailure.create({ type: 'Bug', message: 'm' });
    await expect(outcomeOf(failing(cause))).rejects.toBe(cause);
  });
});

/** A result that comes when it is told to. */
function pending(): { readonly result: Promise<OperationState>; readonly end: EventEmitter } {
  const end = new EventEmitter();
  return { result: once(end, 'end').then(() => state()), end };
}

const followed = (client: Client): Followed => ({ handle: client.workflow.getHandle('id'), runId: 'run-2' });

test.each([
  ['an operation before this one', 'run-1', 'inspecting'],
  ['this one', 'run-2', 'checking'],
])('follow takes what a component of %s says accordingly', async (_, parentRun, phase) => {
  const { result, end } = pending();
  const { client } = fakeClient({
    state: state({ components: [componentState('kafka', 'inspecting')] }),
    result: () => result,
    child: { state: componentState('kafka', 'checking'), parentRun },
  });
  for await (const { components } of follow(client, followed(client), { interval: 1 })) {
    expect(components).toEqual([expect.objectContaining({ name: 'kafka', phase })]);
    end.emit('end');
  }
});

test.each([
  ['has ended leaves the word to the operation', 'proven', { phase: 'checking', milliseconds: 50_000 }],
  ['settles its sentinel counts from its beginning', 'readying', { phase: 'readying', milliseconds: 50_000 }],
] as const)('a component whose own workflow %s', async (_, phase, shown) => {
  const kafka = { ...componentState('kafka', 'checking'), milliseconds: 50_000 };
  const { client } = fakeClient({
    state: state({ components: [kafka] }),
    child: { state: componentState('kafka', phase), parentRun: 'run-2' },
  });
  expect(await snapshot(client, followed(client), 1_000)).toMatchObject({ components: [shown] });
});

function componentState(name: string, phase: Phase): ComponentState {
  return { name, phase, unchanged: false, milliseconds: 1, checks: [] };
}

test('follow gives snapshots until the end', async () => {
  const { result, end } = pending();
  const { client } = fakeClient({ state: state(), result: () => result });
  const seen: OperationState[] = [];
  for await (const each of follow(client, followed(client), { interval: 1 })) {
    seen.push(each);
    if (seen.length === 3) {
      end.emit('end');
    }
  }
  expect(seen.length).toBeGreaterThanOrEqual(3);
});

test('follow tells for how long nobody has answered', async () => {
  const { result, end } = pending();
  const { client } = fakeClient({ result: () => result });
  const unanswered: number[] = [];
  const onUnanswered = (milliseconds: number): void => {
    unanswered.push(milliseconds);
    if (unanswered.length === 3) {
      end.emit('end');
    }
  };
  for await (const each of follow(client, followed(client), { interval: 5, onUnanswered })) {
    expect.unreachable(`unexpected ${each.stack}`);
  }
  expect(unanswered).toEqual(unanswered.toSorted((a, b) => a - b));
});
