import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { LineProgress } from '../../../src/cli/progress/lines.js';
import { LiveProgress } from '../../../src/cli/progress/live.js';
import { Step } from '../../../src/cli/progress/step.js';
import type { ComponentState, OperationState } from '../../../src/stack/operation/operation-types.js';
import { state } from '../fake-platform.js';

function lines(): {
  readonly progress: LineProgress;
  readonly written: string[];
  readonly clock: { now: number };
} {
  const written: string[] = [];
  const clock = { now: 0 };
  const progress = new LineProgress(
    (text) => written.push(text.trimEnd()),
    () => clock.now,
  );
  return { progress, written, clock };
}

function component(name: string, rest: Partial<ComponentState>): ComponentState {
  return { name, phase: 'waiting', unchanged: false, milliseconds: 0, checks: [], ...rest };
}

async function* snapshots(...states: Partial<ComponentState>[]): AsyncGenerator<OperationState> {
  for (const rest of states) {
    yield state({ components: [component('kafka', rest)] });
  }
}

/** One is removed in the end, which is not known at first. */
async function* growing(): AsyncGenerator<OperationState> {
  const kafka = component('kafka', { phase: 'proven', milliseconds: 3_000 });
  yield state({ components: [component('kafka', {})] });
  yield state({ components: [kafka, component('livy', { phase: 'removing' })] });
  yield state({ components: [kafka, component('livy', { phase: 'removed', milliseconds: 2_000 })] });
}

function terminal(): { readonly progress: LiveProgress; readonly screen: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  const chunks: string[] = [];
  stream.on('data', (chunk) => chunks.push(String(chunk)));
  return {
    progress: new LiveProgress(stream as unknown as NodeJS.WriteStream),
    screen: () => chunks.join(''),
  };
}

describe('steps', () => {
  test('run as soon as their needs are done, beside each other', async () => {
    const { progress } = lines();
    const order: string[] = [];
    const make = (title: string, needs: Step[]): Step =>
      new Step(title, needs, async () => {
        order.push(`${title} begins`);
        await Promise.resolve();
        order.push(`${title} ends`);
        return title;
      });
    const first = make('first', []);
    const beside = make('beside', []);
    const last = make('last', [first, beside]);
    await progress.steps([first, beside, last]);
    expect(order.indexOf('beside begins')).toBeLessThan(order.indexOf('first ends'));
    expect(order.slice(-2)).toEqual(['last begins', 'last ends']);
    expect(last.value).toBe('last');
  });

  test('the first failure ends the wait for the others and starts nothing new', async () => {
    const { progress } = lines();
    const never = new Step('never', [], () => new Promise(() => {}));
    const failing = new Step('failing', [], async () => {
      throw new Error('no disk');
    });
    const dependent = new Step('dependent', [failing], async () =>
      expect.unreachable('it needs what failed'),
    );
    await expect(progress.steps([never, failing, dependent])).rejects.toThrow('no disk');
    expect(() => dependent.value).toThrow('is not done');
  });
});

describe('lines', () => {
  test('one a step and change, not one an event', async () => {
    const { progress, written, clock } = lines();
    const build = new Step('Images', [], async (report) => {
      report({ text: 'compiling a', done: 1, total: 9 });
      report({ text: 'compiling b', done: 2, total: 9 });
      clock.now = 6_000;
      report({ text: 'compiling c', done: 3, total: 9 });
    });
    await progress.steps([build]);
    expect(written).toEqual([
      '[    0ms] Images …',
      '[    0ms] Images: compiling a (1 of 9)',
      '[     6s] Images: compiling c (3 of 9)',
      '[     6s] Images: done in 6s',
    ]);
  });

  test('one a change of a component', async () => {
    const { progress, written } = lines();
    await progress.operation(
      'Installing bigdata',
      snapshots(
        {},
        { phase: 'readying', detail: '1/3 pods ready' },
        { phase: 'readying', detail: '1/3 pods ready', milliseconds: 400 },
        { phase: 'readying', detail: '2/3 pods ready' },
        { phase: 'proven', milliseconds: 12_300 },
        { phase: 'proven', milliseconds: 12_300 },
      ),
    );
    expect(written.map((line) => line.slice(10))).toEqual([
      'Installing bigdata …',
      'kafka: readying: 1/3 pods ready',
      'kafka: readying: 2/3 pods ready',
      'kafka: proven (12.3s)',
    ]);
  });

  test('what is left alone and what failed', async () => {
    const { progress, written } = lines();
    const cause = { type: 'ImagePull' as const, message: 'the image cannot be pulled' };
    await progress.operation('x', snapshots({ phase: 'proven', unchanged: true }));
    await progress.operation('x', snapshots({ phase: 'failed', cause, milliseconds: 4_000 }));
    expect(written.map((line) => line.slice(10))).toEqual([
      'x …',
      'kafka: proven already, unchanged',
      'x …',
      'kafka: failed (ImagePull) (4s)',
    ]);
  });
});

describe('a terminal', () => {
  test('shows steps with their time', async () => {
    const { progress, screen } = terminal();
    const first = new Step('Kubernetes', [], async (report) => report({ text: 'starting etcd' }));
    await progress.steps([first, new Step('Worker', [first], async () => {})]);
    expect(screen()).toMatch(/Kubernetes \(\d+ms\)/);
    expect(screen()).toMatch(/Worker \(\d+ms\)/);
  });

  test('shows which step failed, and fails with its error', async () => {
    const { progress, screen } = terminal();
    const failing = new Step('Images', [], async () => {
      throw new Error('no disk');
    });
    const dependent = new Step('Worker', [failing], async () => {});
    await expect(progress.steps([failing, dependent])).rejects.toThrow('no disk');
    expect(screen()).toMatch(/Images: failed after/);
  });

  test('shows what waits for a decision as failed', async () => {
    const { progress, screen } = terminal();
    const cause = { type: 'ImagePull' as const, message: 'the image cannot be pulled' };
    await progress.operation(
      'Installing',
      snapshots({ phase: 'readying' }, { phase: 'deciding', cause, milliseconds: 4_000 }),
    );
    expect(screen()).toContain('kafka: failed, waits for a decision (ImagePull) (4s)');
  });

  test('shows what turns up later, too', async () => {
    const { progress, screen } = terminal();
    await progress.operation('Installing', growing());
    expect(screen()).toContain('kafka: proven (3s)');
    expect(screen()).toContain('livy: removed (2s)');
  });

  test('shows components to their end', async () => {
    const { progress, screen } = terminal();
    await progress.operation(
      'Installing',
      snapshots({ phase: 'checking' }, { phase: 'proven', milliseconds: 3_000 }),
    );
    expect(screen()).toContain('kafka: proven (3s)');
  });
});
