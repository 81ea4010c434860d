/**
 * The client: starts operations on a stack, tells how they stand, and decides about components that failed.
 *
 * Also a library, see `examples/`: `import { startInstall, status, decide } from 'bigdata/client'`.
 *
 * @module
 */
import type { Client } from '@temporalio/client';
import { snapshot } from './client/follow.js';
import { operationId } from './client/naming.js';
import { outcomeOf } from './client/outcome.js';
import { findNewest, findRunning } from './client/running.js';
import { type Operation, attachTo, startOrAttach } from './client/start.js';
import type {
  InstallInput,
  OperationState,
  RollbackInput,
  UninstallInput,
  VerifyInput,
} from './stack/operation/operation-types.js';

export { decide } from './client/decide.js';
export { follow } from './client/follow.js';
export { type Outcome, outcomeOf } from './client/outcome.js';
export type { Operation } from './client/start.js';
export { UserError } from './errors.js';
export type { Decision } from './stack/operation/decisions.js';
export type { Cause, ComponentState, OperationState, Phase } from './stack/operation/operation-types.js';
export type { Plan } from './stack/plan/plan-types.js';

/** Milliseconds that a worker gets to answer a query. */
const patience = 5_000;

/** Where a stack is. */
export interface StackLocation {
  /** UID of the cluster's `kube-system` namespace. */
  readonly clusterUid: string;
  readonly namespace: string;
}

/**
 * Installs a stack, or attaches to the same install if it runs already. So do the three others with their operations.
 *
 * @param clusterUid - UID of the cluster's `kube-system` namespace
 * @param input - with the plan, as `bigdata plan --output json` prints it
 * @throws UserError with exit code `busy` if another operation runs on the stack
 */
export function startInstall(client: Client, clusterUid: string, input: InstallInput): Promise<Operation> {
  return startOrAttach(client, clusterUid, { operation: 'install', input });
}

/** Runs every check of a stack again. */
export function startVerify(client: Client, clusterUid: string, input: VerifyInput): Promise<Operation> {
  return startOrAttach(client, clusterUid, { operation: 'verify', input });
}

/** Rolls a component back to a proven revision, and proves what needs it again. */
export function startRollback(client: Client, clusterUid: string, input: RollbackInput): Promise<Operation> {
  return startOrAttach(client, clusterUid, { operation: 'rollback', input });
}

/** Removes a stack, and proves that nothing it owned is left. */
export function startUninstall(
  client: Client,
  clusterUid: string,
  input: UninstallInput,
): Promise<Operation> {
  return startOrAttach(client, clusterUid, { operation: 'uninstall', input });
}

/** The operation that runs on a stack, to follow it or to decide about its components; undefined if none runs. */
export async function runningOperation(
  client: Client,
  { clusterUid, namespace }: StackLocation,
): Promise<Operation | undefined> {
  const running = await findRunning(client, operationId(clusterUid, namespace));
  return running && attachTo(client, running);
}

/**
 * The state of the operation that runs on a stack, or else of the last one.
 *
 * @returns undefined if Temporal knows no operation, or no worker answers, or the last one was cancelled or terminated
 */
export async function status(
  client: Client,
  { clusterUid, namespace }: StackLocation,
): Promise<OperationState | undefined> {
  const { running, ended } = await findNewest(client, operationId(clusterUid, namespace));
  if (running !== undefined) return await snapshot(client, attachTo(client, running), patience);
  if (ended === undefined) return undefined;
  const outcome = await outcomeOf(client.workflow.getHandle(ended.id, ended.runId), patience);
  return 'state' in outcome ? outcome.state : undefined;
}
