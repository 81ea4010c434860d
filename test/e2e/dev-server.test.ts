/**
 * The local Temporal, where others want the same ports.
 *
 * @components none
 */
import { type Server, connect, createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureTemporalBinary } from '../../src/local/binaries.js';
import { type Paths, clonePaths } from '../../src/paths.js';
import type { Report } from '../../src/progress.js';
import {
  type DevServer,
  ensureDevServer,
  findDevServer,
  stopDevServer,
} from '../../src/temporal/dev-server.js';
import { listens } from '../../src/processes/listener.js';
import { answers } from '../../src/temporal/reach.js';

const binary = (report: Report) => ensureTemporalBinary(clonePaths(), report);

let folder: string;
let ours: Paths;
let theirs: Paths;
let intruder: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-dev-server-'));
  ours = clonePaths({ BIGDATA_STATE: join(folder, 'ours') });
  theirs = clonePaths({ BIGDATA_STATE: join(folder, 'theirs') });
});

afterEach(async () => {
  intruder?.close();
  await stopDevServer(ours);
  await stopDevServer(theirs);
  await rm(folder, { recursive: true, force: true });
});

/** Another's Temporal on a port, as soon as it is chosen and before our server has it. */
function intrude(server: DevServer): { readonly report: Report; port(): number | undefined } {
  let taken: number | undefined;
  const report: Report = ({ text }) => {
    const port = /starting the server on 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port === undefined || taken !== undefined) return;
    taken = Number(port);
    intruder = createServer((socket) => {
      const upstream = connect(server.port, '127.0.0.1');
      socket.on('error', () => upstream.destroy()).pipe(upstream);
      upstream.on('error', () => socket.destroy()).pipe(socket);
    }).listen(taken, '127.0.0.1');
  };
  return { report, port: () => taken };
}

it('takes other ports when another is faster, and does not take the other for itself', async () => {
  const other = await ensureDevServer(theirs, () => {}, { binary });
  const intrusion = intrude(other);
  const server = await ensureDevServer(ours, intrusion.report, { binary });
  expect(intrusion.port()).toBeDefined();
  expect(server.port).not.toBe(intrusion.port());
  expect(await listens(server.pid, server.port)).toBe(true);
  expect(await answers(server.address)).toBe(true);
  expect(await findDevServer(ours)).toEqual(server);
});

it('is started anew when it dies while it is waited for', async () => {
  const before = await ensureDevServer(ours, () => {}, { binary });
  process.kill(before.pid, 'SIGSTOP');
  const ensured = ensureDevServer(ours, () => {}, { binary });
  // Whoever asks later has been let down already.
  expect(await answers(before.address)).toBe(false);
  process.kill(before.pid, 'SIGKILL');
  const after = await ensured;
  expect(after.pid).not.toBe(before.pid);
  expect(after.port).toBe(before.port);
});

it('says who was faster on a port that a person asked for', async () => {
  const other = await ensureDevServer(theirs, () => {}, { binary });
  const intrusion = intrude(other);
  const ports = { port: other.port + 500, uiPort: other.uiPort + 500 };
  await expect(ensureDevServer(ours, intrusion.report, { ports, binary })).rejects.toMatchObject({
    message: expect.stringContaining(`Port ${ports.port} is already taken by`) as string,
    where: expect.stringContaining('--temporal-port') as string,
  });
  expect(await findDevServer(ours)).toBeUndefined();
});
