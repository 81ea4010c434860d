import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { connect } from '../../../src/kubernetes/api/connect.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../fake-api-server.js';

let folder: string;
let server: FakeApiServer;
let authorized: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-exec-'));
  authorized = ['Bearer of-the-plugin'];
  server = await startFakeApiServer((request, response) =>
    authorized.includes(request.headers.authorization ?? '')
      ? answer(response, 200, { metadata: { uid: 'u-1' } })
      : answer(response, 401, { message: 'Unauthorized' }),
  );
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** A kubeconfig whose user is known by a program. */
async function kubeconfig(script: string, more: object = {}): Promise<string> {
  const command = join(folder, 'plugin');
  await writeFile(command, `#!/bin/sh\n${script}\n`);
  await chmod(command, 0o755);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args: [],
    interactiveMode: 'Never',
    ...more,
  };
  const file = join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: server.address, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { exec } }],
  };
  await writeFile(file, stringify(config));
  return file;
}

const says = (token: string) =>
  `echo '{"kind":"ExecCredential","status":{"token":"${token}","expirationTimestamp":"2999-01-01T00:00:00Z"}}'`;

describe('a program that gives credentials', () => {
  it('is told of the cluster, and has nobody to ask', async () => {
    const script = `printf '%s' "$KUBERNETES_EXEC_INFO" >${folder}/info; cat >${folder}/input; ${says('of-the-plugin')}`;
    const cluster = await connect({ kubeconfig: await kubeconfig(script, { provideClusterInfo: true }) });
    expect(cluster.uid).toBe('u-1');
    expect(JSON.parse(await readFile(join(folder, 'info'), 'utf8'))).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: server.address } },
    });
    expect(await readFile(join(folder, 'input'), 'utf8')).toBe('');
  });

  it('is asked again when the server takes its token no longer', async () => {
    const script = `n=$(cat ${folder}/count 2>/dev/null || echo 0); echo $((n + 1)) >${folder}/count; ${says("'$n'")}`;
    authorized = ['Bearer 0'];
    const { rest } = await connect({ kubeconfig: await kubeconfig(script) });
    authorized = ['Bearer 1'];
    expect(await rest.json({ path: '/x' })).toMatchObject({ metadata: { uid: 'u-1' } });
    expect(await readFile(join(folder, 'count'), 'utf8')).toBe('2\n');
  });

  it('that fails, or is not there, is told with its own words', async () => {
    const failing = await kubeconfig('echo "session expired: run login" >&2; exit 1');
    await expect(connect({ kubeconfig: failing })).rejects.toThrow('session expired: run login');
    const hint = { command: '/none/plugin', installHint: 'install it from https://example.test' };
    await expect(connect({ kubeconfig: await kubeconfig('', hint) })).rejects.toThrow(
      /there is no program \/none\/plugin, from which the kubeconfig wants credentials\s+install it from https:\/\/example\.test/,
    );
  });
});
