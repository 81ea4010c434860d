import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { targetOf } from '../../src/cli/target.js';

test('a relative kubeconfig means the file in the folder where the command was given', () => {
  expect(targetOf({ kubeconfig: 'some/kubeconfig', context: 'mine' })).toEqual({
    kind: 'cluster',
    context: 'mine',
    kubeconfig: resolve('some/kubeconfig'),
  });
});

test('empty options mean the local cluster', () => {
  expect(targetOf({ kubeconfig: '', context: '' })).toEqual({ kind: 'local' });
});
