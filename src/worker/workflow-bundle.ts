/** @module */
import { fileURLToPath } from 'node:url';

/** The workflows as workers run them: made by the build from src/workflows; in dist/, beside this file's folder. */
export const workflowBundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
