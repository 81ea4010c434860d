/** @module */
import { once } from 'node:events';

import { ExitCode, UserError } from '../../errors.js';
import { keyFileVariable, keyVariable } from '../../temporal/codec.js';
import { startCodecServer } from '../../temporal/codec-server.js';
import type { CommandContext, CommandResult } from '../command.js';

export interface CodecServerOptions {
  /** Default: any that is free. */
  readonly port?: number;
}

/** Lets the Web UI read what is encrypted, until SIGINT or SIGTERM. */
export async function codecServer(
  context: CommandContext,
  { port = 0 }: CodecServerOptions,
): Promise<CommandResult> {
  const temporal = await context.platform.temporal.find();
  if (temporal === undefined)
    throw refused('Temporal does not run', '`bigdata up --no-install` starts it', ExitCode.environment);
  const { codec, webUi } = temporal;
  await temporal.close();
  if (codec === undefined)
    throw refused(
      'Nothing is encrypted here, so there is nothing to decrypt',
      `Name the key by ${keyVariable} or ${keyFileVariable}, as for the worker`,
    );
  const server = await startCodecServer({ codec, port, webUi });
  context.onInterrupt(undefined);
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  context.progress.note(`${server.endpoint} decrypts, for whoever knows this address, until Ctrl-C.`);
  context.progress.note(
    webUi === undefined
      ? 'Say where the Web UI is by BIGDATA_TEMPORAL_UI: a browser is answered only from there.'
      : `In ${webUi}: the glasses in the corner, “Use my browser setting”, and this address.`,
  );
  await ended;
  await server.close();
  return { exitCode: ExitCode.ok, text: 'The codec server has ended.\n', document: { ended: true } };
}

function refused(message: string, next: string, exitCode: ExitCode = ExitCode.usage): UserError {
  return new UserError({ message, unchanged: 'Nothing was started', next, exitCode });
}
