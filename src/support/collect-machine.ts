/**
 * What this machine knows: logs of worker and daemons, versions.
 *
 * @module
 */
import { readdir, readFile } from 'node:fs/promises';
import { release, totalmem, version, arch, cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { execa } from 'execa';

import { areKubernetesBinariesBuilt, helmBinary } from '../local/binaries.js';
import type { Paths } from '../paths.js';
import { lastPart } from '../processes/log-file.js';
import { holdsSecret } from '../redaction/keys.js';
import { devServerState } from '../temporal/dev-server.js';
import type { Bundle } from './bundle.js';
import { logLength, wholeLines } from './collect-pods.js';
import type { SecretValue } from '../redaction/redactor.js';

/** What runs here, each in a few words. */
export type Versions = Readonly<Record<string, string>>;

/** The last part of every log of this clone. */
export async function collectLogs(paths: Paths, bundle: Bundle): Promise<void> {
  const folder = join(paths.state, 'logs');
  const names = await bundle.attempt('the logs of worker and local cluster', () => readdir(folder));
  const temporal = await devServerState(paths);
  const logs = [
    ...(names ?? []).filter((name) => name.endsWith('.log')).map((name) => join(folder, name)),
    ...(temporal.status === 'absent' ? [] : [temporal.record.logFile]),
  ];
  for (const file of logs) {
    const text = await lastPart(file, logLength);
    if (text !== undefined) {
      const name = dirname(file) === folder ? basename(file) : `temporal-${basename(file)}`;
      bundle.add(`logs/${name}`, wholeLines(text, logLength));
    }
  }
}

/** Versions of what needs no server to tell. */
export async function machineVersions(paths: Paths, environment: NodeJS.ProcessEnv): Promise<Versions> {
  const { version: own } = JSON.parse(await readFile(join(paths.root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return {
    bigdata: own,
    node: process.version,
    helm: await helmVersion(paths, environment),
    system: `${await distribution()}, ${version()} ${release()} ${arch()}`,
    machine: `${cpus().length} cores, ${gibibytes} GiB of memory`,
  };
}

/** Secrets that this process was given by its environment, e.g. `TEMPORAL_API_KEY`. */
export function environmentSecrets(environment: NodeJS.ProcessEnv): SecretValue[] {
  return Object.entries(environment)
    .filter(([name, value]) => holdsSecret(name) && value !== undefined)
    .map(([key, value]) => ({ secret: 'environment', key, bytes: Buffer.from(value ?? '') }));
}

/** Of the Helm that workers use, unless it would have to be compiled first. */
async function helmVersion(paths: Paths, environment: NodeJS.ProcessEnv): Promise<string> {
  const named = environment['BIGDATA_HELM'] ?? '';
  const built = await areKubernetesBinariesBuilt(paths).catch(() => false);
  const program = named === '' ? (built ? await helmBinary(paths, () => {}) : 'helm') : named;
  const { stdout, failed } = await execa(program, ['version', '--template', '{{.Version}}'], {
    reject: false,
  });
  return failed ? 'not found' : stdout;
}

async function distribution(): Promise<string> {
  try {
    const text = await readFile('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}
