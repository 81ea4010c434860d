/**
 * The local cluster itself: attached to, killed part by part, rebooted, stopped, deleted, beside another one.
 *
 * @components none
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type LocalCluster,
  clusterStatus,
  deleteCluster,
  ensureCluster,
  listImages,
  loadImages,
  stopCluster,
} from '../../src/local/cluster.js';
import { firstExpiry } from '../../src/local/configuration/pki.js';
import { auditLog, daemonNames, nodeLayout } from '../../src/local/node/layout.js';
import type { Paths } from '../../src/paths.js';
import { buildProbe, crash, dataTraces, temporaryClone, traces } from './clone.js';
import { patience } from '../support/patience.js';

const quiet = (): void => {};
const minutes = 60_000;

/** Of an event of Kubernetes' audit log (audit.k8s.io/v1). */
interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly name?: string };
}

let paths: Paths;
let other: Paths;
let cluster: LocalCluster;
let workFolder: string;
let image: { readonly reference: string; readonly file: string };

const kubectl = async (...args: string[]): Promise<string> => {
  const { stdout } = await execa(cluster.binaries.kubectl, ['--kubeconfig', cluster.kubeconfig, ...args]);
  return stdout;
};
const apply = async (...objects: object[]): Promise<void> => {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await execa(cluster.binaries.kubectl, ['--kubeconfig', cluster.kubeconfig, 'apply', '--filename', '-'], {
    input,
  });
};
const pod = (name: string, command: string[], more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 5,
    containers: [{ name: 'probe', image: image.reference, imagePullPolicy: 'Never', args: command }],
    ...more,
  },
});
const service = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
});
const fetchText = async (url: string): Promise<string> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  return await response.text();
};
const webFromClient = (): Promise<string> => kubectl('exec', 'client', '--', '/probe', 'get', 'http://web');
const pids = async (): Promise<Record<string, number | undefined>> => {
  const { daemons } = await clusterStatus(paths);
  return Object.fromEntries(daemons.map(({ name, pid }) => [name, pid]));
};

beforeAll(async () => {
  workFolder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-work-'));
  [paths, other] = await Promise.all([temporaryClone(), temporaryClone()]);
  image = await buildProbe(workFolder);
  cluster = await ensureCluster(paths, quiet);
  await loadImages(paths, [image], quiet);
}, 20 * minutes);

afterAll(async () => {
  await deleteCluster(paths, quiet);
  await deleteCluster(other, quiet);
  await rm(workFolder, { recursive: true, force: true });
}, 20 * minutes);

describe('a running cluster', () => {
  it('is attached to and left as it is', async () => {
    const before = await pids();
    expect(await ensureCluster(paths, quiet)).toEqual(cluster);
    expect(await pids()).toEqual(before);
    expect(await clusterStatus(paths)).toMatchObject({ phase: 'running', apiReady: true, nodeReady: true });
  });

  it('skips images that it has', async () => {
    expect(await listImages(paths)).toContain(image.reference);
    await loadImages(paths, [{ ...image, file: '/nowhere' }], quiet);
  });

  it('takes from an archive only the layers that it does not have', async () => {
    const again = await buildProbe(workFolder, 'bigdata.local/probe:again');
    await loadImages(paths, [again], quiet);
    const container = { name: 'probe', image: again.reference, imagePullPolicy: 'Never' };
    await apply(pod('again', [], { containers: [{ ...container, args: ['serve', ':8080', 'again'] }] }));
    await kubectl('wait', 'pod/again', '--for=condition=Ready', '--timeout=240s');
    await kubectl('delete', 'pod/again');
  });

  it('names the file of an image that cannot be loaded', async () => {
    const file = join(workFolder, 'broken.tar');
    await writeFile(file, 'no archive');
    const loading = loadImages(paths, [{ reference: 'bigdata.local/broken:1', file }], quiet);
    await expect(loading).rejects.toMatchObject({ name: 'UserError', where: file });
  });

  it('answers nobody without a certificate', async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(
        { host: cluster.nodeAddress, port: 6443, path: '/api', rejectUnauthorized: false, agent: false },
        (response) => resolve(response.resume().statusCode),
      );
      asked.on('error', reject).end();
    });
    expect(status).toBe(401);
    const account = '--as=system:serviceaccount:default:default';
    const { exitCode } = await execa(
      cluster.binaries.kubectl,
      ['--kubeconfig', cluster.kubeconfig, account, 'auth', 'can-i', 'list', 'secrets'],
      { reject: false },
    );
    expect(exitCode).toBe(1);
  });

  it('runs pods that reach each other by name, and that the machine reaches', async () => {
    await apply(
      pod('web', ['serve', ':8080', 'from web']),
      service('web'),
      pod('client', ['serve', ':8080', 'x']),
    );
    await kubectl('wait', 'pod/web', 'pod/client', '--for=condition=Ready', '--timeout=240s');
    const address = await kubectl('get', 'service', 'web', '--output=jsonpath={.spec.clusterIP}');
    const inClient = (...args: string[]): Promise<string> =>
      kubectl('exec', 'client', '--', '/probe', ...args);
    expect(await inClient('lookup', 'web')).toBe(address);
    await expect
      .poll(() => inClient('get', 'http://web.default.svc.cluster.local'), { timeout: patience })
      .toBe('from web');
    expect(await inClient('lookup', 'kubernetes.default')).toMatch(/\.1$/);
    await expect(inClient('lookup', 'example.com')).rejects.toThrow('no such host');
    expect(await fetchText(`http://${address}`)).toBe('from web');
    expect(await kubectl('logs', 'web')).toBe('serving from web');
    // A pod reaches itself through its own Service.
    expect(await kubectl('exec', 'web', '--', '/probe', 'get', 'http://web.default')).toBe('from web');
  });

  it('forwards ports', async () => {
    const forward = execa(
      cluster.binaries.kubectl,
      ['--kubeconfig', cluster.kubeconfig, 'port-forward', 'pod/web', ':8080', '--address=127.0.0.1'],
      { reject: false },
    );
    try {
      const [line] = (await once(forward.stdout, 'data')) as [Buffer];
      const port = /127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1];
      expect(await fetchText(`http://127.0.0.1:${port}`)).toBe('from web');
    } finally {
      forward.kill();
      await forward;
    }
  });

  it('keeps what pods write below the volumes folder', async () => {
    const { volumes } = nodeLayout(paths);
    await mkdir(volumes, { recursive: true });
    const host = {
      volumes: [{ name: 'data', hostPath: { path: join(volumes, 'one'), type: 'DirectoryOrCreate' } }],
    };
    const writer = pod('writer', ['write', '/data/file', 'kept'], { restartPolicy: 'Never', ...host }) as {
      spec: { containers: object[] };
    };
    writer.spec.containers = writer.spec.containers.map((container) => ({
      ...container,
      securityContext: { runAsUser: 0 },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    }));
    await apply(writer);
    await kubectl('wait', 'pod/writer', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=240s');
    expect(await readFile(join(volumes, 'one', 'file'), 'utf8')).toBe('kept');
  });
});

describe('the ground', () => {
  const hidden = randomBytes(16).toString('hex');

  it('keeps Secrets encrypted, and folders to their owner', async () => {
    const { etcdData, logs } = nodeLayout(paths);
    const shown = randomBytes(16).toString('hex');
    await kubectl('create', 'secret', 'generic', 'hidden', `--from-literal=value=${hidden}`);
    await kubectl('create', 'configmap', 'shown', `--from-literal=value=${shown}`);
    const isWritten = async (text: string): Promise<boolean> => {
      const grep = ['--recursive', '--binary-files=text', '--quiet', '--fixed-strings'];
      const { exitCode } = await execa('grep', [...grep, text, etcdData], { reject: false });
      return exitCode === 0;
    };
    expect(await isWritten(shown)).toBe(true);
    expect(await isWritten(hidden)).toBe(false);
    expect(await kubectl('get', 'secret', 'hidden', '--output=jsonpath={.data.value}')).toBe(
      Buffer.from(hidden).toString('base64'),
    );
    expect((await stat(logs)).mode & 0o077).toBe(0);
  });

  it('tells who read a Secret and who changed what, and nothing of what is in it', async () => {
    const audited = async (): Promise<string[]> => {
      const lines = (await readFile(auditLog(nodeLayout(paths)), 'utf8')).split('\n').filter(Boolean);
      return lines
        .map((line) => JSON.parse(line) as AuditEvent)
        .filter(({ user }) => user.username === 'kubernetes-admin')
        .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}/${objectRef?.name}`);
    };
    await expect
      .poll(audited, { timeout: patience })
      .toEqual(expect.arrayContaining(['get secrets/hidden', 'create configmaps/shown']));
    expect(await audited()).not.toContain('get pods/web');
    const text = await readFile(auditLog(nodeLayout(paths)), 'utf8');
    expect(text).not.toContain(hidden);
    expect(text).not.toContain(Buffer.from(hidden).toString('base64'));
  });

  it('keeps pods away from what listens on this machine', async () => {
    const server = createServer((_, response) => response.end('from the machine'));
    try {
      await once(server.listen(0, cluster.hostAddress), 'listening');
      const url = `http://${cluster.hostAddress}:${(server.address() as AddressInfo).port}`;
      expect(await fetchText(url)).toBe('from the machine');
      const inNode = ['--net', nodeLayout(paths).namespaceFile].join('=');
      const { exitCode } = await execa('nsenter', [inNode, '--', join(workFolder, 'probe'), 'get', url]);
      expect(exitCode).toBe(0);
      await expect(kubectl('exec', 'client', '--', '/probe', 'get', url)).rejects.toThrow(
        'connection refused',
      );
    } finally {
      server.close();
    }
  });

  it('confines what pods ask of the kernel, and how many threads they have', async () => {
    const status = await kubectl('exec', 'client', '--', '/probe', 'read', '/proc/self/status');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    const uid = await kubectl('get', 'pod', 'client', '--output=jsonpath={.metadata.uid}');
    const find = ['/sys/fs/cgroup', '-path', `*/pod${uid}/pids.max`];
    const limits = (await execa('find', find)).stdout.split('\n');
    expect(await Promise.all(limits.map((file) => readFile(file, 'utf8')))).toEqual(['4096\n']);
  });
});

describe('two clones', () => {
  it('do not disturb each other', async () => {
    const second = await ensureCluster(other, quiet);
    expect(second.nodeAddress).not.toBe(cluster.nodeAddress);
    expect(await clusterStatus(paths)).toMatchObject({ phase: 'running' });
    expect(await webFromClient()).toBe('from web');
    await deleteCluster(other, quiet);
    expect(await traces(other)).toEqual([]);
    expect(await dataTraces(other)).toEqual([]);
    expect(await clusterStatus(paths)).toMatchObject({ phase: 'running' });
    expect(await webFromClient()).toBe('from web');
  });

  it('started at once both come up', async () => {
    const [first, again] = await Promise.all([ensureCluster(other, quiet), ensureCluster(other, quiet)]);
    expect(again).toEqual(first);
    // Killed as by a power cut, and then deleted.
    const { daemons } = await clusterStatus(other);
    daemons.forEach(({ pid }) => pid !== undefined && process.kill(pid, 'SIGKILL'));
    await deleteCluster(other, quiet);
    expect(await traces(other)).toEqual([]);
    expect(await dataTraces(other)).toEqual([]);
  });
});

describe('repair', () => {
  it.each(daemonNames)('starts %s again after kill -9; pods go on', async (name) => {
    const before = await pids();
    process.kill(before[name] ?? 0, 'SIGKILL');
    await expect.poll(async () => (await clusterStatus(paths)).phase).toBe('broken');
    await ensureCluster(paths, quiet);
    const after = await pids();
    expect(after[name]).not.toBe(before[name]);
    expect(await clusterStatus(paths)).toMatchObject({ phase: 'running' });
    await expect.poll(webFromClient, { timeout: patience }).toBe('from web');
    const restarts = await kubectl(
      'get',
      'pod',
      'web',
      '--output=jsonpath={.status.containerStatuses[0].restartCount}',
    );
    expect(restarts).toBe('0');
  });

  it('starts all of them again at once', async () => {
    Object.values(await pids()).forEach((pid) => pid !== undefined && process.kill(pid, 'SIGKILL'));
    await ensureCluster(paths, quiet);
    // A kubelet that is new to the node learns of its pods a moment after it is ready.
    await expect.poll(webFromClient, { timeout: patience }).toBe('from web');
  });

  it('makes the network namespace again', async () => {
    const { namespaceFile } = nodeLayout(paths);
    await execa('umount', [namespaceFile]);
    await rm(namespaceFile);
    await ensureCluster(paths, quiet);
    await expect.poll(() => kubectl('get', 'pod', 'web', '--output=jsonpath={.status.podIP}')).not.toBe('');
    await kubectl('wait', 'pod/web', 'pod/client', '--for=condition=Ready', '--timeout=240s');
    await expect.poll(webFromClient, { timeout: patience }).toBe('from web');
  });
});

describe('after a reboot', () => {
  it('comes up with the pods that it had', async () => {
    await crash(paths);
    await ensureCluster(paths, quiet);
    await kubectl('wait', 'pod/web', 'pod/client', '--for=condition=Ready', '--timeout=240s');
    await expect.poll(webFromClient, { timeout: patience }).toBe('from web');
  });
});

describe('certificates', () => {
  it('are renewed by the same authority, and pods go on', async () => {
    const { certificates } = nodeLayout(paths);
    const read = (name: string): Promise<string> => readFile(join(certificates, name), 'utf8');
    const [authority, server] = await Promise.all([read('ca.crt'), read('apiserver.crt')]);
    expect(await firstExpiry(certificates)).toBeGreaterThan(Date.now() + 300 * 24 * 60 * minutes);
    // As if they had been made for other settings.
    await writeFile(join(certificates, 'settings.sha256'), 'others');
    await ensureCluster(paths, quiet);
    expect(await read('ca.crt')).toBe(authority);
    expect(await read('apiserver.crt')).not.toBe(server);
    expect(await clusterStatus(paths)).toMatchObject({ phase: 'running' });
    await expect.poll(webFromClient, { timeout: patience }).toBe('from web');
  });
});

describe('stop and delete', () => {
  it('stops everything, keeps the data, and starts again with it', async () => {
    await stopCluster(paths, quiet);
    expect(await traces(paths)).toEqual([]);
    expect(await clusterStatus(paths)).toMatchObject({ phase: 'stopped' });
    await stopCluster(paths, quiet);
    await ensureCluster(paths, quiet);
    const previous = (): Promise<string> => kubectl('logs', 'web', '--previous').catch(() => '');
    await expect.poll(previous, { timeout: patience }).toContain('stopped');
    await kubectl('wait', 'pod/web', 'pod/client', '--for=condition=Ready', '--timeout=240s');
    await expect.poll(webFromClient, { timeout: patience }).toBe('from web');
  });

  it('leaves nothing after a delete', async () => {
    await deleteCluster(paths, quiet);
    expect(await traces(paths)).toEqual([]);
    expect(await dataTraces(paths)).toEqual([]);
  });
});
