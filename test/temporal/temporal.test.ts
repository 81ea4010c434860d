import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ExitCode } from '../../src/errors.js';
import { clonePaths } from '../../src/paths.js';
import type { Paths } from '../../src/paths.js';
import { configuredServer } from '../../src/temporal/configuration.js';
import { connectTemporal, findTemporal } from '../../src/temporal/connect.js';
import { ensureDevServer, findDevServer } from '../../src/temporal/dev-server.js';
import { listenerOn, listens } from '../../src/processes/listener.js';
import { type IsFree, isPortFree } from '../../src/processes/ports.js';
import { choosePorts } from '../../src/temporal/ports.js';

function taken(...ports: number[]): IsFree {
  return async (port) => !ports.includes(port);
}

let folder: string;
let paths: Paths;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-temporal-'));
  paths = clonePaths({ BIGDATA_STATE: folder });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('configuredServer', () => {
  const noFile = { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' };

  test('nothing is configured', () => {
    expect(configuredServer(noFile)).toBeUndefined();
  });

  test('an address in the environment', () => {
    const environment = { ...noFile, TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_NAMESPACE: 'team' };
    expect(configuredServer(environment)).toMatchObject({
      connectionOptions: { address: 'temporal.example:7233' },
      namespace: 'team',
    });
  });

  test('a profile in a file', async () => {
    const file = join(folder, 'temporal.toml');
    await writeFile(file, '[profile.team]\naddress = "temporal.example:7233"\napi_key = "k"\n');
    expect(configuredServer({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'team' })).toMatchObject({
      connectionOptions: { address: 'temporal.example:7233', tls: true },
    });
  });

  test('a broken file is refused', async () => {
    const file = join(folder, 'temporal.toml');
    await writeFile(file, '[profile.team\n');
    expect(() => configuredServer({ TEMPORAL_CONFIG_FILE: file })).toThrow(
      expect.objectContaining({ exitCode: ExitCode.usage }),
    );
  });
});

describe('choosePorts', () => {
  test.each([
    ['the default pair', {}, undefined, [], [7233, 8233]],
    ['the next pair if a stranger has one', {}, undefined, [8233], [7234, 8234]],
    ['the remembered pair', {}, { port: 7300, uiPort: 8300 }, [], [7300, 8300]],
    ['another pair if the remembered one is taken', {}, { port: 7300, uiPort: 8300 }, [7300], [7233, 8233]],
    ['the wanted pair', { port: 9000, uiPort: 9001 }, { port: 7300, uiPort: 8300 }, [], [9000, 9001]],
    ['a free UI port for a wanted port', { port: 9000 }, undefined, [8233], [9000, 8234]],
    ['not the same port twice', { port: 8233 }, undefined, [], [8233, 8234]],
  ])('%s', async (_, wanted, remembered, strangers, [port, uiPort]) => {
    await expect(choosePorts(wanted, remembered, taken(...strangers))).resolves.toEqual({ port, uiPort });
  });

  test.each([
    ['--temporal-port', { port: 7300 }],
    ['--ui-port', { uiPort: 7300 }],
  ])('refuses a taken %s', async (option, wanted) => {
    await expect(choosePorts(wanted, undefined, taken(7300))).rejects.toMatchObject({
      exitCode: ExitCode.environment,
      where: `127.0.0.1:7300, from ${option}`,
      next: expect.stringContaining('ss -ltnp'),
    });
  });
});

test('a listener is found by its port', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    expect(await isPortFree(port)).toBe(false);
    await expect(listenerOn(port)).resolves.toMatchObject({ pid: process.pid });
    expect(await listens(process.pid, port)).toBe(true);
    expect(await listens(process.ppid, port)).toBe(false);
  } finally {
    server.close();
  }
});

describe('the local server', () => {
  test('is not there before it is started', async () => {
    await expect(findTemporal(paths, { TEMPORAL_CONFIG_FILE: '/nowhere' })).resolves.toBeUndefined();
  });

  test('a program that ends at once is told with its last log lines', async () => {
    const program = join(folder, 'program');
    await writeFile(program, '#!/bin/sh\necho "no such database"\nexit 1\n');
    await chmod(program, 0o755);
    await expect(ensureDevServer(paths, () => {}, { binary: async () => program })).rejects.toMatchObject({
      message: expect.stringContaining('no such database'),
      exitCode: ExitCode.environment,
    });
    await expect(findDevServer(paths)).resolves.toBeUndefined();
  });
});

test('a configured server that does not answer is told with hints', async () => {
  const environment = { TEMPORAL_CONFIG_FILE: '/nowhere', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const connection = connectTemporal(paths, () => {}, { binary: async () => '/nowhere' }, environment);
  await expect(connection).rejects.toMatchObject({
    where: "127.0.0.1:1, from Temporal's environment configuration",
    next: expect.stringMatching(/address.*TLS.*API key/),
    exitCode: ExitCode.environment,
  });
});
