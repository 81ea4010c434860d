/**
 * A worker whose clock is set by an hour, ahead and back, whenever an activity begins and in the middle of it: an install, an
 * upgrade and an uninstall are as if nothing had been.
 *
 * @components volumes
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Activities } from '../../src/activities/contract.js';
import type { OperationRequest } from '../../src/client/request.js';
import { endOf, withWorker } from '../support/operations.js';
import { type RealCluster, useRealCluster } from '../support/real-cluster.js';
import { useStage } from '../support/stage.js';
import { startDevServer } from '../support/test-server.js';
import { clonePaths } from '../../src/paths.js';
import { type Provisioner, installProvisioner } from './provisioner.js';
import { SettableDate } from './settable-date.js';
import { type SmallStack, writeSmallStack } from './small-stack.js';

const hour = 3_600_000;

/** Milliseconds after which the clock is set once more while an activity runs. */
const middle = 700;

const stage = useStage(startDevServer);
let provisioner: Provisioner;
let real: RealCluster;
let stack: SmallStack;
let clock: SettableDate;

beforeAll(async () => {
  provisioner = await installProvisioner();
  real = await useRealCluster();
  stack = await writeSmallStack(clonePaths(), real.image, 'clocks');
  clock = SettableDate.install();
});

afterAll(async () => {
  clock?.restore();
  await stack?.remove();
  await real?.close();
  await provisioner?.remove();
});

/** The activities, with a clock that jumps. */
function jumping(activities: Activities): Activities {
  let jumps = 0;
  const jump = () => clock.set([hour, -hour, 0][jumps++ % 3] ?? 0);
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: readonly unknown[]) => {
      jump();
      const timer = setTimeout(jump, middle);
      try {
        return await (activity as (...all: readonly unknown[]) => Promise<unknown>)(...args);
      } finally {
        clearTimeout(timer);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Activities;
}

test('a clock that is set by an hour, both ways, all the time', async () => {
  const plan = await stack.plan(stack.file);
  const changed = await stack.plan(stack.changedFile);
  const operations: readonly OperationRequest[] = [
    { operation: 'install', input: { plan } },
    { operation: 'install', input: { plan: changed, unlisted: 'remove' } },
    { operation: 'verify', input: { plan: changed, disruptive: false } },
    { operation: 'uninstall', input: { plan: changed, deleteData: true } },
  ];
  await withWorker(stage, jumping(real.activities), async (start) => {
    for (const { operation, input } of operations) {
      const began = performance.now();
      const { state, failed } = await endOf(await start(operation, input));
      const took = performance.now() - began;
      expect(failed, JSON.stringify(state)).toBe(false);
      for (const { phase, milliseconds, cause, notes } of state.components) {
        expect({ phase, cause, notes }).toEqual({
          phase: expect.stringMatching(/^(proven|removed)$/) as string,
        });
        // Not an hour more or less.
        expect(milliseconds).toBeGreaterThanOrEqual(0);
        expect(milliseconds).toBeLessThan(took + 1_000);
      }
    }
  });
  expect(clock.timesSet).toBeGreaterThan(50);
});
