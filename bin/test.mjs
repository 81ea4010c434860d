#!/usr/bin/env node
/**
 * Runs tests: `node bin/test.mjs <suite> [arguments of vitest]`. Sets up what they need, also on a fresh clone, and
 * ends with one plain line that counts them.
 *
 * The cluster that tests use has a state folder of its own, so that they never touch the stack of the person who runs them.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepare, root } from './bootstrap/prepare.mjs';

const pure = ['unit', 'workflow', 'replay'];
const onCluster = ['contract', 'e2e', 'faults'];
/** Measurements: no part of all tests. */
const bench = 'bench';
const [suite = 'all', ...rest] = process.argv.slice(2);

if (!['all', 'check', bench, ...pure, ...onCluster].includes(suite)) {
  process.stderr.write(
    `There is no suite ${suite}: all, check, ${[bench, ...pure, ...onCluster].join(', ')}\n`,
  );
  process.exit(2);
}

// Nor may they find their way to a cluster or a Temporal that this person works with.
const foreign = /^(KUBECONFIG|BIGDATA_CONTEXT|BIGDATA_KUBECONFIG|TEMPORAL_.*)$/;
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
  BIGDATA_STATE: process.env.BIGDATA_STATE ?? stateFolder(),
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
  // All faults take an hour; among all tests, every 23rd of them stands for the others. Odd, for of each activity and each call
  // there are four moments: every kind of moment is among them.
  ...(suite === 'all' ? { BIGDATA_FAULTS_EVERY: '23' } : {}),
};
const total = { passed: 0, failed: 0, skipped: 0 };

await timed('setting up', prepare);
if (suite === 'all' || suite === 'check') {
  await timed('lint, format, types', check);
}
for (const project of [bench, ...pure].filter(
  (name) => suite === name || (suite === 'all' && name !== bench),
)) {
  await timed(project, () => vitest(project));
}
if (suite === 'all' || onCluster.includes(suite)) {
  const isUp = await timed('cluster', () => count('bigdata up --no-install', bigdata('up', '--no-install')));
  for (const project of onCluster.filter((name) => isUp && (suite === 'all' || suite === name))) {
    await timed(project, () => vitest(project));
  }
}
if (suite === 'all') {
  const last = total.failed === 0 ? ['down', '--delete', '--yes'] : ['down'];
  await timed('taking down', () => count(`bigdata ${last.join(' ')}`, bigdata(...last)));
}

process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed === 0 ? 0 : 1);

/** In the clone, unless the clone lies so deep that the paths of sockets would be too long for the kernel. */
function stateFolder() {
  const folder = join(root, '.bigdata', 'test');
  const id = createHash('sha256').update(root).digest('hex').slice(0, 8);
  return folder.length <= 60 ? folder : `/var/tmp/bigdata-test-${id}`;
}

async function check() {
  await count('oxlint', node('node_modules/oxlint/bin/oxlint', '--deny-warnings'));
  await count('oxfmt', node('node_modules/oxfmt/bin/oxfmt', '--check'));
  await count('tsc', node('node_modules/typescript/bin/tsc', '--noEmit'));
}

async function vitest(project) {
  const folder = mkdtempSync(join(tmpdir(), 'bigdata-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await node(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      ...reporters,
      ...rest,
    );
    const result = readReport(report);
    total.passed += result.numPassedTests;
    total.skipped += result.numPendingTests + result.numTodoTests;
    // A file that cannot even be loaded fails without a failed test in it.
    total.failed += code === 0 ? result.numFailedTests : Math.max(1, result.numFailedTests);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numPendingTests: 0, numTodoTests: 0, numFailedTests: 1 };
  }
}

function bigdata(...args) {
  return node('dist/cli/main.js', ...args);
}

async function count(name, exit) {
  const code = await exit;
  process.stdout.write(`${code === 0 ? 'passed' : 'FAILED'}: ${name}\n`);
  total[code === 0 ? 'passed' : 'failed'] += 1;
  return code === 0;
}

async function timed(phase, work) {
  const start = performance.now();
  const result = await work();
  process.stdout.write(`── ${phase}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return result;
}

/** Runs a script of the clone. Exit code; 1 if a signal ended it. */
function node(script, ...args) {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env: environment, stdio: ['ignore', 'inherit', 'inherit'] };
    const child = spawn(process.execPath, [script, ...args], options);
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
