import { expect, it } from 'vitest';
import { makeStyle } from '../../../src/cli/render/style.js';
import { renderTimings } from '../../../src/cli/render/timings.js';

const style = makeStyle(false);

const components = [
  { name: 'kafka', needs: ['zookeeper'], began: 6_000, ended: 10_000 },
  { name: 'zookeeper', needs: ['volumes'], began: 2_000, ended: 6_000 },
  { name: 'minio', needs: ['volumes'], began: 2_000, ended: 3_000 },
  { name: 'volumes', needs: [], began: 0, ended: 2_000 },
];

it('draws a bar for each component, the first to begin first, and marks the critical path', () => {
  expect(renderTimings(components, style, 40).split('\n')).toEqual([
    '* volumes    ━━━━━                    2s',
    '  minio          ━━━                  1s',
    '* zookeeper      ━━━━━━━━━━           4s',
    '* kafka                   ━━━━━━━━━━  4s',
    '* critical path: volumes, zookeeper, kafka; 10s in all, 1.00 times the 10s of its components.',
    '',
  ]);
});

it('shows also what took no time, at the very end, on a narrow terminal', () => {
  const late = { name: 'together', needs: ['kafka'], began: 10_001, ended: 10_001 };
  const rows = renderTimings([...components, late], style, 10).split('\n');
  expect(rows[4]).toBe('* together                      ━  0ms');
  expect(renderTimings([], style, 80)).toBe('');
});
