/**
 * The activities of a worker that serves one cluster.
 *
 * @module
 */
import { applyComponent } from './release/apply-component.js';
import { type Attempt, type Place, attempt } from './attempt.js';
import { awaitHealed } from './ready/await-healed.js';
import { awaitReady } from './ready/await-ready.js';
import type { Activities, RemovedRelease, StackRemovalInput } from './contract.js';
import { type ActivityDependencies, type ResolvedDependencies, resolveDependencies } from './dependencies.js';
import { Door } from './door.js';
import { findUnlisted } from './namespace/find-unlisted.js';
import { findUnchanged } from './proofs/find-unchanged.js';
import { inspectComponent } from './proofs/inspect-component.js';
import { prepareNamespace } from './namespace/prepare-namespace.js';
import { forgetProof, recordProof, recordSentinel } from './proofs/record-proof.js';
import { removeComponent } from './release/remove-component.js';
import { removeNamespace } from './namespace/remove-namespace.js';
import { rollBackComponent } from './release/roll-back-component.js';
import { runCheck } from './checks/run-check.js';
import { takeInventory } from './namespace/take-inventory.js';

export type { Activities, Heartbeat } from './contract.js';
export type { ActivityDependencies } from './dependencies.js';

/** Binds the activities to a cluster. Each throws ApplicationFailure with a `Cause` as first detail, or CancelledFailure. */
export function createActivities(dependencies: ActivityDependencies): Activities {
  const resolved = resolveDependencies(dependencies);
  /** Of a release, in which its causes are. */
  const onRelease =
    <Input extends ReleasePlace, Result>(work: Work<Input, Result>) =>
    (input: Input) =>
      attempt(release(resolved, input), (current) => work(resolved, input, current));
  const onNamespace =
    <Input extends NamespacePlace, Result>(work: Work<Input, Result>) =>
    (input: Input) =>
      attempt(namespace(resolved, input), (current) => work(resolved, input, current));
  return {
    prepareNamespace: onNamespace(prepareNamespace),
    inspectComponent: onRelease(inspectComponent),
    findUnchanged: onNamespace(findUnchanged),
    applyComponent: (input) =>
      attempt(release(resolved, { ...input, release: input.component.release }), (current) =>
        applyComponent(resolved, input, current),
      ),
    rollBackComponent: onRelease(rollBackComponent),
    awaitReady: onRelease(awaitReady),
    awaitHealed: onRelease(awaitHealed),
    runCheck: onRelease(runCheck),
    recordProof: onRelease(recordProof),
    recordSentinel: onRelease(recordSentinel),
    forgetProof: onRelease(forgetProof),
    findUnlisted: onNamespace(findUnlisted),
    removeComponent: onRelease(removeComponent),
    removeNamespace: (input, ...more) => onNamespace(removeNamespace)(whole(input, more)),
    takeInventory: (input, ...more) => onNamespace(takeInventory)(whole(input, more)),
  };
}

type Work<Input, Result> = (
  dependencies: ResolvedDependencies,
  input: Input,
  attempt: Attempt,
) => Promise<Result>;

interface NamespacePlace {
  readonly namespace: string;
}

interface ReleasePlace extends NamespacePlace {
  readonly release: string;
}

function whole(input: StackRemovalInput, more: readonly RemovedRelease[][]): StackRemovalInput {
  return { ...input, releases: [...input.releases, ...more.flat()] };
}

function release(
  dependencies: ResolvedDependencies,
  { namespace: inside, release: name }: ReleasePlace,
): Place {
  return { where: `release ${inside}/${name}`, door: new Door(dependencies, inside) };
}

function namespace(dependencies: ResolvedDependencies, { namespace: name }: NamespacePlace): Place {
  return { where: `namespace ${name}`, door: new Door(dependencies, name) };
}
