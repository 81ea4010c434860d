/** @module */
import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';

import { ExitCode, UserError } from '../errors.js';
import { errorText } from '../util/error-text.js';

/** Milliseconds for a server to take a connection and answer the first call. */
const connectTimeout = 5_000;

/** Whether a Temporal without TLS answers there now. */
export async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/**
 * Connects to a Temporal.
 *
 * @throws UserError with what to look at: address, TLS, API key
 */
export async function reach(options: ConnectionOptions, source: string): Promise<Connection> {
  try {
    return await Connection.connect({ ...options, connectTimeout });
  } catch (error) {
    throw unreachable(options, source, error);
  }
}

/** The word for people on a Temporal that cannot be connected to. */
export function unreachable(
  options: Pick<ConnectionOptions, 'address' | 'tls'>,
  source: string,
  cause: unknown,
): UserError {
  const reason = errorText(cause);
  return new UserError({
    message: `Temporal cannot be reached: ${reason}`,
    where: `${options.address ?? 'no address'}, from ${source}`,
    unchanged: 'Nothing was touched',
    next: hint(options),
    exitCode: ExitCode.environment,
    cause,
  });
}

function hint(options: Pick<ConnectionOptions, 'tls'>): string {
  const hints = ['Is the address right, and does a server listen there?'];
  hints.push(
    options.tls === undefined || options.tls === null || options.tls === false
      ? 'Does it ask for TLS (TEMPORAL_TLS=true) or an API key (TEMPORAL_API_KEY)?'
      : 'Does it talk TLS with the certificates that are set (TEMPORAL_TLS_*), and is the API key valid?',
  );
  hints.push('Unset TEMPORAL_ADDRESS and TEMPORAL_PROFILE for the local server');
  return hints.join(' ');
}
