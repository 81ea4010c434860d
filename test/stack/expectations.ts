/**
 * What a bad file of `test/fixtures/stacks` expects, from its first lines:
 * `# expect [end of path:]line | part of the message | part of the hint`, with `-` for the file as a whole, and `# target cluster`.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { StackFileError } from '../../src/stack/plan/plan.js';

/** `test/fixtures/stacks`, absolute. */
export const fixtures = fileURLToPath(new URL('../fixtures/stacks', import.meta.url));

interface Expected {
  readonly file: string;
  readonly line: number | undefined;
  readonly message: string;
  readonly hint: string;
}

/** Paths of the entries of a folder of fixtures. */
export function entriesOf(folder: string): string[] {
  return readdirSync(resolve(fixtures, folder)).toSorted();
}

/** Whether the first lines of a file name the cluster as the target. */
export function wantsCluster(file: string): boolean {
  return readFileSync(file, 'utf8').includes('\n# target cluster\n');
}

/** Runs a step that must fail with exactly the issues that the file expects. */
export async function expectIssues(file: string, step: () => Promise<unknown>): Promise<StackFileError> {
  const error = await step().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StackFileError)) {
    throw error ?? new Error(`${file} was accepted.`);
  }
  const expected = readExpected(file);
  expect(expected, 'a bad file says what it expects').not.toHaveLength(0);
  for (const { file: end, line, message, hint } of expected) {
    const found = error.issues.find((issue) => issue.line === line && issue.message.includes(message));
    expect(found, `line ${line} with ${JSON.stringify(message)} in:\n${error.message}`).toBeDefined();
    expect(found?.file.endsWith(end), `${found?.file} ends with ${end}`).toBe(true);
    expect(found?.hint).toContain(hint);
    if (line !== undefined) expect(found?.column).toBeGreaterThan(0);
  }
  expect(error.issues, error.message).toHaveLength(expected.length);
  return error;
}

function readExpected(file: string): Expected[] {
  const pattern = /^# expect (?:(\S+):)?(\d+|-) \| (.+) \| (.+)$/gm;
  return [...readFileSync(file, 'utf8').matchAll(pattern)].map(
    ([, end = file, line, message = '', hint = '']) => ({
      file: end,
      line: line === '-' ? undefined : Number(line),
      message,
      hint,
    }),
  );
}
