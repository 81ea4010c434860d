/**
 * No secret value in anything that an operation leaves or says, also where what it installs tells secrets and dies.
 *
 * @components volumes minio
 */
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { childrenOf, fetchHistory, parseHistory } from '../../src/client/histories.js';
import { operationId } from '../../src/client/naming.js';
import { ExitCode } from '../../src/errors.js';
import { connect } from '../../src/kubernetes/api/connect.js';
import type { Cluster } from '../../src/kubernetes/api/connect.js';
import { rawLog } from '../../src/kubernetes/api/logs.js';
import type { SecretValue } from '../../src/redaction/redactor.js';
import { helmBinary } from '../../src/local/binaries.js';
import { clonePaths } from '../../src/paths.js';
import type { Plan } from '../../src/stack/plan/plan-types.js';
import { readArchive } from '../support-bundle/archive.js';
import { Bigdata } from './bigdata.js';
import type { Ended } from './bigdata.js';
import { heartbeatsDuring } from './heartbeats.js';
import { workloadPods } from './pods.js';
import { findSecretsIn, secretsOf } from './secret-search.js';
import type { Searched } from './secret-search.js';

const namespace = 'secrets';
const paths = clonePaths();
let folder: string;
let bigdata: Bigdata;
let stack: string[];
let cluster: Cluster;
let connection: Connection | undefined;
let client: Client;
let secrets: SecretValue[];
let up: Ended;
let heard: ReadonlySet<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  bigdata = new Bigdata(paths.state, { BIGDATA_HELM: await recordingHelm() });
  const file = join(folder, 'stack.yaml');
  stack = ['-f', file];
  await writeStack(file, 'bigdata.local/none:1');
  await bigdata.json('up', ...stack, '--no-install');
  const { components } = await bigdata.json<Plan>('plan', ...stack);
  const image = components.find(({ name }) => name === 'minio')?.image;
  await writeStack(file, `${image?.repository}:${image?.tag}`);

  cluster = await connect({ kubeconfig: bigdata.kubeconfig });
  const { temporal } = await bigdata.status<{ temporal: { address: string } }>(...stack);
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection });
  ({ result: up, heard } = await heartbeatsDuring(
    client,
    bigdata.run('up', ...stack, '--on-failure', 'abort'),
  ));
  secrets = await secretsOf(cluster.rest, namespace);
});

afterAll(async () => {
  await bigdata.run('uninstall', ...stack, '--delete-data', '--yes');
  await connection?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A Helm that writes down how it was called, then does what it was called for. */
async function recordingHelm(): Promise<string> {
  const wrapper = join(folder, 'helm');
  const helm = await helmBinary(paths, () => {});
  const record = join(folder, 'helm-calls');
  await writeFile(wrapper, `#!/bin/sh\n{ echo "helm $*"; env; } >> '${record}'\nexec '${helm}' "$@"\n`);
  await chmod(wrapper, 0o755);
  return wrapper;
}

async function writeStack(file: string, shell: string): Promise<void> {
  const components = { volumes: {}, minio: {}, leaky: { values: { shell } } };
  const componentFolders = [join(import.meta.dirname, 'components')];
  await writeFile(file, stringify({ name: namespace, namespace, componentFolders, components }));
}

function search(...texts: Searched[]): string[] {
  return findSecretsIn(texts, secrets);
}

function printed(command: string, { stdout, stderr }: Ended): Searched {
  return { source: command, text: `${stdout}\n${stderr}` };
}

/** The log of the pod that tells secrets: what everything else is compared with. */
async function leakedLog(): Promise<string> {
  const pods = await workloadPods(bigdata.kubeconfig, namespace);
  const pod = pods.find(({ component }) => component === 'leaky')?.name ?? '';
  return rawLog(cluster.rest, { namespace, pod, previous: true, lines: 100 });
}

/** Of the operation and of its child workflows. */
async function histories(): Promise<Searched[]> {
  const id = operationId(cluster.uid, namespace);
  const history = await fetchHistory(client, id);
  const runs = [{ workflowId: id }, ...childrenOf(history ?? {})];
  return Promise.all(
    runs.map(async ({ workflowId }) => {
      const own = await fetchHistory(client, workflowId);
      return { source: `history ${workflowId}`, text: own === undefined ? '' : historyToJSON(own) };
    }),
  );
}

async function filesOf(where: string, wanted: RegExp): Promise<Searched[]> {
  const names = (await readdir(where)).filter((name) => wanted.test(name));
  return Promise.all(
    names.map(async (name) => ({ source: name, text: await readFile(join(where, name), 'latin1') })),
  );
}

describe('the search', () => {
  test('knows the values that were generated in the cluster', () => {
    expect(secrets.map(({ secret, key }) => `${secret}/${key}`).toSorted()).toEqual([
      'leaky/certificate',
      'minio/accessKey',
      'minio/rootPassword',
      'minio/rootUser',
      'minio/secretKey',
    ]);
  });

  test('finds them where they are: in the log of the pod that tells them', async () => {
    expect(search({ source: 'log', text: await leakedLog() }).toSorted()).toEqual([
      'log: leaky/certificate',
      'log: minio/rootPassword',
      'log: minio/rootUser',
    ]);
  });

  test('finds a planted value, also in the payload of a history', async () => {
    const password = secrets.find(({ key }) => key === 'rootPassword')?.bytes.toString() ?? '';
    const payload = Buffer.from(JSON.stringify({ detail: `tried ${password}` })).toString('base64');
    expect(search({ source: 'log', text: `x${password}y` })).toEqual(['log: minio/rootPassword']);
    expect(search({ source: 'history', text: JSON.stringify({ payloads: [{ data: payload }] }) })).toEqual([
      'history: minio/rootPassword',
    ]);
    expect(search({ source: 'log', text: 'nothing' })).toEqual([]);
  });
});

describe('no secret is in', () => {
  test('the error that names why the component died', () => {
    expect(up.exitCode).toBe(ExitCode.failed);
    expect(up.stdout).toContain(
      'login of [secret minio/rootUser] was refused, tried [secret minio/rootPassword]',
    );
    const bundle = ['bigdata support-bundle', ...stack].join(' ');
    expect(up.stdout).toContain(`\`${bundle}\` collects what others need to help`);
    expect(search(printed('up', up))).toEqual([]);
  });

  test('histories, with inputs, results and failures', async () => {
    const found = await histories();
    expect(found.map(({ source }) => source)).toHaveLength(4);
    expect(found.some(({ text }) => text.includes('ACTIVITY_TASK_FAILED'))).toBe(true);
    expect(search(...found)).toEqual([]);
  });

  test('anything else that the Temporal server keeps', async () => {
    const files = await filesOf(join(paths.state, 'temporal'), /\.(db|db-wal|log)$/);
    expect(files.length).toBeGreaterThan(0);
    expect(search(...files)).toEqual([]);
  });

  test('heartbeats', () => {
    expect(heard.size).toBeGreaterThan(2);
    expect(search({ source: 'heartbeats', text: [...heard].join('\n') })).toEqual([]);
  });

  test('the logs of worker and local cluster', async () => {
    const files = await filesOf(join(paths.state, 'logs'), /\.log/);
    expect(files.map(({ source }) => source)).toContain(`worker-${cluster.uid.slice(0, 8)}.log`);
    expect(search(...files)).toEqual([]);
  });

  test('arguments and environment of Helm', async () => {
    const text = await readFile(join(folder, 'helm-calls'), 'utf8');
    expect(text).toContain('helm upgrade minio');
    expect(search({ source: 'helm', text })).toEqual([]);
  });

  test('what other commands print', async () => {
    const commands = [
      ['verify', ...stack],
      ...['status', 'plan', 'endpoints'].flatMap((name) => [
        [name, ...stack],
        [name, ...stack, '-o', 'json'],
      ]),
      ['doctor'],
    ];
    for (const command of commands) {
      expect(search(printed(command.join(' '), await bigdata.run(...command)))).toEqual([]);
    }
  });

  test('a support bundle, which holds all of it and replays', async () => {
    const archive = join(folder, 'bundle.tar.gz');
    const { missing, redacted } = await bigdata.json<{ missing: unknown[]; redacted: boolean }>(
      'support-bundle',
      ...stack,
      '--archive',
      archive,
    );
    expect({ missing, redacted }).toEqual({ missing: [], redacted: true });
    const files = await readArchive(archive);
    expect(search(...[...files].map(([source, text]) => ({ source, text })))).toEqual([]);
    const names = [...files.keys()].join('\n');
    expect(names).toMatch(/pods\/leaky-[^/]+\/leaky\.previous\.log/);
    expect(names).toMatch(/helm\/manifests\/minio-1\.yaml/);
    expect(files.get('index.md')).toContain('leaky');

    const history = [...files].find(([name]) => name.endsWith('-install/components/leaky.json'))?.[1] ?? '';
    expect(parseHistory(history).events?.length).toBeGreaterThan(10);
    const file = join(folder, 'leaky.json');
    await writeFile(file, history);
    expect(await bigdata.json('replay', file)).toMatchObject({ compatible: true });
  });
});
