/**
 * Bad input and faults through the command line: each says what to do, has its exit code, and leaves nothing half done.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ExitCode } from '../../src/errors.js';
import { kubectlBinary } from '../../src/local/binaries.js';
import { clonePaths } from '../../src/paths.js';
import { Bigdata } from './bigdata.js';
import type { Ended } from './bigdata.js';

let folder: string;
let bigdata: Bigdata;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  bigdata = new Bigdata(join(folder, 'state'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Nothing was started, and not even a folder for it was made. */
async function expectUntouched(): Promise<void> {
  const entries = await readdir(bigdata.state).catch(() => []);
  expect(entries.filter((name) => name !== 'logs')).toEqual([]);
}

function expectRefusal({ exitCode, stderr }: Ended, wanted: ExitCode, ...parts: (string | RegExp)[]): void {
  expect(exitCode, stderr).toBe(wanted);
  expect(stderr).toMatch(/^Error: /m);
  expect(stderr).toMatch(/^ {2}next:/m);
  for (const part of parts) {
    expect(stderr).toMatch(part);
  }
}

describe('a stack file', () => {
  test.each([
    ['an unknown key', 'name: x\nnamespace: x\ncomponent: {}\n', /stack\.yaml:3/],
    ['an unknown component', 'name: x\nnamespace: x\ncomponents:\n  kafak: {}\n', /kafka/],
    [
      'a disabled need',
      'name: x\nnamespace: x\ncomponents:\n  kafka: {}\n  zookeeper: { enabled: false }\n',
      /zookeeper/,
    ],
    ['no YAML', 'name: [x\n', /stack\.yaml:\d+/],
  ])('with %s', async (_, text, part) => {
    const file = join(folder, 'stack.yaml');
    await writeFile(file, text);
    expectRefusal(await bigdata.run('up', '-f', file), ExitCode.usage, part);
    await expectUntouched();
  });

  test('that is not there', async () => {
    expectRefusal(await bigdata.run('up', '-f', join(folder, 'none.yaml')), ExitCode.usage, /none\.yaml/);
  });

  test('as JSON', async () => {
    const { exitCode, stdout } = await bigdata.run('plan', '-f', join(folder, 'none.yaml'), '-o', 'json');
    expect(exitCode).toBe(ExitCode.usage);
    expect(JSON.parse(stdout)).toMatchObject({ error: { next: expect.any(String) } });
  });
});

describe('a cluster', () => {
  test('that does not answer', async () => {
    const kubeconfig = await writeKubeconfig({ server: 'https://127.0.0.1:1' });
    const ended = await bigdata.run('status', '-f', await zookeeperOnly(), '--kubeconfig', kubeconfig);
    expectRefusal(ended, ExitCode.environment, /127\.0\.0\.1:1/);
    await expectUntouched();
  });

  test('whose context does not exist', async () => {
    const kubeconfig = await writeKubeconfig({ server: 'https://127.0.0.1:1' });
    const ended = await bigdata.run(
      'verify',
      '-f',
      await zookeeperOnly(),
      '--kubeconfig',
      kubeconfig,
      '--context',
      'no',
    );
    expectRefusal(ended, ExitCode.usage, /There is no usable context no/);
  });

  test('without a kubeconfig', async () => {
    const file = await zookeeperOnly();
    const ended = await bigdata.run('up', '-f', file, '--kubeconfig', join(folder, 'nowhere'));
    expectRefusal(ended, ExitCode.environment, /nowhere/);
    await expectUntouched();
  });

  test('that allows this user nothing', async () => {
    const kubeconfig = await writeKubeconfig({ token: await tokenWithoutRights() });
    const ended = await bigdata.run('status', '-f', await zookeeperOnly(), '--kubeconfig', kubeconfig);
    expectRefusal(ended, ExitCode.environment, /allows this user too little/);
  });

  test('for which no registry is named', async () => {
    const kubeconfig = await writeKubeconfig({ server: 'https://127.0.0.1:1' });
    const ended = await bigdata.run('up', '--kubeconfig', kubeconfig);
    expectRefusal(ended, ExitCode.usage, /registry/);
  });
});

describe('Temporal', () => {
  test('that does not answer', async () => {
    const unreachable = bigdata.with({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    const kubeconfig = testKubeconfig();
    const ended = await unreachable.run(
      'verify',
      '-f',
      await zookeeperOnly(),
      '--kubeconfig',
      kubeconfig,
      '-o',
      'json',
    );
    expect(ended.exitCode).toBe(ExitCode.environment);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      error: { where: expect.stringContaining('127.0.0.1:1'), next: expect.stringMatching(/TLS.*API key/) },
    });
  });

  test('whose port is taken names who has it', async () => {
    const server = await listen();
    try {
      const { port } = server.address() as AddressInfo;
      const ended = await bigdata.run('up', '--temporal-port', String(port));
      expectRefusal(
        ended,
        ExitCode.environment,
        new RegExp(`Port ${port} is already taken by \\S+ \\(process ${process.pid}\\)`),
      );
      await expectUntouched();
    } finally {
      server.close();
    }
  });
});

describe('this machine', () => {
  test('without Helm and without a compiler for it', async () => {
    const tools = join(folder, 'tools');
    await mkdir(tools, { recursive: true });
    const bare = bigdata.with({ PATH: tools, BIGDATA_CACHE: join(folder, 'cache') });
    const ended = await bare.run('worker', '--kubeconfig', testKubeconfig());
    expectRefusal(ended, ExitCode.environment, /There is no Temporal|Helm 4 or newer is missing/);
    const configured = bare.with({ PATH: tools, TEMPORAL_ADDRESS: '127.0.0.1:1' });
    const again = await configured.run('worker', '--kubeconfig', testKubeconfig());
    expectRefusal(again, ExitCode.environment, /Helm 4 or newer is missing/);
  });

  test('without disk', async () => {
    const small = join(folder, 'small');
    await mkdir(small);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
    try {
      const full = new Bigdata(join(small, 'state'));
      const ended = await full.run('up', '-o', 'json');
      expect(ended.exitCode).toBe(ExitCode.environment);
      expect(JSON.parse(ended.stdout)).toMatchObject({
        error: { message: expect.stringContaining('of disk are free') },
      });
    } finally {
      await execa('umount', [small]);
    }
  });

  test('nothing is found wrong with what merely does not run', async () => {
    const { exitCode, stdout } = await bigdata.run('doctor');
    expect(stdout).toContain('does not run');
    expect(exitCode).toBe(ExitCode.ok);
  });
});

async function zookeeperOnly(): Promise<string> {
  const file = join(folder, 'zookeeper.yaml');
  await writeFile(
    file,
    'name: x\nnamespace: x\nimages: { registry: registry.example.com/x }\ncomponents: { zookeeper: {} }\n',
  );
  return file;
}

/** Of the cluster that tests use, for faults that come after the cluster was reached. */
function testKubeconfig(): string {
  return join(clonePaths().state, 'kubeconfig');
}

async function writeKubeconfig(change: {
  readonly server?: string;
  readonly token?: string;
}): Promise<string> {
  const { server, token } = change;
  const kubectl = await kubectlBinary(clonePaths(), () => {});
  const file = join(folder, 'kubeconfig');
  await writeFile(file, await readFile(testKubeconfig(), 'utf8'));
  const config = async (...args: string[]): Promise<string> =>
    (await execa(kubectl, ['--kubeconfig', file, 'config', ...args])).stdout;
  if (server !== undefined) {
    await config('set', `clusters.${(await config('get-clusters')).split('\n')[1]}.server`, server);
  }
  if (token !== undefined) {
    await config('set-credentials', 'nobody', '--token', token);
    await config('set-context', '--current', '--user', 'nobody');
  }
  return file;
}

async function tokenWithoutRights(): Promise<string> {
  const kubectl = await kubectlBinary(clonePaths(), () => {});
  const access = ['--kubeconfig', testKubeconfig(), '--namespace', 'default'];
  const { stdout } = await execa(kubectl, [...access, 'create', 'token', 'default']);
  return stdout.trim();
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
