/**
 * Histories of workflows: from Temporal, or from files in the form that Temporal's own tools read and write.
 *
 * @module
 */
import { WorkflowNotFoundError, isGrpcServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils.js';

export type { History };

/** gRPC's NOT_FOUND. */
const notFoundCode = 5;

/** A child workflow that a history tells of. */
export interface ChildRun {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * The history of a run.
 *
 * @param runId - default: the newest run
 * @returns undefined if Temporal has none
 */
export async function fetchHistory(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<History | undefined> {
  try {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    return await decrypted(history, client.options.loadedDataConverter.payloadCodecs);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** With its payloads as they were before they were encrypted: replays and bundles need no key then. */
async function decrypted(history: History, codecs: readonly PayloadCodec[]): Promise<History> {
  const [codec] = codecs;
  return codec === undefined ? history : ((await within(history, codec)) as History);
}

async function within(value: unknown, codec: PayloadCodec): Promise<unknown> {
  if (Array.isArray(value)) return await Promise.all(value.map((each: unknown) => within(each, codec)));
  // Numbers of 64 bits and bytes are no objects of ours.
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || 'unsigned' in value)
    return value;
  if ('metadata' in value && 'data' in value) return (await codec.decode([value as Payload]))[0];
  const members = Object.entries(value).map(
    async ([key, member]) => [key, await within(member, codec)] as const,
  );
  return Object.fromEntries(await Promise.all(members));
}

/** As the client wraps it, and as the server says it. */
function isNotFound(error: unknown): boolean {
  return (
    error instanceof WorkflowNotFoundError ||
    (isGrpcServiceError(error) && Number(error.code) === notFoundCode)
  );
}

/** @throws Error if the text is no history */
export function parseHistory(text: string): History {
  const document: unknown = JSON.parse(text);
  if (typeof document !== 'object' || document === null || !('events' in document)) {
    throw new Error('there is no list `events` in it');
  }
  const history = historyFromJSON(document);
  if (history.events?.[0]?.workflowExecutionStartedEventAttributes == null) {
    throw new Error('its first event is not the start of a workflow');
  }
  return history;
}

/** ID of the workflow, as its start tells; undefined in histories of old servers. */
export function workflowIdOf(history: History): string | undefined {
  return history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId || undefined;
}

/** Name of the workflow's function. */
export function workflowTypeOf(history: History): string {
  return history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';
}

/** The child workflows that were started, in the order of their start. */
export function childrenOf(history: History): ChildRun[] {
  return (history.events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => {
    const { workflowId, runId } = started?.workflowExecution ?? {};
    return workflowId && runId ? [{ workflowId, runId }] : [];
  });
}
