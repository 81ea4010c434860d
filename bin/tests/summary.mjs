/**
 * What a run says in the end: its phases, its slowest files, what was held, and one plain line that counts the tests.
 *
 * @module
 */

const slowest = 20;

export class Summary {
  #phases = [];
  #files = [];
  #held = [];
  #total = { passed: 0, failed: 0, skipped: 0 };

  get failed() {
    return this.#total.failed;
  }

  /** Runs a phase and notes its time. */
  async phase(name, work, remark = '') {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.addPhase(name, (performance.now() - start) / 1000, remark);
    }
  }

  addPhase(name, seconds, remark = '') {
    this.#phases.push({ name, seconds, remark });
    process.stdout.write(`── ${name}: ${time(seconds)}${remark}\n`);
  }

  /** A single thing that passes or fails. */
  count(name, passed) {
    process.stdout.write(`${passed ? 'passed' : 'FAILED'}: ${name}\n`);
    this.#total[passed ? 'passed' : 'failed'] += 1;
    return passed;
  }

  /** @param {import('./programs.mjs').FileResult[]} files */
  addFiles(files) {
    this.#files.push(...files);
    for (const { passed, failed, skipped } of files) {
      this.#total.passed += passed;
      this.#total.failed += failed;
      this.#total.skipped += skipped;
    }
  }

  /** @param {import('./units.mjs').Unit} unit @param {import('./ledger.mjs').Pass} pass */
  addHeld(unit, pass) {
    this.#held.push({ ...unit, ...pass });
  }

  print() {
    const lines = [
      ...section('Held, for it passed with the same inputs (--fresh runs it again)', this.#heldRows()),
      ...section(
        `Slowest files`,
        this.#files
          .toSorted((one, other) => other.seconds - one.seconds)
          .slice(0, slowest)
          .map(({ file, seconds, failed }) => [time(seconds), file, failed > 0 ? 'FAILED' : '']),
      ),
      ...section(
        'Phases',
        this.#phases.map(({ name, seconds, remark }) => [time(seconds), name, remark.trim()]),
      ),
    ];
    const { passed, failed, skipped } = this.#total;
    const held = this.#held.reduce((sum, { tests }) => sum + tests, 0);
    if (held > 0) lines.push('', `${held} tests are held.`);
    process.stdout.write(`${lines.join('\n')}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }

  /** A row a file. */
  #heldRows() {
    const files = groupBy(this.#held);
    return [...files].map(([file, units]) => {
      const names = units.map(({ component }) => component).filter((name) => name !== undefined);
      const since = units.map(({ at }) => at).toSorted()[0];
      return [`since ${since.slice(0, 16).replace('T', ' ')}`, file, names.join(', ')];
    });
  }
}

function groupBy(held) {
  const files = new Map();
  for (const unit of held) files.set(unit.file, [...(files.get(unit.file) ?? []), unit]);
  return files;
}

function section(title, rows) {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([first]) => first.length));
  return [
    '',
    title,
    ...rows.map(([first, ...rest]) => `  ${first.padStart(width)}  ${rest.join('  ').trimEnd()}`),
  ];
}

/** `1 m 05 s`, or `3.2 s` below a minute. */
function time(seconds) {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`;
}
