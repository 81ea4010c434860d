/**
 * Runs an operation in front of a person: start or attach, watch, tell how it ended.
 *
 * @module
 */
import { isGrpcServiceError, ServiceError } from '@temporalio/client';

import { follow } from '../../client/follow.js';
import { outcomeOf } from '../../client/outcome.js';
import type { Outcome } from '../../client/outcome.js';
import type { OperationRequest } from '../../client/request.js';
import { startOrAttach } from '../../client/start.js';
import type { Operation } from '../../client/start.js';
import { ExitCode, UserError } from '../../errors.js';
import type { OperationKind, OperationState } from '../../stack/operation/operation-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { CommandContext } from '../command.js';
import type { Cluster } from '../platform/platform.js';
import { Segments } from '../progress/segments.js';
import { explainDecisions } from '../render/decisions.js';
import { watchNode } from './node-watchdog.js';
import { workerWatchdog } from './worker-watchdog.js';
import { errorText } from '../../util/error-text.js';

/** An operation that has ended, or waits for a decision, with what a person may want to look at. */
export interface WatchedOperation {
  readonly state: OperationState;
  readonly failed: boolean;
  /** True if it has not ended: it waits for a decision, and nobody is there to see that. */
  readonly waiting: boolean;
  readonly workflowId: string;
  readonly link: string | undefined;
  /** From the operation's start, also if it was attached to later. */
  readonly milliseconds: number;
}

const titles: { readonly [operation in OperationKind]: string } = {
  install: 'Installing',
  verify: 'Verifying',
  rollback: 'Rolling back',
  uninstall: 'Uninstalling',
};

/**
 * Starts the operation or attaches to it, and shows it until it ends; brings back what dies meanwhile of the worker and the local cluster.
 *
 * @param options - of the stack and cluster that are meant, as people type them
 * @throws UserError if another one runs, or if this one was cancelled or terminated by somebody
 */
export async function runOperation(
  context: CommandContext,
  temporal: TemporalServer,
  cluster: Cluster,
  request: OperationRequest,
  options: string,
): Promise<WatchedOperation> {
  const { node, workers } = context.platform;
  const reviveWorker = (): Promise<void> => workers.ensure(cluster, temporal, () => {});
  const end = new AbortController();
  const repairs =
    cluster.access.kind === 'local' ? watchNode(node, context.progress, end.signal) : Promise.resolve();
  try {
    const operation = await startOrAttach(temporal.client, cluster.uid, request);
    const { stack } = request.input.plan;
    return await watchOperation(context, temporal, operation, { stack, options, reviveWorker });
  } catch (error) {
    throw isLost(error) ? temporalLost(temporal, error) : error;
  } finally {
    end.abort();
    await repairs;
  }
}

export interface WatchOptions {
  readonly stack: string;
  /** Of the stack and cluster that are meant, as people type them. */
  readonly options: string;
  /** Called when no worker answers; left out by who only watches. */
  readonly reviveWorker?: () => Promise<void>;
}

/**
 * Shows an operation until it ends. Where nothing moves until somebody decides, it says which commands decide; it waits
 * for that only in front of a person.
 */
export async function watchOperation(
  context: CommandContext,
  temporal: TemporalServer,
  operation: Operation,
  { stack, options, reviveWorker }: WatchOptions,
): Promise<WatchedOperation> {
  const link = temporal.workflowLink(operation.id, operation.runId);
  context.onInterrupt({
    text: detachedText(operation, link),
    document: {
      detached: true,
      operation: operation.kind,
      workflowId: operation.id,
      ...(link ? { link } : {}),
    },
  });
  if (operation.attached) {
    context.progress.note(
      `Attached to the ${operation.kind} that runs since ${operation.startedAt.toISOString()}`,
    );
  }
  if (link !== undefined) {
    context.progress.note(`Web UI: ${link}`);
  }
  const outcome = outcomeOf(operation.handle);
  // It may fail while a snapshot is still waited for, and nobody has asked for it then: it is asked for below.
  outcome.catch(() => undefined);
  const snapshots = follow(temporal.client, operation, {
    onUnanswered: workerWatchdog(context.progress, reviveWorker),
  });
  const segments = new Segments(withFinalState(snapshots, outcome));
  const title = `${titles[operation.kind]} ${stack}`;
  for (;;) {
    await context.progress.operation(title, segments.next());
    const state = segments.waiting;
    if (state === undefined) {
      return ended(await outcome, operation, link, await durationOf(operation));
    }
    if (!context.attended) {
      await segments.close();
      const milliseconds = await durationOf(operation);
      return { state, failed: false, waiting: true, workflowId: operation.id, link, milliseconds };
    }
    context.progress.note(explainDecisions(state, options, context.style));
    await segments.untilDecided();
  }
}

/** The connection, or the server, is gone; the SDK has retried already. */
function isLost(error: unknown): boolean {
  return error instanceof ServiceError || isGrpcServiceError(error);
}

function temporalLost(temporal: TemporalServer, cause: unknown): UserError {
  return new UserError({
    message: `Temporal stopped responding: ${errorText(cause)}`,
    where: temporal.address,
    unchanged: 'What was done stays; the operation continues once Temporal and a worker are back',
    next: 'Run the same command again: it attaches. `bigdata doctor` shows what is down',
    exitCode: ExitCode.environment,
    cause,
  });
}

/** The last thing shown is the final state, which polling may miss. */
async function* withFinalState(
  snapshots: AsyncIterable<OperationState>,
  outcome: Promise<Outcome>,
): AsyncGenerator<OperationState> {
  yield* snapshots;
  const final = await outcome;
  if ('state' in final) {
    yield final.state;
  }
}

/** Milliseconds by the server's clock; of an operation that still runs, until now. */
async function durationOf({ handle }: Operation): Promise<number> {
  const { startTime, closeTime } = await handle.describe();
  return (closeTime?.getTime() ?? Date.now()) - startTime.getTime();
}

function ended(
  outcome: Outcome,
  operation: Operation,
  link: string | undefined,
  milliseconds: number,
): WatchedOperation {
  if ('state' in outcome) {
    const failed = outcome.kind === 'failed';
    return { state: outcome.state, failed, waiting: false, workflowId: operation.id, link, milliseconds };
  }
  throw new UserError({
    message:
      outcome.kind === 'cancelled'
        ? `The ${operation.kind} was cancelled by somebody`
        : `The ${operation.kind} was terminated by somebody: ${outcome.reason}`,
    where: link ?? `workflow ${operation.id}`,
    unchanged: 'What was done until then stays',
    next: 'Run the same command again: it goes on from there',
    exitCode: ExitCode.failed,
  });
}

function detachedText(operation: Operation, link: string | undefined): string {
  const { kind } = operation;
  const again = kind === 'install' ? 'up' : kind;
  return [
    `Detached. The ${kind} goes on.`,
    // Which component goes back is no part of what is known of it.
    kind === 'rollback'
      ? '  `bigdata status --follow` watches it.'
      : `  \`bigdata ${again}\` attaches to it again, \`bigdata status --follow\` only watches.`,
    ...(link === undefined ? [] : [`  Web UI: ${link}`]),
    '',
  ].join('\n');
}
