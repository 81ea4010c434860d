import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Position, StackFileError } from '../../../../src/stack/files/document/issue.js';
import { parseDocument, readDocument } from '../../../../src/stack/files/document/source-document.js';

const text = `# a comment
a: &shared
  b: 1
  "c d":
    - x
    - { e: 2 }
f: *shared
g:
h: { <<: *shared, i: 3 }
`;
const print = ({ line, column }: Position): string => `${line}:${column}`;
const document = parseDocument('/file.yaml', text);

test.each([
  [['a'], '2:1', '2:1'],
  [['a', 'b'], '3:3', '3:6'],
  [['a', 'c d', 0], '5:7', '5:7'],
  [['a', 'c d', 1, 'e'], '6:9', '6:12'],
  [['f', 'b'], '3:3', '3:6'],
  [['f'], '7:1', '7:4'],
  [['g'], '8:1', '8:1'],
  [['h', 'i'], '9:19', '9:22'],
  [['h', 'b'], '3:3', '3:6'],
])('%j has its key at %s and its value at %s', (path, key, value) => {
  expect(document.has(path)).toBe(true);
  expect(print(document.positionOfKey(path))).toBe(key);
  expect(print(document.positionOfValue(path))).toBe(value);
});

test('what is not written is placed at the deepest part that is', () => {
  expect(document.has(['a', 'z'])).toBe(false);
  expect(document.positionOfKey(['a', 'z', 'y'])).toEqual({ line: 2, column: 1 });
  expect(document.positionOfKey(['z'])).toEqual({ line: 2, column: 1 });
});

test('aliases and merge keys are resolved in the data', () => {
  expect(document.data['h']).toEqual({ b: 1, 'c d': ['x', { e: 2 }], i: 3 });
});

test.each([
  ['nowhere.yaml', 'there is no such file'],
  ['.', 'this is a folder'],
  ['file.yaml/stack.yaml', 'there is no such file'],
  ['large.yaml', 'the file has 300000 bytes'],
])('%s: %s', async (name, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'document-'));
  await writeFile(join(folder, 'file.yaml'), 'a: 1\n');
  await writeFile(join(folder, 'large.yaml'), 'a'.repeat(300_000));
  const error = await readDocument(join(folder, name)).catch((thrown: unknown) => thrown);
  await rm(folder, { recursive: true });
  expect(error).toBeInstanceOf(StackFileError);
  expect((error as StackFileError).message).toContain(message);
});

test.each(['['.repeat(100_000), '- '.repeat(100_000), '? '.repeat(100_000), `a: ${'{x: '.repeat(50_000)}`])(
  'nesting that would exhaust the parser is refused before parsing (%#)',
  (nested) => {
    expect(() => parseDocument('/file.yaml', nested)).toThrow('nested deeper than 64 levels');
  },
);
