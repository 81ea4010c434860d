/**
 * Starting what a test run consists of.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { forgetPass } from './ledger.mjs';

/** Signals that end a test run. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @typedef {object} FileResult
 * @property {string} file
 * @property {number} seconds
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

export class Programs {
  #root;
  #environment;

  constructor(root, environment) {
    this.#root = root;
    this.#environment = environment;
  }

  /** Runs a script of the clone. Exit code; 1 if a signal ended it. @returns {Promise<number>} */
  async node(script, args, environment = {}) {
    const { code } = await this.#run([script, ...args], environment, ['ignore', 'inherit', 'inherit']);
    return code;
  }

  /** Runs the product's command line on a state folder, and keeps what it prints. @returns {Promise<{ code: number, printed: string }>} */
  bigdata(state, ...args) {
    return this.#run(['dist/bigdata.js', ...args], { BIGDATA_STATE: state }, ['ignore', 'pipe', 'pipe']);
  }

  /**
   * Runs test files, and remembers what passed.
   *
   * @param {object} run
   * @param {string} run.project
   * @param {string[]} [run.files] all of the project without it
   * @param {string[]} [run.args] of vitest, besides
   * @param {import('./units.mjs').Unit[]} [run.units] what to remember
   * @param {string} [run.ledger]
   * @param {Record<string, string>} [run.environment]
   * @returns {Promise<FileResult[]>}
   */
  async vitest({ project, files = [], args = [], units = [], ledger = '', environment = {} }) {
    const folder = mkdtempSync(join(tmpdir(), 'bigdata-test-'));
    const results = join(folder, 'results');
    const unitsFile = join(folder, 'units.json');
    writeFileSync(results, '');
    writeFileSync(unitsFile, JSON.stringify({ units, ledger }));
    const told = {
      ...environment,
      BIGDATA_TEST_RESULTS: results,
      BIGDATA_TEST_UNITS: unitsFile,
      BIGDATA_TEST_ORDER: files.join(' '),
    };
    const reporters = ['--reporter=default', '--reporter=./bin/tests/reporter.mjs'];
    try {
      const code = await this.node(
        'node_modules/vitest/vitest.mjs',
        ['run', '--project', project, ...reporters, ...files, ...args],
        told,
      );
      const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean);
      const found = lines.map((line) => JSON.parse(line));
      if (found.length === 0 || (code !== 0 && found.every(({ failed }) => failed === 0))) {
        // An error that no file is to blame for, so that none is believed; or nothing that could be run.
        found.flatMap(({ credited }) => credited).forEach((digest) => forgetPass(ledger, digest));
        found.push({ file: `vitest on ${project}`, seconds: 0, passed: 0, failed: 1, skipped: 0 });
      }
      return found;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #run(args, environment, stdio) {
    return new Promise((resolve, reject) => {
      const env = { ...this.#environment, ...environment };
      const child = spawn(process.execPath, args, { cwd: this.#root, env, stdio });
      let printed = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (chunk) => (printed += chunk));
      }
      // A signal to this process alone, not to its group, would leave the child behind.
      const end = (signal) => {
        child.once('close', () => process.exit(128 + constants.signals[signal]));
        child.kill();
      };
      for (const signal of endings) process.once(signal, end);
      child.once('error', reject);
      child.once('close', (code) => {
        for (const signal of endings) process.off(signal, end);
        resolve({ code: code ?? 1, printed });
      });
    });
  }
}
