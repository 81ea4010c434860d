/**
 * Writes down each test file when it ends: its time for the table, and what of it passed for good. A reporter of vitest.
 *
 * @module
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

import { recordPass } from './ledger.mjs';

export default class FileReporter {
  #results;
  #plan;

  /**
   * @param {object} _options vitest's, of which there are none
   * @param {NodeJS.ProcessEnv} environment as the program that starts vitest has set it
   */
  constructor(_options, environment = process.env) {
    const { BIGDATA_TEST_RESULTS: results, BIGDATA_TEST_UNITS: unitsFile } = environment;
    this.#results = results;
    this.#plan = unitsFile === undefined ? { units: [] } : JSON.parse(readFileSync(unitsFile, 'utf8'));
  }

  onTestModuleEnd(module) {
    const file = relative(process.cwd(), module.moduleId);
    const tests = [...module.children.allTests()].map((test) => ({
      state: test.result().state,
      component: test.meta().component,
    }));
    const count = (state) => tests.filter((test) => test.state === state).length;
    const { duration, collectDuration, setupDuration } = module.diagnostic();
    const seconds = (duration + collectDuration + setupDuration) / 1000;
    const passed = this.#credit(file, module.state() === 'passed', tests, seconds);
    const line = {
      file,
      seconds,
      passed: count('passed'),
      // A file that cannot be loaded, or whose hook fails, has no failed test in it.
      failed: module.state() === 'failed' ? Math.max(1, count('failed')) : count('failed'),
      skipped: count('skipped'),
      credited: passed,
    };
    if (this.#results !== undefined) appendFileSync(this.#results, `${JSON.stringify(line)}\n`);
  }

  /** Remembers units that passed; gives their digests. */
  #credit(file, isWholeFilePassed, tests, seconds) {
    const ofAll = tests.filter(({ component }) => component === undefined);
    const sharedPassed = ofAll.every(({ state }) => state !== 'failed');
    const anyFailed = tests.some(({ state }) => state === 'failed');
    return this.#plan.units
      .filter((unit) => unit.file === file)
      .filter(({ component }) => {
        if (component === undefined) return isWholeFilePassed;
        const own = tests.filter((test) => test.component === component);
        // Without a failed test, the fault lies in a hook of the file: nobody passed.
        return (
          (isWholeFilePassed || anyFailed) &&
          sharedPassed &&
          own.length > 0 &&
          own.every(({ state }) => state === 'passed')
        );
      })
      .map(({ component, digest }) => {
        const count =
          component === undefined
            ? tests.length
            : tests.filter((test) => test.component === component).length;
        recordPass(this.#plan.ledger, digest, { at: new Date().toISOString(), seconds, tests: count });
        return digest;
      });
  }
}
