/** @module */
import { join } from 'node:path';
import { clonePaths } from '../paths.js';

/** The workflows as workers run them: made by the build from src/workflows. */
export const workflowBundle = join(clonePaths().root, 'dist', 'workflow-bundle.js');
