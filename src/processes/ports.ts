/**
 * Ports of the loopback interface.
 *
 * @module
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { ExitCode, UserError } from '../errors.js';
import { listenerOn } from './listener.js';

/** Whether a server could listen there now. */
export type IsFree = (port: number) => Promise<boolean>;

const host = '127.0.0.1';

/** Tries to listen on 127.0.0.1. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** One that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen({ port: 0, host, exclusive: true }), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/**
 * @param option - by which a person asked for it; without a port it is fine
 * @throws UserError that says who has the port
 */
export async function refuseTakenPort(
  option: string,
  port: number | undefined,
  isFree: IsFree = isPortFree,
): Promise<void> {
  if (port === undefined || (await isFree(port))) {
    return;
  }
  const listener = await listenerOn(port);
  throw new UserError({
    message: `Port ${port} is already taken${listener === undefined ? '' : ` by ${listener.name} (process ${listener.pid})`}`,
    where: `${host}:${port}, from ${option}`,
    unchanged: 'Nothing was started',
    next: `Leave out ${option} and a free port is chosen, or name another, or stop what listens there (\`ss -ltnp 'sport = :${port}'\`)`,
    exitCode: ExitCode.environment,
  });
}
