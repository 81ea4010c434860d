import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExitCode, UserError } from '../../../src/errors.js';
import { connect, kubeconfigFiles, loadKubeConfig } from '../../../src/kubernetes/api/connect.js';
import { answer, kubeConfig, startFakeApiServer } from '../fake-api-server.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-connect-'));
});

afterAll(async () => await rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function refusal(attempt: () => unknown): Promise<UserError> {
  const error: unknown = await Promise.resolve()
    .then(attempt)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const context = (name: string) => `{ name: ${name}, context: { cluster: c, user: u } }`;
const config = (...names: string[]) =>
  `{ apiVersion: v1, kind: Config, current-context: ${names[0] ?? '""'}, contexts: [${names.map(context).join()}], clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:1' } }], users: [{ name: u, user: {} }] }`;

describe('a kubeconfig', () => {
  it('that is missing, or no YAML, is refused', async () => {
    expect(await refusal(() => loadKubeConfig({ kubeconfig: '/none' }))).toMatchObject({
      where: '/none',
      exitCode: ExitCode.environment,
    });
    const broken = await write('broken', '{');
    expect((await refusal(() => loadKubeConfig({ kubeconfig: broken }))).message).toContain('cannot be read');
  });

  it('without the named context tells which there are', async () => {
    const kubeconfig = await write('two', config('one', 'two'));
    const error = await refusal(() => loadKubeConfig({ kubeconfig, context: 'three' }));
    expect(error).toMatchObject({ exitCode: ExitCode.usage, next: 'Choose with --context: one, two.' });
  });

  it('without any context is refused', async () => {
    const kubeconfig = await write('none', config());
    expect((await refusal(() => loadKubeConfig({ kubeconfig }))).next).toContain(
      'Name a kubeconfig that has a context',
    );
  });

  it('may be several files', async () => {
    const one = await write('a', config('one'));
    const other = await write('b', config('two').replaceAll('c,', 'd,').replaceAll('name: c', 'name: d'));
    const loaded = loadKubeConfig({ kubeconfig: [one, other].join(delimiter), context: 'one' });
    expect(loaded.getCurrentContext()).toBe('one');
  });

  it('in a list need not be there, nor have a name', async () => {
    const one = await write('e', config('one'));
    const list = ['', '/none', one, ''].join(delimiter);
    expect(kubeconfigFiles(list)).toBe(one);
    expect(kubeconfigFiles(delimiter)).toBe('');
    expect(kubeconfigFiles(['/none', '/nor'].join(delimiter))).toBe(['/none', '/nor'].join(delimiter));
    expect(kubeconfigFiles('some')).toBe(join(process.cwd(), 'some'));
  });
});

describe('connecting', () => {
  it('gives the cluster’s identity', async () => {
    const server = await startFakeApiServer((_request, response) =>
      answer(response, 200, { metadata: { name: 'kube-system', uid: 'u-1' } }),
    );
    const kubeconfig = await write('good', kubeConfig(server.address).exportConfig());
    expect((await connect({ kubeconfig })).uid).toBe('u-1');
    await server.close();
  });

  it.each([
    [401, 'does not know these credentials'],
    [403, 'allows this user too little'],
    [500, 'gave an unexpected answer'],
  ])('answered by %i says that it %s', async (status, text) => {
    const server = await startFakeApiServer((_request, response) =>
      answer(response, status, { message: 'no' }),
    );
    const kubeconfig = await write('bad', kubeConfig(server.address).exportConfig());
    const error = await refusal(() => connect({ kubeconfig }));
    expect(error.message).toContain(text);
    expect(error).toMatchObject({ exitCode: ExitCode.environment, unchanged: 'Nothing was touched.' });
    await server.close();
  });

  it('to nobody says that the cluster does not answer', async () => {
    const kubeconfig = await write('nobody', kubeConfig('http://127.0.0.1:1').exportConfig());
    expect((await refusal(() => connect({ kubeconfig }))).message).toContain('does not answer');
  });
});
