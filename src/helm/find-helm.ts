/** @module */
import { execa } from 'execa';

import { ExitCode, UserError } from '../errors.js';
import { areKubernetesBinariesBuilt, helmPrograms } from '../local/binaries.js';
import { goVersion } from '../local/go-build.js';
import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import type { HelmPrograms } from './helm.js';

/** The oldest major version that knows server-side apply, which installing relies on. */
const oldestMajor = 4;

/**
 * The Helm that a worker uses: the one that `BIGDATA_HELM` names, else the one that was compiled for the local
 * cluster, else one on PATH that is new enough, else it is compiled now.
 *
 * @throws UserError if there is none and none can be compiled
 */
export async function findHelm(
  paths: Paths,
  report: Report,
  environment: NodeJS.ProcessEnv,
): Promise<HelmPrograms> {
  const named = environment['BIGDATA_HELM'] ?? '';
  if (named !== '') {
    return (await isUsable(named, environment)) ? { binary: named } : refuse('BIGDATA_HELM', named);
  }
  if (!(await canCompile())) {
    return (await isUsable('helm', environment))
      ? { binary: 'helm' }
      : refuse('PATH', environment['PATH'] ?? '');
  }
  const compiled = await areKubernetesBinariesBuilt(paths);
  return !compiled && (await isUsable('helm', environment))
    ? { binary: 'helm' }
    : helmPrograms(paths, report);
}

async function isUsable(program: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { stdout, failed } = await execa(program, ['version', '--template', '{{.Version}}'], {
    reject: false,
    env: environment,
    extendEnv: false,
  });
  const major = /^v(\d+)\./.exec(String(stdout))?.[1];
  return !failed && major !== undefined && Number(major) >= oldestMajor;
}

async function canCompile(): Promise<boolean> {
  return goVersion().then(
    () => true,
    () => false,
  );
}

function refuse(source: string, value: string): never {
  throw new UserError({
    message: `Helm ${oldestMajor} or newer is missing`,
    where: `${source}=${value}`,
    unchanged: 'Nothing was touched',
    next: `Install Helm ${oldestMajor} (https://helm.sh) and put it on PATH or name it by BIGDATA_HELM; with Go on PATH it is compiled here`,
    exitCode: ExitCode.environment,
  });
}
