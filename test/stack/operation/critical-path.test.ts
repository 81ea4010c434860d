import { expect, it } from 'vitest';
import { criticalPath, timed } from '../../../src/stack/operation/critical-path.js';
import type { ComponentState } from '../../../src/stack/operation/operation-types.js';

const planned = [
  { name: 'volumes', needs: [] },
  { name: 'minio', needs: ['volumes'] },
  { name: 'zookeeper', needs: ['volumes'] },
  { name: 'kafka', needs: ['zookeeper', 'minio'] },
];

function state(name: string, began: number | undefined, ended: number, change = {}): ComponentState {
  const milliseconds = began === undefined ? 0 : ended - began;
  const base = { name, phase: 'proven' as const, unchanged: false, milliseconds, checks: [], ...change };
  return began === undefined ? base : { ...base, began };
}

it('goes from what ended last back to what it waited for last', () => {
  const states = [
    state('volumes', 5, 1_000),
    state('minio', 1_010, 2_000),
    state('zookeeper', 1_010, 5_000),
    state('kafka', 5_100, 9_000),
  ];
  expect(criticalPath(timed(states, planned))).toEqual({
    components: ['volumes', 'zookeeper', 'kafka'],
    total: 9_000,
    own: 995 + 3_990 + 3_900,
  });
});

it('leaves out what was unchanged, what did not end well, and what never began', () => {
  const states = [
    state('volumes', 5, 5, { unchanged: true }),
    state('minio', 10, 2_000),
    state('zookeeper', 10, 9_000, { phase: 'failed' }),
    state('kafka', undefined, 0, { phase: 'blocked' }),
  ];
  expect(criticalPath(timed(states, planned))?.components).toEqual(['minio']);
  expect(criticalPath([])).toBeUndefined();
});
