import { expect, test } from 'vitest';

import { renderIndex } from '../../src/support/index-page.js';
import type { IndexInput } from '../../src/support/index-page.js';

const input: IndexInput = {
  title: 'Support bundle of the stack demo',
  createdAt: '2026-01-01T00:00:00.000Z',
  versions: { bigdata: '0.1.0', kubernetes: 'v1.35.4' },
  summary: ['stack: demo', 'minio: failed, it crashed'],
  causes: 'minio: it crashed\n  │ ```\n',
  files: [
    { path: 'pods/minio-0/minio.log', text: 'x'.repeat(3_000) },
    { path: 'status.txt', text: 'fine' },
    { path: 'histories/1-install/operation.json', text: '{}' },
  ],
  gaps: [{ what: 'the histories', why: 'Temporal\n  does not answer' }],
  redacted: true,
};

test('says what happened, what is where and what is missing', () => {
  expect(renderIndex(input)).toMatchInlineSnapshot(`
    "# Support bundle of the stack demo

    Collected at 2026-01-01T00:00:00.000Z by \`bigdata support-bundle\`.

    Values of Secrets are replaced by \`[secret NAME/KEY]\`, those of keys that look like passwords by \`…\`. Other values of your own, such as names and addresses, are as they were.

    ## Summary

    - stack: demo
    - minio: failed, it crashed
    - bigdata: 0.1.0
    - kubernetes: v1.35.4

    ## Causes

    \`\`\`\`
    minio: it crashed
      │ \`\`\`
    \`\`\`\`

    ## What is where

    - what is installed and proven, what runs (\`bigdata status\`)
      - [status.txt](status.txt), 4 bytes
    - a folder a pod: description with its events, logs, logs before the last restart
      - [pods/minio-0/minio.log](pods/minio-0/minio.log), 3 KiB
    - a folder an operation, newest first: \`bigdata replay FILE\` and \`temporal\` read them; \`*.pending.json\` is what runs now
      - [histories/1-install/operation.json](histories/1-install/operation.json), 2 bytes

    ## What is missing

    - the histories: Temporal; does not answer
    "
  `);
});

test('says so where nothing failed and nothing is missing', () => {
  const page = renderIndex({ ...input, causes: '', gaps: [] });
  expect(page).toContain('No component is known to have failed.');
  expect(page).toContain('## What is missing\n\nNothing.');
});

test('warns where Secrets could not be read', () => {
  expect(renderIndex({ ...input, redacted: false })).toContain('read before you share it');
});
