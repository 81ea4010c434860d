/**
 * How histories and durations grow with the stack: `npm run bench:history`.
 *
 * Real workflows on a real Temporal, activities that do nothing. Durations are told as ratios alone, of one run on one
 * machine: what a component takes in a stack of so many, over what it takes in one of ten.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import Table from 'cli-table3';
import { describe, it } from 'vitest';
import { componentWorkflowId, taskQueue } from '../src/client/naming.js';
import type { OperationRequest } from '../src/client/request.js';
import { startOrAttach } from '../src/client/start.js';
import type { Plan } from '../src/stack/plan/plan-types.js';
import { layeredPlan, widePlan } from '../test/support/graphs.js';
import { sizeOf } from '../test/support/history-size.js';
import { withWorker } from '../test/support/operations.js';
import { pretendActivities } from '../test/support/pretended-activities.js';
import { useStage } from '../test/support/stage.js';
import { startDevServer } from '../test/support/test-server.js';

const sizes = [10, 100, 500] as const;

const graphs = { layered: layeredPlan, wide: widePlan };

const extras = {
  install: { onFailure: 'wait' },
  verify: { disruptive: false },
  uninstall: { deleteData: false },
};

const installed = { state: 'same-proven', revision: 1, checks: [], provenAt: '' } as const;

/** A line of some hundred characters, as checks print it. */
const facts = { nonce: 'n'.repeat(300) };

const stage = useStage(startDevServer);

interface Measurement {
  readonly size: number;
  readonly stackEvents: number;
  readonly eventsPerComponent: number;
  readonly largestPayload: number;
  readonly bytes: number;
  readonly continuedAsNew: boolean;
  /** Milliseconds. */
  readonly duration: number;
}

for (const operation of ['install', 'verify', 'uninstall'] as const) {
  describe.each(Object.entries(graphs))(`${operation} of a %s stack`, (shape, planOf) => {
    it('is measured', async () => {
      // What is loaded and compiled at the first use counts for nobody.
      await measure(operation, planOf(sizes[0]));
      const measurements: Measurement[] = [];
      for (const size of sizes) measurements.push(await measure(operation, planOf(size)));
      process.stdout.write(`\n${operation}, ${shape} stack\n${table(measurements)}\n`);
    });
  });
}

async function measure(operation: keyof typeof extras, plan: Plan): Promise<Measurement> {
  const { activities } = pretendActivities({
    ...(operation === 'verify' && { inspectComponent: async () => installed }),
    runCheck: async ({ check: { name, proves } }) => ({ name, proves, facts, milliseconds: 1 }),
  });
  const clusterUid = randomUUID();
  const request = { operation, input: { plan, ...extras[operation] } } as OperationRequest;
  const work = async (): Promise<Measurement> => {
    const started = performance.now();
    const { handle } = await startOrAttach(stage.environment.client, clusterUid, request);
    await handle.result();
    const duration = performance.now() - started;
    return { duration, ...(await count(handle, plan)) };
  };
  return await withWorker(stage, activities, work, taskQueue(clusterUid));
}

async function count(handle: WorkflowHandle, plan: Plan): Promise<Omit<Measurement, 'duration'>> {
  const history = await handle.fetchHistory();
  const stack = sizeOf(history);
  const children = [];
  for (const { name } of plan.components) {
    const child = stage.environment.client.workflow.getHandle(componentWorkflowId(handle.workflowId, name));
    children.push(sizeOf(await child.fetchHistory()));
  }
  const all = [stack, ...children];
  const size = plan.components.length;
  return {
    size,
    stackEvents: stack.events,
    eventsPerComponent: sum(all.map(({ events }) => events)) / size,
    largestPayload: Math.max(...all.map(({ largestPayload }) => largestPayload)),
    bytes: sum(all.map(({ bytes }) => bytes)),
    continuedAsNew: Boolean(
      history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId,
    ),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const columns: Readonly<Record<string, (each: Measurement, smallest: Measurement) => string>> = {
  components: ({ size }) => String(size),
  'events of the stack': ({ stackEvents }) => String(stackEvents),
  'events a component': ({ eventsPerComponent }) => eventsPerComponent.toFixed(1),
  'largest payload': ({ largestPayload }) => String(largestPayload),
  'bytes a component': ({ bytes, size }) => (bytes / size).toFixed(0),
  'time a component': ({ duration, size }, smallest) =>
    `× ${(duration / size / (smallest.duration / smallest.size)).toFixed(2)}`,
  'continued as new': ({ continuedAsNew }) => (continuedAsNew ? 'yes' : 'no'),
};

/** A row a measurement; the first one is what the times of the others are compared with. */
function table(measurements: readonly Measurement[]): string {
  const names = Object.keys(columns);
  const rows = new Table({
    head: names,
    style: { head: [], border: [] },
    colAligns: names.map(() => 'right'),
  });
  const [smallest] = measurements;
  if (smallest) {
    rows.push(...measurements.map((each) => Object.values(columns).map((cell) => cell(each, smallest))));
  }
  return rows.toString();
}
