#!/usr/bin/env node
/**
 * Runs tests: `node bin/test.mjs quick` or `all` with options of their own, or `node bin/test.mjs <suite> [arguments of
 * vitest]`. Sets up what they need, also on a fresh clone, and ends with one plain line that counts them.
 *
 * The cluster that tests use has a state folder of its own, so that they never touch the stack of the person who runs them.
 */
import { join } from 'node:path';

import { prepare, root } from './bootstrap/prepare.mjs';
import { readOptions } from './tests/arguments.mjs';
import { TestCluster } from './tests/cluster.mjs';
import { ledgerFolder, testEnvironment } from './tests/environment.mjs';
import { prune } from './tests/ledger.mjs';
import { manifestAt, manifestOf } from './tests/manifest.mjs';
import { Programs } from './tests/programs.mjs';
import { runTiers } from './tests/run-tiers.mjs';
import { Summary } from './tests/summary.mjs';
import { quickTiers, restTiers } from './tests/tiers.mjs';
import { closuresOf, unitsOf } from './tests/units.mjs';

const suites = ['unit', 'workflow', 'replay', 'contract', 'e2e', 'faults', 'bench'];
const onCluster = new Set(['contract', 'e2e', 'faults']);
const [suite = 'quick', ...rest] = process.argv.slice(2);

if (!['quick', 'all', 'check', ...suites].includes(suite)) {
  process.stderr.write(`There is no suite ${suite}: quick, all, check, ${suites.join(', ')}\n`);
  process.exit(2);
}
const options = suite === 'quick' || suite === 'all' ? readOptions(suite, rest) : undefined;

const environment = testEnvironment(root, { isInTiers: options !== undefined });
const programs = new Programs(root, environment);
const summary = new Summary();

await summary.phase('setting up', prepare);
if (options !== undefined) {
  await runInTiers(options);
} else if (suite === 'check') {
  await summary.phase('lint, format, types', check);
} else {
  await runSuite();
}
summary.print();
process.exit(summary.failed === 0 ? 0 : 1);

async function check() {
  await tool('oxlint', 'oxlint/bin/oxlint', '--deny-warnings');
  await tool('oxfmt', 'oxfmt/bin/oxfmt', '--check');
  await tool('tsc', 'typescript/bin/tsc', '--noEmit');
}

async function tool(name, script, ...args) {
  summary.count(name, (await programs.node(`node_modules/${script}`, args)) === 0);
}

/** One suite, by vitest's own arguments; its cluster stays for the next run. */
async function runSuite() {
  const isUp =
    !onCluster.has(suite) || (await new TestCluster(programs, environment.BIGDATA_STATE).start()).ok;
  if (!isUp) {
    summary.count('bigdata up --no-install', false);
    return;
  }
  await summary.phase(suite, async () =>
    summary.addFiles(await programs.vitest({ project: suite, args: rest })),
  );
}

async function runInTiers({ fresh, changed, clusterCpu }) {
  const isAll = suite === 'all';
  const stacks = join(root, 'test', 'fixtures', 'stacks');
  const slice = isAll ? undefined : join(stacks, 'slice.yaml');
  const { BIGDATA_STATE: state } = environment;
  const clusters = [
    new TestCluster(programs, state, slice, clusterCpu),
    new TestCluster(programs, `${state}-apart`, join(stacks, 'volumes.yaml'), clusterCpu),
  ];
  const ledger = ledgerFolder();
  prune(ledger);
  const run = {
    root,
    programs,
    clusters,
    summary,
    ledger,
    manifest: manifest(isAll),
    closures: closuresOf(await componentsOfClone()),
    hold: isAll && !fresh,
    stopAtFailure: !isAll,
  };
  // A revision that is not there is refused before anything runs.
  const isWanted = wantedSince(run, changed);
  await summary.phase('lint, format, types', check);
  await runTiers({ ...run, hold: run.hold && changed === undefined }, quickTiers);
  if (isAll) await runTiers(run, restTiers, isWanted);
  const started = clusters.filter(({ isStarted }) => isStarted);
  if (started.length > 0) await summary.phase('taking down', () => takeDown(started));
}

/** What failed stays for whoever looks into it. */
async function takeDown(clusters) {
  const forGood = summary.failed === 0;
  await Promise.all(
    clusters.map(async (cluster) => {
      await cluster.start();
      const command = `bigdata down${forGood ? ' --delete' : ''} of ${cluster.name}`;
      summary.count(command, await cluster.down(forGood));
    }),
  );
}

/** Without git, tests are run and nothing is remembered; what is held or changed cannot be told. */
function manifest(isNeeded) {
  try {
    return manifestOf(root);
  } catch (error) {
    if (!isNeeded) return undefined;
    process.stderr.write(`bigdata: what has changed is asked of git: ${error.message}\n`);
    process.exit(3);
  }
}

/** What a change since a revision touches, for {@link runTiers}; everything without one. */
function wantedSince({ closures, manifest: now }, revision) {
  if (revision === undefined) return undefined;
  const before = manifestBefore(revision);
  const digestIn = (each, { file, component }) =>
    unitsOf({ root, files: [file], manifest: each, closures, variant: '' }).find(
      (unit) => unit.component === component,
    )?.digest;
  return (unit) => digestIn(now, unit) !== digestIn(before, unit);
}

function manifestBefore(revision) {
  try {
    return manifestAt(root, revision);
  } catch (error) {
    process.stderr.write(`bigdata: --changed ${revision}: ${error.message}\n`);
    process.exit(2);
  }
}

/** The built-in components with all that they need or can use. */
async function componentsOfClone() {
  const { listComponents, loadComponentFolder } = await import('../dist/stack/plan/plan.js');
  const known = await listComponents(join(root, 'components'));
  const loaded = await Promise.all(known.map(({ folder }) => loadComponentFolder(folder)));
  return loaded.map(({ name, definition: { needs, optionalNeeds } }) => ({
    name,
    needs: [...needs, ...optionalNeeds.map(({ component }) => component)],
  }));
}
