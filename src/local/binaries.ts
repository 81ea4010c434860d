/**
 * The programs of the local node, compiled once a content and shared by all clones.
 *
 * @module
 */
import { exists } from '../util/exists.js';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import { goBuild, goBuildInputs, goVersion } from './go-build.js';
import { withLock } from './lock.js';

/** Names that the multi-call binary answers to. */
export const programs = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubectl',
  'kubeadm',
  'helm',
  'helm-service',
  'coredns',
] as const;

export type Program = (typeof programs)[number];

/** Absolute paths of what was compiled. */
export interface BinaryFolder {
  readonly folder: string;
  /** e.g. `v1.35.4` */
  readonly kubernetesVersion: string;
  readonly programs: Readonly<Record<Program, string>>;
  /** Static first process of every pod. */
  readonly pause: string;
}

const multiCall = 'kubernetes';
const temporalPackage = 'github.com/temporalio/cli/cmd/temporal';

/**
 * The Kubernetes programs, Helm and CoreDNS; compiled if no clone has compiled the same before.
 *
 * @throws UserError if Go is missing or the build fails.
 */
export async function ensureKubernetesBinaries(paths: Paths, report: Report): Promise<BinaryFolder> {
  const module = moduleFolder(paths);
  const versions = moduleVersions(await readFile(join(module, 'go.mod'), 'utf8'));
  const folder = await ensureBuilt(paths, await kubernetesFolder(paths), report, async (unfinished) => {
    const title = `Kubernetes ${versions.kubernetes}, Helm and CoreDNS`;
    const variables = versionVariables(versions);
    await goBuild({ module, package: '.', output: join(unfinished, multiCall), variables, title }, report);
    await goBuild({ module, package: './pause', output: join(unfinished, 'pause'), title: 'pause' }, report);
    await Promise.all(programs.map((name) => symlink(multiCall, join(unfinished, name))));
  });
  return {
    folder,
    kubernetesVersion: versions.kubernetes,
    programs: Object.fromEntries(programs.map((name) => [name, join(folder, name)])) as Record<
      Program,
      string
    >,
    pause: join(folder, 'pause'),
  };
}

/**
 * Path of the `temporal` binary, which holds the dev server with its Web UI; compiled if missing.
 *
 * @throws UserError if Go is missing or the build fails.
 */
export async function ensureTemporalBinary(paths: Paths, report: Report): Promise<string> {
  const module = moduleFolder(paths);
  const key = await contentKey(module, ['go.mod', 'go.sum']);
  const folder = await ensureBuilt(paths, builtFolder(paths, `temporal-${key}`), report, (unfinished) =>
    goBuild(
      { module, package: temporalPackage, output: join(unfinished, 'temporal'), title: 'Temporal' },
      report,
    ),
  );
  return join(folder, 'temporal');
}

/** Whether `ensureKubernetesBinaries` would find all compiled already. */
export async function areKubernetesBinariesBuilt(paths: Paths): Promise<boolean> {
  return await exists(await kubernetesFolder(paths));
}

/** Path of Helm; compiled with the rest if missing. */
export async function helmBinary(paths: Paths, report: Report): Promise<string> {
  return (await helmPrograms(paths, report)).binary;
}

/** Paths of Helm and of the service that does the same; compiled with the rest if missing. */
export async function helmPrograms(
  paths: Paths,
  report: Report,
): Promise<{ readonly binary: string; readonly service: string }> {
  const { programs: built } = await ensureKubernetesBinaries(paths, report);
  return { binary: built.helm, service: built['helm-service'] };
}

/** Path of kubectl; compiled with the rest if missing. */
export async function kubectlBinary(paths: Paths, report: Report): Promise<string> {
  return (await ensureKubernetesBinaries(paths, report)).programs.kubectl;
}

/** Versions that go.mod pins, e.g. `v1.35.4` and `v4.1.0`. */
export function moduleVersions(goMod: string): { readonly kubernetes: string; readonly helm: string } {
  const version = (path: string): string => {
    const line = goMod.split('\n').find((text) => text.trim().startsWith(`${path} v`));
    const found = line?.trim().split(' ')[1];
    if (found === undefined) {
      throw new Error(`go.mod does not pin ${path}`);
    }
    return found;
  };
  return { kubernetes: version('k8s.io/kubernetes'), helm: version('helm.sh/helm/v4') };
}

function versionVariables(versions: {
  readonly kubernetes: string;
  readonly helm: string;
}): Record<string, string> {
  const [major = '', minor = ''] = versions.kubernetes.slice(1).split('.');
  const component = 'k8s.io/component-base/version';
  return {
    [`${component}.gitVersion`]: versions.kubernetes,
    [`${component}.gitMajor`]: major,
    [`${component}.gitMinor`]: minor,
    [`${component}.gitCommit`]: '',
    [`${component}.gitTreeState`]: 'clean',
    'helm.sh/helm/v4/internal/version.version': versions.helm,
  };
}

async function kubernetesFolder(paths: Paths): Promise<string> {
  const module = moduleFolder(paths);
  const packages = ['.', 'helmservice', 'pause'];
  const sources = packages.map(async (folder) =>
    (await readdir(join(module, folder)))
      .filter((file) => file.endsWith('.go') && !file.endsWith('_test.go'))
      .toSorted()
      .map((file) => join(folder, file)),
  );
  const key = await contentKey(module, ['go.mod', 'go.sum', ...(await Promise.all(sources)).flat()]);
  return builtFolder(paths, `kubernetes-${key}`);
}

function builtFolder(paths: Paths, name: string): string {
  return join(paths.cache, 'binaries', name);
}

function moduleFolder(paths: Paths): string {
  return join(paths.root, 'local', 'kubernetes');
}

async function contentKey(module: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
    .update(goBuildInputs)
    .update(await goVersion());
  for (const file of files) {
    hash.update(`\0${file}\0`).update(await readFile(join(module, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** A folder appears under its final name only when everything in it is complete. */
async function ensureBuilt(
  paths: Paths,
  folder: string,
  report: Report,
  build: (unfinished: string) => Promise<void>,
): Promise<string> {
  if (await exists(folder)) {
    return folder;
  }
  const name = basename(folder);
  const locks = join(paths.cache, 'binaries', '.locks', name);
  return await withLock(locks, 'another bigdata compiles the same programs', report, async () => {
    if (await exists(folder)) {
      return folder;
    }
    const unfinished = builtFolder(paths, `.unfinished-${name}`);
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await build(unfinished);
    await rename(unfinished, folder);
    return folder;
  });
}
