import { expect, test } from 'vitest';

import { targetOptions } from '../../../src/cli/program/command-line.js';
import { fake } from '../fake-platform.js';

test.each([
  ['nothing for the default stack on the local cluster', { file: '/clone/stack.yaml' }, ''],
  ['nothing for empty options', { file: '/clone/stack.yaml', context: '', kubeconfig: '' }, ''],
  [
    'the file and the cluster',
    { file: 'mine.yaml', context: 'production', kubeconfig: '~/k' },
    " -f mine.yaml --context production --kubeconfig '~/k'",
  ],
  ['quotes for a shell', { file: "it's.yaml" }, String.raw` -f 'it'\''s.yaml'`],
])('names %s', (_, options, wanted) => {
  expect(targetOptions(fake().context, options)).toBe(wanted);
});
