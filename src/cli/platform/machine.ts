/** @module */
import { UserError } from '../../errors.js';
import { areKubernetesBinariesBuilt } from '../../local/binaries.js';
import { goVersion } from '../../local/go-build.js';
import { checkResources, checkSystem, diskToBuild, diskToRun } from '../../local/machine.js';
import { missingPrograms } from '../../local/packages.js';
import { ensurePrerequisites } from '../../local/prerequisites.js';
import type { Paths } from '../../paths.js';
import type { Finding, Machine } from './platform.js';

export function makeMachine(paths: Paths): Machine {
  return {
    check: () => check(paths),
    ensure: (report) => ensurePrerequisites(paths, report),
  };
}

async function check(paths: Paths): Promise<Finding[]> {
  return [
    await finding('system and rights', async () => {
      checkSystem(paths);
      return `${process.platform}, root`;
    }),
    await finding('memory and disk', async () => {
      await checkResources(paths, (await isBuilt(paths)) ? diskToRun : diskToBuild);
      return 'enough for the local cluster';
    }),
    await programsFinding(),
    await finding('Go compiler', async () =>
      (await isBuilt(paths)) ? `${await goVersion()}; everything is compiled already` : goVersion(),
    ),
  ];
}

async function programsFinding(): Promise<Finding> {
  const name = 'programs of the distribution';
  const missing = await missingPrograms();
  return missing.length === 0
    ? { name, state: 'good', detail: 'all there' }
    : { name, state: 'off', detail: `missing: ${missing.join(', ')}`, next: '`bigdata up` installs them' };
}

/** Without a compiler nothing can be said about what it has compiled. */
function isBuilt(paths: Paths): Promise<boolean> {
  return areKubernetesBinariesBuilt(paths).catch(() => false);
}

async function finding(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, state: 'good', detail: await look() };
  } catch (error) {
    if (error instanceof UserError) {
      return { name, state: 'bad', detail: error.message, next: error.next };
    }
    throw error;
  }
}
