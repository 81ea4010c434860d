/** @module */
import type { Client } from '@temporalio/client';

import { ask } from './ask.js';
import { requestKey } from './request.js';
import type { OperationRequest } from './request.js';
import type { RunningOperation } from './running.js';
import { digestsQuery } from '../stack/operation/messages.js';

/** Milliseconds that the running operation gets to tell what it installs. */
const patience = 3_000;

/**
 * Whether a running operation does what is asked for. The plan of an install changes when a component is tried again
 * with other values: then what it installs now counts, not what it was started with.
 */
export async function asksForTheSame(
  client: Client,
  running: RunningOperation,
  request: OperationRequest,
): Promise<boolean> {
  if (running.requestKey === requestKey(request)) {
    return true;
  }
  if (running.kind !== 'install' || request.operation !== 'install') {
    return false;
  }
  if (wishesOf(running.requestKey) !== wishesOf(requestKey(request))) {
    return false;
  }
  const handle = client.workflow.getHandle(running.id, running.runId);
  const digests = await ask(client, handle, digestsQuery, patience);
  const { components } = request.input.plan;
  return (
    digests !== undefined &&
    components.length === Object.keys(digests).length &&
    components.every(({ name, digest }) => digests[name] === digest)
  );
}

/** What stands in a key behind the operation and the digest. */
function wishesOf(key = ''): string {
  return key.split(' ').slice(2).join(' ');
}
