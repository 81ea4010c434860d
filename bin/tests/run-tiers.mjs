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
 * @property {import('./cluster.mjs').TestCluster[]} clusters the usual one, and the one apart
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
  const left = tiers.map((tier) => ({
    tier,
    lanes: tier.lanes.map((lane) => lane.map((step) => dueOf(run, step, isWanted))),
  }));
  while (left.length > 0) {
    if (run.stopAtFailure && run.summary.failed > 0) return;
    if (left[0].tier.cluster === 'boots') bootClusters(run, left);
    const { tier, lanes } = left.shift();
    const due = lanes.map((lane) => lane.filter(isDue)).filter((lane) => lane.length > 0);
    if (due.length === 0) {
      const isTouched = lanes.flat().some(({ units }) => units.length > 0);
      run.summary.addPhase(tier.name, 0, isTouched ? ' (held)' : ' (not touched)');
      continue;
    }
    if (!(await hasClusters(run, tier, due.flat())) || !(await hasProgram(run, tier))) continue;
    await run.summary.phase(tier.name, () => Promise.all(due.map((lane) => runLane(run, lane))));
  }
}

function isDue({ isAll, due }) {
  return isAll || due.length > 0;
}

/** What of a step is to be run; `isAll`: it need not be told file by file. */
function dueOf(run, step, isWanted) {
  if (run.manifest === undefined) return { step, units: [], due: [], isAll: true };
  const units = allUnitsOf(run, step);
  const wanted = units.filter(isWanted);
  const due = wanted.filter((unit) => {
    const pass = run.hold ? passOf(run.ledger, unit.digest) : undefined;
    if (pass !== undefined) run.summary.addHeld(unit, pass);
    return pass === undefined;
  });
  return { step, units: wanted, due, isAll: due.length > 0 && due.length === units.length };
}

/** Steps that are due, one after the other. */
async function runLane(run, lane) {
  for (const [index, each] of lane.entries()) {
    const { name, uses } = each.step;
    const isKept = uses !== undefined && lane.slice(index + 1).some(({ step }) => step.uses === uses);
    const work = async () => run.summary.addFiles(await runStep(run, each, isKept ? uses : undefined));
    await (name === undefined ? work() : run.summary.phase(name, work, ' (beside others)'));
  }
}

function runStep({ programs, ledger, clusters }, { step, due, isAll }, keeps) {
  const { project, workers, kills } = step;
  const components = isAll ? [] : [...new Set(due.flatMap(({ component }) => component ?? []))];
  const environment = {
    BIGDATA_STATE: clusterOf(clusters, step).state,
    ...(components.length === 0 ? {} : { BIGDATA_TEST_COMPONENTS: components.join(' ') }),
    ...(workers === undefined ? {} : { BIGDATA_TEST_WORKERS: `${workers}` }),
    ...(kills === undefined ? {} : { BIGDATA_TEST_KILLS: kills }),
    ...(keeps === undefined ? {} : { BIGDATA_TEST_KEEPS: keeps }),
  };
  const files = isAll ? (step.files ?? []) : [...new Set(due.map(({ file }) => file))];
  return programs.vitest({ project, files, units: due, ledger, environment });
}

function allUnitsOf({ root, manifest, closures }, { project, files, kills = 'all' }) {
  const listed =
    files ??
    testFilesBelow(root, folders[project]).filter((file) => project !== 'unit' || !otherSuites.test(file));
  const variant = JSON.stringify([process.version, process.arch, kills]);
  return unitsOf({ root, files: listed, manifest, closures, readsProse: project === 'unit', variant });
}

function clusterOf([usual, apart], step) {
  return step.apart ? apart : usual;
}

/** Starts the clusters that these tiers need, and waits for none. */
function bootClusters({ clusters }, tiers) {
  const due = tiers.filter(({ tier }) => tier.cluster === 'needs').flatMap(({ lanes }) => lanes.flat());
  for (const { step } of due.filter(isDue)) void clusterOf(clusters, step).start();
}

/** Compiles what a tier calls itself, unless it is in the cache; a cluster that boots beside it waits for the same. */
async function hasProgram({ root, summary }, { program }) {
  if (program === undefined) return true;
  const binaries = await import('../../dist/local/binaries.js');
  const { clonePaths } = await import('../../dist/paths.js');
  const ensure = program === 'temporal' ? binaries.ensureTemporalBinary : binaries.helmBinary;
  const start = performance.now();
  try {
    await ensure({ ...clonePaths(), root }, () => {});
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return summary.count(`compiling ${program}`, false);
  }
  const seconds = (performance.now() - start) / 1000;
  if (seconds > 5) summary.addPhase(`compiling ${program}`, seconds);
  return true;
}

/** Whether tests may begin that need clusters as their tier says. */
async function hasClusters({ clusters, summary }, tier, due) {
  if (tier.cluster !== 'needs') return true;
  const start = performance.now();
  const wanted = [...new Set(due.map(({ step }) => clusterOf(clusters, step)))];
  const booted = await Promise.all(wanted.map((cluster) => cluster.start()));
  const waited = (performance.now() - start) / 1000;
  const untold = wanted.filter((cluster) => !cluster.isTold);
  if (untold.length > 0) {
    const seconds = Math.max(...booted.map((each) => each.seconds));
    summary.addPhase(
      `waiting for ${untold.map(({ name }) => name).join(', ')}`,
      waited,
      ` (up after ${seconds.toFixed(1)} s, the rest beside the tests before)`,
    );
    for (const cluster of untold) {
      summary.count(`bigdata up --no-install in ${cluster.name}`, booted[wanted.indexOf(cluster)].ok);
      cluster.isTold = true;
    }
  }
  return booted.every(({ ok }) => ok);
}
