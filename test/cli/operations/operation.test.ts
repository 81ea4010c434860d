import { setImmediate as turn } from 'node:timers/promises';

import { ServiceError } from '@temporalio/client';
import { expect, test } from 'vitest';

import { up } from '../../../src/cli/commands/up.js';
import { ExitCode } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import { fake, state, upOptions } from '../fake-platform.js';

async function slowly<Value>(_: number | Date, work: () => Promise<Value>): Promise<Value> {
  await turn();
  await turn();
  return work();
}

// Vitest fails a run in which a rejection went unhandled: in a terminal that was the end of the process.
test('a Temporal that dies while an operation is watched is named', async () => {
  const { client } = fakeClient({
    state: state(),
    result: async () => {
      throw new ServiceError('Failed to get Workflow execution history');
    },
  });
  Object.assign(client, { withDeadline: slowly });
  const { context } = fake({ client });

  await expect(up(context, upOptions)).rejects.toMatchObject({
    name: 'UserError',
    exitCode: ExitCode.environment,
    message: expect.stringContaining('Temporal stopped responding'),
    next: expect.stringContaining('it attaches'),
  });
});
