/**
 * Bundles the workflows once, so that workers start in milliseconds and replay tests use the very code that runs.
 *
 * A program of its own, because it needs npm packages that the rest of this folder must do without:
 * `node bundle-workflows.mjs <folder of compiled code>`.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const folder = resolve(process.argv[2]);
const { code } = await bundleWorkflowCode({
  workflowsPath: join(folder, 'workflows', 'index.js'),
  logger: new DefaultLogger('WARN'),
});
writeFileSync(join(folder, 'workflow-bundle.js'), code);
