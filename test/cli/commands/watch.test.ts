import { describe, expect, test } from 'vitest';
import type { Look } from '../../../src/client/watch.js';
import { watch } from '../../../src/cli/commands/watch.js';
import { isBroken, renderWatch } from '../../../src/cli/render/watch.js';
import { makeStyle } from '../../../src/cli/render/style.js';
import { ExitCode } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import { fake } from '../fake-platform.js';
import { options, twoComponents } from './installed.js';

const found = (result: 'proven' | 'failed' | 'skipped') => ({ result, repaired: [], findings: [] });

const look = (each: Look['found']): Look => ({
  at: new Date(0),
  found: each,
  workflowId: 'w',
  runId: 'r',
});

describe('watch', () => {
  const shown = { ...options, repair: false, off: false };

  test.each([
    ['--off with --every', { every: '1h', off: true }, '--off goes with neither'],
    ['--repair alone', { repair: true }, 'nothing says how often'],
    ['no duration', { every: 'often' }, 'is not a duration'],
    ['seconds', { every: '5s' }, 'too often'],
  ])('refuses %s, before anything is touched', async (_, wishes, message) => {
    const { context, calls } = fake({ plan: twoComponents });
    await expect(watch(context, { ...shown, ...wishes })).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: ExitCode.usage,
    });
    expect(calls).toEqual([]);
  });

  test('says how to begin where nobody watches', async () => {
    const { context } = fake({ plan: twoComponents, client: fakeClient({}).client });
    const { text, document, exitCode } = await watch(context, shown);
    expect(text).toContain('is not watched. `bigdata watch --every 1h');
    expect(document).toEqual({ watched: false });
    expect(exitCode).toBe(ExitCode.ok);
    expect((await watch(context, { ...shown, off: true })).text).toContain('was not watched');
  });

  test('tells of the last look that came to a result', () => {
    const watched = (...looks: Look['found'][]) => ({ looks: looks.map(look) });
    expect(isBroken(watched('running', found('skipped'), found('failed'), found('proven')))).toBe(true);
    expect(isBroken(watched(found('proven'), found('failed')))).toBe(false);
    expect(isBroken(watched())).toBe(false);
    const findings = [{ component: 'kafka', type: 'Drift', message: 'it lacks Service/kafka' }] as const;
    const text = renderWatch(
      'demo',
      {
        every: 3_600_000,
        repair: true,
        planDigest: '',
        next: undefined,
        looks: [look({ ...found('failed'), findings })],
      },
      makeStyle(false),
      100,
    );
    expect(text).toContain(
      'demo is watched: every 1h what drifted is put back, and everything verified; paused.',
    );
    expect(text).toContain('1970-01-01T00:00:00.000Z  failed  kafka: Drift: it lacks Service/kafka');
  });
});
