import { expect, test } from 'vitest';

import { isSameTemplate } from '../../src/changes/same-template.js';

const container = (more: object) => ({ spec: { containers: [{ name: 'server', ...more }] } });

test.each([
  [
    'a quantity in other units',
    { resources: { limits: { cpu: '1000m' } } },
    { resources: { limits: { cpu: 1 } } },
  ],
  [
    'a share of a core',
    { resources: { requests: { cpu: 0.5 } } },
    { resources: { requests: { cpu: '500m' } } },
  ],
  ['an empty list', { args: [] }, {}],
  ['an empty value', { env: [{ name: 'A', value: '' }] }, { env: [{ name: 'A' }] }],
])('%s is the same to the API server', (_, one, other) => {
  expect(isSameTemplate(container(one), container(other))).toBe(true);
});

test.each([
  ['an image', { image: 'a:1' }, { image: 'a:2' }],
  [
    'less of a core',
    { resources: { requests: { cpu: '500m' } } },
    { resources: { requests: { cpu: '400m' } } },
  ],
  ['text that looks like a quantity', { args: ['1000m'] }, { args: ['1'] }],
  ['one more argument', { args: ['a'] }, { args: ['a', 'b'] }],
  ['a false that was true', { tty: true }, { tty: false }],
  [
    'a number that is no quantity',
    { resources: { limits: { cpu: 'x' } } },
    { resources: { limits: { cpu: 'y' } } },
  ],
])('%s makes another template', (_, one, other) => {
  expect(isSameTemplate(container(one), container(other))).toBe(false);
});
