/**
 * The distribution's programs that the node is made of.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa, ExecaError } from 'execa';
import { ExitCode, UserError } from '../errors.js';
import type { Report } from '../progress.js';
import { cniFolders } from './configuration/files.js';
import { locateProgram } from './programs.js';

/** Program → Debian package. */
const packages: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  'containerd-shim-runc-v2': 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  etcd: 'etcd-server',
  iptables: 'iptables',
  conntrack: 'conntrack',
  ethtool: 'ethtool',
  socat: 'socat',
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  umount: 'mount',
  tar: 'tar',
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  mvn: 'maven',
  javac: 'openjdk-17-jdk-headless',
  pip3: 'python3-pip',
};

const cniPlugin = 'bridge (CNI plugin)';

/**
 * Installs what is missing by apt-get, and starts none of it as a service.
 *
 * @throws UserError where there is no apt-get, naming the programs; or with apt-get's last lines.
 */
export async function ensurePackages(report: Report): Promise<void> {
  const missing = await missingPrograms();
  if (missing.length === 0) {
    return;
  }
  if ((await locateProgram('apt-get')) === undefined) {
    throw new UserError({
      message: `Programs that the local cluster needs are missing: ${missing.join(', ')}.`,
      unchanged: 'Nothing was changed',
      next: 'Install them with the package manager of this system, or use your own cluster: --context NAME',
      exitCode: ExitCode.environment,
    });
  }
  const wanted = [...new Set(missing.map((program) => packages[program] ?? 'containernetworking-plugins'))];
  report({ text: `installing ${wanted.join(', ')}` });
  const install = ['install', '--yes', '--no-install-recommends', ...wanted];
  try {
    await aptGet(install, report).catch(async (error: unknown) => {
      // Mostly the lists of packages are missing or old.
      if (!(error instanceof ExecaError)) {
        throw error;
      }
      await aptGet(['update'], report);
      await aptGet(install, report);
    });
  } catch (error) {
    throw notInstalled(wanted, error);
  }
  const still = await missingPrograms();
  if (still.length > 0) {
    throw notInstalled(wanted, new Error(`still missing: ${still.join(', ')}`));
  }
}

/** Names of the programs that are nowhere on this machine. */
export async function missingPrograms(): Promise<string[]> {
  const located = await Promise.all(
    Object.keys(packages).map(async (name) => ((await locateProgram(name)) === undefined ? [name] : [])),
  );
  const plugins = await Promise.all(
    cniFolders.map((folder) => stat(join(folder, 'bridge')).catch(() => undefined)),
  );
  return [...located.flat(), ...(plugins.some(Boolean) ? [] : [cniPlugin])];
}

async function aptGet(args: readonly string[], report: Report): Promise<void> {
  const env = {
    DEBIAN_FRONTEND: 'noninteractive',
    // Both keep maintainer scripts from starting services: invoke-rc.d heeds the first, systemctl the second.
    RUNLEVEL: '1',
    SYSTEMD_OFFLINE: '1',
  };
  const process = execa('apt-get', ['--quiet', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    stdin: 'ignore',
  });
  for await (const line of process) {
    const step = /^(?:Get:\d+|Unpacking|Setting up|Preparing to unpack) .*/.exec(line)?.[0];
    if (step !== undefined) {
      report({ text: step });
    }
  }
  await process;
}

function notInstalled(wanted: readonly string[], cause: unknown): UserError {
  const told = cause instanceof ExecaError ? String(cause.stderr ?? '') : String(cause);
  return new UserError({
    message: `Packages could not be installed: ${wanted.join(', ')}.`,
    where: 'apt-get install',
    unchanged: 'What was installed so far stays',
    next: `Look at the cause, or install them by hand, then run the same command again:\n${told.trim().split('\n').slice(-6).join('\n')}`,
    exitCode: ExitCode.environment,
    cause,
  });
}
