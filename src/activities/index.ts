/**
 * The activities of a worker that serves one cluster.
 *
 * @module
 */
import { applyComponent } from './apply-component.js';
import { type Place, attempt } from './attempt.js';
import { awaitHealed } from './await-healed.js';
import { awaitReady } from './await-ready.js';
import type { Activities, RemovedRelease, StackRemovalInput } from './contract.js';
import { type ActivityDependencies, type ResolvedDependencies, resolveDependencies } from './dependencies.js';
import { Door } from './door.js';
import { findStrays } from './find-strays.js';
import { findUnchanged } from './find-unchanged.js';
import { inspectComponent } from './inspect-component.js';
import { prepareNamespace } from './prepare-namespace.js';
import { forgetProof, recordProof, recordSentinel } from './record-proof.js';
import { removeComponent } from './remove-component.js';
import { removeNamespace } from './remove-namespace.js';
import { rollBackComponent } from './roll-back-component.js';
import { runCheck } from './run-check.js';
import { takeInventory } from './take-inventory.js';

export type { Activities, Heartbeat } from './contract.js';
export type { ActivityDependencies } from './dependencies.js';

/** Binds the activities to a cluster. Each throws ApplicationFailure with a `Cause` as first detail, or CancelledFailure. */
export function createActivities(dependencies: ActivityDependencies): Activities {
  const resolved = resolveDependencies(dependencies);
  return {
    prepareNamespace: (input) =>
      attempt(namespace(resolved, input), (current) => prepareNamespace(resolved, input, current)),
    inspectComponent: (input) =>
      attempt(release(resolved, input), (current) => inspectComponent(resolved, input, current)),
    findUnchanged: (input) =>
      attempt(namespace(resolved, input), (current) => findUnchanged(resolved, input, current)),
    applyComponent: (input) =>
      attempt(release(resolved, { ...input, release: input.component.release }), (current) =>
        applyComponent(resolved, input, current),
      ),
    rollBackComponent: (input) =>
      attempt(release(resolved, input), (current) => rollBackComponent(resolved, input, current)),
    awaitReady: (input) =>
      attempt(release(resolved, input), (current) => awaitReady(resolved, input, current)),
    awaitHealed: (input) =>
      attempt(release(resolved, input), (current) => awaitHealed(resolved, input, current)),
    runCheck: (input) => attempt(release(resolved, input), (current) => runCheck(resolved, input, current)),
    recordProof: (input) =>
      attempt(release(resolved, input), (current) => recordProof(resolved, input, current)),
    recordSentinel: (input) =>
      attempt(release(resolved, input), (current) => recordSentinel(resolved, input, current)),
    forgetProof: (input) =>
      attempt(release(resolved, input), (current) => forgetProof(resolved, input, current)),
    findStrays: (input) =>
      attempt(namespace(resolved, input), (current) => findStrays(resolved, input, current)),
    removeComponent: (input) =>
      attempt(release(resolved, input), (current) => removeComponent(resolved, input, current)),
    removeNamespace: (input, ...more) =>
      attempt(namespace(resolved, input), (current) =>
        removeNamespace(resolved, whole(input, more), current),
      ),
    takeInventory: (input, ...more) =>
      attempt(namespace(resolved, input), (current) => takeInventory(resolved, whole(input, more), current)),
  };
}

function whole(input: StackRemovalInput, more: readonly RemovedRelease[][]): StackRemovalInput {
  return { ...input, releases: [...input.releases, ...more.flat()] };
}

function release(
  dependencies: ResolvedDependencies,
  { namespace: inside, release: name }: { readonly namespace: string; readonly release: string },
): Place {
  return { where: `release ${inside}/${name}`, door: new Door(dependencies, inside) };
}

function namespace(
  dependencies: ResolvedDependencies,
  { namespace: name }: { readonly namespace: string },
): Place {
  return { where: `namespace ${name}`, door: new Door(dependencies, name) };
}
