/**
 * All workflows of a worker: what the bundle is made from.
 *
 * @module
 */
export { installStack } from './install-stack.js';
export { verifyStack } from './verify-stack.js';
export { rollBackStack } from './roll-back-stack.js';
export { watchStack } from './watch-stack.js';
export { uninstallStack } from './uninstall-stack.js';
export { installComponent } from './install-component.js';
export { settleSentinel } from './settle-sentinel.js';
export { tryCheck } from './try-check.js';
export { verifyComponent } from './verify-component.js';
export { uninstallComponent } from './uninstall-component.js';
