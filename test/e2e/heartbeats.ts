/**
 * Listens to what running activities say: it stands in no history, and is gone when they end.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Client } from '@temporalio/client';

/** Collects heartbeats and failures of attempts while `during` runs. */
export async function heartbeatsDuring<Result>(
  client: Client,
  during: Promise<Result>,
): Promise<{ readonly result: Result; readonly heard: ReadonlySet<string> }> {
  const heard = new Set<string>();
  const listening = new AbortController();
  const listener = listen(client, heard, listening.signal);
  try {
    return { result: await during, heard };
  } finally {
    listening.abort();
    await listener;
  }
}

async function listen(client: Client, heard: Set<string>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for await (const { workflowId, runId } of client.workflow.list({ query: "ExecutionStatus='Running'" })) {
      const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
      for (const { heartbeatDetails, lastFailure, activityType } of raw.pendingActivities ?? []) {
        const said = (heartbeatDetails?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString());
        heard.add([activityType?.name, ...said, JSON.stringify(lastFailure ?? {})].join(' '));
      }
    }
    await sleep(200);
  }
}
