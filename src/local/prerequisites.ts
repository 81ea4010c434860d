/**
 * Everything that must be there before the cluster can be started, in the order in which it is cheap to refuse.
 *
 * @module
 */
import type { Paths } from '../paths.js';
import type { Report } from '../progress.js';
import { areKubernetesBinariesBuilt } from './binaries.js';
import { checkResources, checkSystem, diskToBuild, diskToRun } from './machine.js';
import { ensurePackages } from './packages.js';

/**
 * Checks system, rights, memory and disk, then installs the distribution's programs that are missing.
 * Costs some milliseconds when all is there.
 *
 * @throws UserError that says what is missing and what to do.
 */
export async function ensurePrerequisites(paths: Paths, report: Report): Promise<void> {
  checkSystem(paths);
  const built = await areKubernetesBinariesBuilt(paths);
  await checkResources(paths, built ? diskToRun : diskToBuild);
  await ensurePackages(report);
}
