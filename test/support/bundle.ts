/**
 * The workflows as a worker loads them, bundled once a test file.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { DefaultLogger, type WorkflowBundleWithSourceMap, bundleWorkflowCode } from '@temporalio/worker';

/** Bundles `src/workflows`, or another module of workflows. */
export async function bundleWorkflows(
  path = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url)),
): Promise<WorkflowBundleWithSourceMap> {
  return await bundleWorkflowCode({ workflowsPath: path, logger: new DefaultLogger('ERROR') });
}
