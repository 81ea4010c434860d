/** @module */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { afterAll, beforeAll } from 'vitest';
import { bundleWorkflows } from './bundle.js';
import { startDevServer } from './test-server.js';

/** A server, and the workflows that run on it. */
export interface Stage {
  readonly environment: TestWorkflowEnvironment;
  readonly workflowBundle: WorkflowBundleWithSourceMap;
  /** Whether workers run workflows in a thread of their own, as in production, or in the test's. */
  readonly inThread: boolean;
}

/** A stage for all tests of a file: set up before the first, taken down after the last. */
export function useStage(startServer: () => Promise<TestWorkflowEnvironment>): Stage {
  let environment: TestWorkflowEnvironment | undefined;
  let workflowBundle: WorkflowBundleWithSourceMap | undefined;

  beforeAll(async () => {
    environment = await startServer();
    workflowBundle = await bundleWorkflows();
  });
  afterAll(async () => await environment?.teardown());

  return {
    inThread: startServer === startDevServer,
    get environment() {
      return known(environment);
    },
    get workflowBundle() {
      return known(workflowBundle);
    },
  };
}

function known<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the stage is set up before the first test, not earlier');
  return part;
}
