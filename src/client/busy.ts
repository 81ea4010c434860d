/** @module */
import type { Client } from '@temporalio/client';

import { ExitCode, UserError } from '../errors.js';
import { decisionCommands, undecided } from '../stack/operation/decisions.js';
import { ask } from './ask.js';
import type { OperationRequest } from './request.js';
import type { RunningOperation } from './running.js';
import { stateQuery } from '../stack/operation/messages.js';

/** Milliseconds that the running operation gets to tell whether it waits for a decision. */
const patience = 3_000;

/** Why a request is refused while another operation runs, and the way out. */
export async function operationBusy(
  client: Client,
  running: RunningOperation,
  request: OperationRequest,
): Promise<UserError> {
  const handle = client.workflow.getHandle(running.id, running.runId);
  const state = await ask(client, handle, stateQuery, patience);
  const [component] = state === undefined ? [] : undecided(state);
  const since = running.startedAt.toISOString();
  const what =
    running.kind === request.operation
      ? `Another ${running.kind} with a different plan is running since ${since}`
      : `An operation is running already: ${running.kind}, since ${since}`;
  return new UserError({
    message: component === undefined ? what : `${what}, and waits for a decision about ${component}`,
    where: `workflow ${running.id}`,
    unchanged: 'Nothing was started; the running operation goes on',
    next:
      component === undefined
        ? '`bigdata status --follow` watches it until it ends; then run this command again'
        : wayOut(component, request),
    exitCode: ExitCode.busy,
  });
}

function wayOut(component: string, { operation }: OperationRequest): string {
  const { retry, skip, abort } = decisionCommands(component);
  const goesOn =
    operation === 'install'
      ? `\`${retry} -f FILE\` goes on with what FILE says of ${component}`
      : `\`${retry}\` or \`${skip}\` lets it go on`;
  return `${goesOn}, \`${abort}\` ends it; then run this command again`;
}
