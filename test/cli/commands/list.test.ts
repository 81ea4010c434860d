import { expect, test } from 'vitest';
import { list } from '../../../src/cli/commands/list.js';
import { fake } from '../fake-platform.js';
import { proof, release } from './installed.js';

test('list shows the stacks of a cluster, and how much of each is proven', async () => {
  const other = { ...release, name: 'theirs', stack: 'somebody' };
  const { context } = fake({
    releases: new Map([
      ['kafka', release],
      ['minio', { ...release, name: 'minio', revision: 2 }],
      ['theirs', other],
    ]),
    proofs: new Map([
      ['kafka', proof],
      ['minio', proof],
    ]),
  });
  const { text, document } = await list(context, {});
  expect(text).toMatch(/bigdata +data +1 of 2 +kafka, minio\n/);
  expect(document).toMatchObject({ stacks: [{ stack: 'bigdata', namespace: 'data', proven: 1 }] });
});
