import { expect, test } from 'vitest';
import { runTiers } from '../../bin/tests/run-tiers.mjs';
import { Summary } from '../../bin/tests/summary.mjs';
import type { Tier } from '../../bin/tests/tiers.mjs';

/** Runs tiers with programs and clusters that only tell what they are asked. */
async function run(tiers: readonly Tier[], failing = ''): Promise<string[]> {
  const events: string[] = [];
  const cluster = (name: string) => ({
    name,
    state: name,
    isTold: false,
    start: async () => {
      if (!events.includes(`start ${name}`)) events.push(`start ${name}`);
      return { ok: true, seconds: 0 };
    },
  });
  const programs = {
    vitest: async ({ files = [], environment }: VitestRun) => {
      const [file = ''] = files;
      events.push([file, environment['BIGDATA_STATE'], environment['BIGDATA_TEST_KEEPS']].join(' ').trim());
      await Promise.resolve();
      events.push(`end of ${file}`);
      return [{ file, seconds: 0, passed: 1, failed: file === failing ? 1 : 0, skipped: 0 }];
    },
  };
  await runTiers(
    {
      root: '',
      programs,
      clusters: ['usual', 'apart'].map(cluster),
      summary: new Summary(),
      ledger: '',
      manifest: undefined,
      closures: new Map(),
      hold: false,
      stopAtFailure: true,
    },
    tiers,
  );
  return events;
}

interface VitestRun {
  readonly files?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const step = (file: string, more: object = {}) => ({ project: 'e2e', files: [file], ...more });

test('steps of a lane run one after the other, lanes beside each other, each on its cluster', async () => {
  const lanes = [[step('a'), step('b')], [step('c', { apart: true })]];
  expect(await run([{ name: 'one', cluster: 'needs', lanes }])).toEqual([
    'start usual',
    'start apart',
    'a usual',
    'c apart',
    'end of a',
    'end of c',
    'b usual',
    'end of b',
  ]);
});

test('an installation that several steps use is kept until the last of them', async () => {
  const lanes = [
    [step('a', { uses: 'platform' }), step('b', { uses: 'platform' }), step('c')],
    [step('d', { uses: 'platform' })],
  ];
  const events = await run([{ name: 'one', cluster: 'needs', lanes }]);
  expect(events.filter((event) => !event.startsWith('end'))).toEqual([
    'start usual',
    'a usual platform',
    'd usual',
    'b usual',
    'c usual',
  ]);
});

test('a tier boots the clusters that later ones need, and no other', async () => {
  const later: Tier = { name: 'two', cluster: 'needs', lanes: [[step('b', { apart: true })]] };
  expect(await run([{ name: 'one', cluster: 'boots', lanes: [[step('a')]] }, later])).toEqual([
    'start apart',
    'a usual',
    'end of a',
    'b apart',
    'end of b',
  ]);
});

test('no tier begins after a failure, if the run stops at it', async () => {
  const tiers = [
    { name: 'one', lanes: [[step('a')]] },
    { name: 'two', lanes: [[step('b')]] },
  ];
  expect(await run(tiers, 'a')).toEqual(['a usual', 'end of a']);
});
