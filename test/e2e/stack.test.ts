/**
 * The life of a stack, through the command line alone, on a state folder of its own.
 *
 * @components volumes minio zookeeper kafka
 */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ReachableEndpoint } from '../../src/cli/render/endpoints.js';
import { ExitCode } from '../../src/errors.js';
import { connect } from '../../src/kubernetes/api/connect.js';
import type { KubernetesObject, List } from '../../src/kubernetes/api/objects.js';
import { kubectlBinary } from '../../src/local/binaries.js';
import { allowPlainRegistry, ensureCluster } from '../../src/local/cluster.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { Bigdata } from './bigdata.js';
import { dataTraces, traces } from './clone.js';
import { startRegistry } from './registry.js';

interface UpDocument extends OperationState {
  readonly unchanged: boolean;
  readonly milliseconds: number;
  readonly link?: string;
  readonly endpoints: readonly ReachableEndpoint[];
}

interface StatusDocument {
  readonly operation: unknown;
  readonly components: readonly {
    readonly name: string;
    readonly standing: string;
    readonly release?: { readonly revision: number };
    readonly proof?: { readonly provenAt: string };
  }[];
}

const names = ['volumes', 'minio', 'zookeeper', 'kafka'];
let folder: string;
let bigdata: Bigdata;
/** Options that name the stack file. */
let stack: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  bigdata = new Bigdata(join(folder, 'state'));
  const file = join(folder, 'stack.yaml');
  const components = Object.fromEntries(names.map((name) => [name, {}]));
  await writeFile(file, stringify({ name: 'bigdata', namespace: 'bigdata', components }));
  stack = ['-f', file];
});

afterAll(async () => {
  await bigdata.run('down', '--delete', '--yes');
  await rm(folder, { recursive: true, force: true });
});

function phases({ components }: OperationState): Record<string, string> {
  return Object.fromEntries(components.map(({ name, phase }) => [name, phase]));
}

function all(phase: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, phase]));
}

/** Objects of the stack's namespace, without those that Kubernetes puts into each. */
async function objectsOf(kubeconfig: string, namespace: string): Promise<string[]> {
  const kubectl = await kubectlBinary(clonePaths(), () => {});
  const kinds =
    'statefulsets,deployments,daemonsets,jobs,pods,services,configmaps,secrets,persistentvolumeclaims';
  const { stdout } = await execa(kubectl, [
    '--kubeconfig',
    kubeconfig,
    '--namespace',
    namespace,
    'get',
    kinds,
    '-o',
    'name',
  ]);
  return stdout.split('\n').filter((name) => name !== '' && name !== 'configmap/kube-root-ca.crt');
}

describe.sequential('a stack on the local cluster', () => {
  test('up installs and proves every component', async () => {
    const document = await bigdata.json<UpDocument>('up', ...stack);
    expect(phases(document)).toEqual(all('proven'));
    expect(document.unchanged).toBe(false);
    const kafka = document.components.find(({ name }) => name === 'kafka');
    expect(kafka?.checks[0]?.facts).toMatchObject({ brokers: 3, replicas: 3, inSync: 3 });
    const zookeeper = document.components.find(({ name }) => name === 'zookeeper');
    expect(zookeeper?.checks[0]?.facts).toMatchObject({ members: 3 });
  });

  test('its endpoints answer from this machine', async () => {
    const { endpoints } = await bigdata.json<{ endpoints: ReachableEndpoint[] }>('endpoints', ...stack);
    const console = endpoints.find(({ component, name }) => component === 'minio' && name === 'console');
    const answer = await fetch(console?.address ?? '', { signal: AbortSignal.timeout(10_000) });
    expect(answer.status).toBe(200);
    expect(endpoints.map(({ component }) => component)).toContain('kafka');
    expect(JSON.stringify(endpoints)).not.toContain('rootPassword":');
  });

  test('a second up says so and changes nothing', async () => {
    const before = await bigdata.status<StatusDocument>(...stack);
    const { exitCode, stdout } = await bigdata.run('up', ...stack);
    expect(exitCode).toBe(ExitCode.ok);
    expect(stdout).toContain('nothing was changed');
    const after = await bigdata.status<StatusDocument>(...stack);
    expect(after.components).toEqual(before.components);
    expect(after.components.map(({ standing }) => standing)).toEqual(names.map(() => 'proven'));
  });

  test('plan finds nothing to change', async () => {
    const { changes } = await bigdata.json<{ changes: Record<string, string> }>('plan', ...stack);
    expect(changes).toEqual(all('none'));
  });

  test('Ctrl-C detaches, others are refused, the same command attaches', async () => {
    const interrupted = await bigdata.interruptAfter(/checking/, 'verify', ...stack);
    expect(interrupted.exitCode).toBe(ExitCode.detached);
    expect(interrupted.stderr).toContain('Detached. The verify goes on.');
    expect(interrupted.stderr).toMatch(/Web UI: http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\//);

    const refused = await bigdata.run('uninstall', ...stack);
    expect(refused.exitCode).toBe(ExitCode.busy);
    expect(refused.stderr).toContain('An operation is running already: verify');

    const attached = await bigdata.run('verify', ...stack);
    expect(attached.stdout).toContain('Attached to the verify that runs since');
    expect(attached.stdout).toContain('bigdata works: every check passed');
    expect(attached.exitCode).toBe(ExitCode.ok);
  });

  test('doctor finds nothing wrong', async () => {
    const { exitCode, stdout } = await bigdata.run('doctor');
    expect(stdout).toContain('Nothing is wrong.');
    expect(exitCode).toBe(ExitCode.ok);
  });

  test('a port that the local Temporal does not have is refused', async () => {
    const { exitCode, stderr } = await bigdata.run('up', ...stack, '--temporal-port', '17233');
    expect(exitCode).toBe(ExitCode.usage);
    expect(stderr).toContain('already runs on other ports');
  });

  test('another machine installs from a registry, by the kubeconfig alone', async () => {
    const paths = clonePaths({ ...process.env, BIGDATA_STATE: bigdata.state });
    const { hostAddress, context } = await ensureCluster(paths, () => {});
    const registry = await startRegistry(join(folder, 'registry'), hostAddress);
    const elsewhere = new Bigdata(join(folder, 'elsewhere'), { KUBECONFIG: join(folder, 'kubeconfig') });
    const file = join(folder, 'given.yaml');
    await writeFile(
      file,
      `name: given\nnamespace: given\nimages: { registry: "${registry.host}/bigdata" }\ncomponents: { zookeeper: {} }\n`,
    );
    await copyFile(bigdata.kubeconfig, join(folder, 'kubeconfig'));
    try {
      await allowPlainRegistry(paths, registry.host);
      await elsewhere.json('images', 'push', '-f', file, '--no-tls-verify');
      const document = await elsewhere.json<UpDocument>('up', '-f', file, '--context', context);
      expect(phases(document)).toEqual({ zookeeper: 'proven' });
      expect(document.endpoints[0]?.forward).toContain('kubectl --context');

      const removed = await elsewhere.json<OperationState>('uninstall', '-f', file, '--context', context);
      expect(removed.left).toEqual([]);
    } finally {
      await elsewhere.run('down', '--delete', '--yes');
      await registry.close();
    }
    expect(await traces(clonePaths({ ...process.env, BIGDATA_STATE: elsewhere.state }))).toEqual([]);
  });

  test('uninstall keeps the data and nothing else', async () => {
    const removed = await bigdata.json<OperationState>('uninstall', ...stack);
    expect(phases(removed)).toEqual(all('removed'));
    expect(new Set(removed.left?.map(({ why }) => why))).toEqual(new Set(['kept']));
    const left = await objectsOf(bigdata.kubeconfig, 'bigdata');
    const claims = left.filter((name) => name.startsWith('persistentvolumeclaim/'));
    expect(claims).toHaveLength(7);
    // Without the credentials that the chart generated nobody would be let in to the data.
    expect(left.filter((name) => !claims.includes(name))).toEqual(['secret/minio']);
  });

  test('down and up again find the data', async () => {
    expect((await bigdata.run('down')).exitCode).toBe(ExitCode.ok);
    expect(await traces(clonePaths({ ...process.env, BIGDATA_STATE: bigdata.state }))).toEqual([]);

    const document = await bigdata.json<UpDocument>('up', ...stack);
    expect(phases(document)).toEqual(all('proven'));
  });

  test('uninstall --delete-data leaves nothing that is owned', async () => {
    const refused = await bigdata.run('uninstall', ...stack, '--delete-data');
    expect(refused.exitCode).toBe(ExitCode.usage);
    expect(refused.stderr).toContain('Run it with --yes');

    const removed = await bigdata.json<OperationState>('uninstall', ...stack, '--delete-data', '--yes');
    expect(removed.left).toEqual([]);
    const { rest } = await connect({ kubeconfig: bigdata.kubeconfig });
    const listed = async (path: string): Promise<string[]> =>
      (await rest.json<List<KubernetesObject>>({ path })).items.map(({ metadata }) => metadata.name);
    expect(await listed('/api/v1/namespaces')).not.toContain('bigdata');
    expect(await listed('/api/v1/persistentvolumes')).toEqual([]);
    expect(await listed('/apis/storage.k8s.io/v1/storageclasses')).toEqual([]);
  });

  test('down --delete leaves no process, no mount, no file', async () => {
    expect((await bigdata.run('down', '--delete', '--yes')).exitCode).toBe(ExitCode.ok);
    const paths = clonePaths({ ...process.env, BIGDATA_STATE: bigdata.state });
    expect(await traces(paths)).toEqual([]);
    expect(await dataTraces(paths)).toEqual([]);
  });
});
