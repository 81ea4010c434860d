/**
 * Runs tiers one after the other.
 *
 * @module
 */
import { passOf } from './ledger.mjs';
import { testFilesBelow, unitsOf } from './units.mjs';

const folders = { unit: 'test', workflow: 'test/workflows', replay: 'test/replay' };
/** What is below the folder of the unit tests and none of them. */
const otherSuites = /^test\/(workflows|replay|contract|e2e|faults)\//;

/**
 * @typedef {object} TierRun
 * @property {string} root the clone
 * @property {import('./programs.mjs').Programs} programs
 * @property {import('./cluster.mjs').TestCluster} cluster
 * @property {import('./summary.mjs').Summary} summary
 * @property {string} ledger
 * @property {import('./manifest.mjs').Manifest | undefined} manifest undefined where there is no git: nothing is remembered
 * @property {Map<string, string[]>} closures
 * @property {boolean} hold whether what has passed before is not run again
 * @property {boolean} stopAtFailure
 */

/**
 * @param {TierRun} run
 * @param {import('./tiers.mjs').Tier[]} tiers
 * @param {(unit: import('./units.mjs').Unit) => boolean} isWanted
 */
export async function runTiers(run, tiers, isWanted = () => true) {
  const left = tiers.map((tier) => ({ tier, ...dueOf(run, tier, isWanted) }));
  while (left.length > 0) {
    if (run.stopAtFailure && run.summary.failed > 0) return;
    const { tier, units, due, isAll } = left.shift();
    if (!isAll && due.length === 0) {
      run.summary.addPhase(tier.name, 0, units.length === 0 ? ' (not touched)' : ' (held)');
      continue;
    }
    if (tier.cluster !== undefined && !(await hasCluster(run, tier.cluster))) continue;
    const isKept =
      tier.uses !== undefined && left.some((other) => other.tier.uses === tier.uses && other.due.length > 0);
    await runTier(run, tier, { due, isAll, keeps: isKept ? tier.uses : undefined });
  }
}

/** What of a tier is to be run; `isAll`: it need not be told file by file. */
function dueOf(run, tier, isWanted) {
  if (run.manifest === undefined) return { units: [], due: [], isAll: true };
  const units = allUnitsOf(run, tier);
  const wanted = units.filter(isWanted);
  const due = wanted.filter((unit) => {
    const pass = run.hold ? passOf(run.ledger, unit.digest) : undefined;
    if (pass !== undefined) run.summary.addHeld(unit, pass);
    return pass === undefined;
  });
  return { units: wanted, due, isAll: due.length === units.length };
}

async function runTier({ programs, summary, ledger }, tier, { due, isAll, keeps }) {
  const components = isAll ? [] : [...new Set(due.flatMap(({ component }) => component ?? []))];
  const environment = {
    ...(components.length === 0 ? {} : { BIGDATA_TEST_COMPONENTS: components.join(' ') }),
    ...(tier.kills === undefined ? {} : { BIGDATA_TEST_KILLS: tier.kills }),
    ...(keeps === undefined ? {} : { BIGDATA_TEST_KEEPS: keeps }),
  };
  const files = isAll ? (tier.files ?? []) : [...new Set(due.map(({ file }) => file))];
  const run = { project: tier.project, files, units: due, ledger, environment };
  await summary.phase(tier.name, async () => summary.addFiles(await programs.vitest(run)));
}

function allUnitsOf({ root, manifest, closures }, { project, files, kills = 'all' }) {
  const listed =
    files ??
    testFilesBelow(root, folders[project]).filter((file) => project !== 'unit' || !otherSuites.test(file));
  const variant = JSON.stringify([process.version, process.arch, kills]);
  return unitsOf({ root, files: listed, manifest, closures, variant });
}

/** Whether tests may begin that need the cluster as this says. */
async function hasCluster({ cluster, summary }, how) {
  if (how === 'boots') {
    void cluster.start();
    return true;
  }
  const start = performance.now();
  const { ok, seconds, isTold } = await cluster.start();
  if (!isTold) {
    const waited = (performance.now() - start) / 1000;
    summary.addPhase(
      'cluster',
      waited,
      ` (up after ${seconds.toFixed(1)} s, the rest beside the tests before)`,
    );
    summary.count('bigdata up --no-install', ok);
    cluster.markTold();
  }
  return ok;
}
