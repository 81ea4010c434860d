import { describe, expect, test } from 'vitest';

import { duration } from '../../../src/cli/render/duration.js';
import {
  errorDocument,
  exitCodeOf,
  renderUnexpectedError,
  renderUserError,
} from '../../../src/cli/render/error.js';
import { makeStyle, wantsColour } from '../../../src/cli/render/style.js';
import { renderTable } from '../../../src/cli/render/table.js';
import { ExitCode, UserError } from '../../../src/errors.js';

const plain = makeStyle(false);
const error = new UserError({
  message: 'The key does not exist',
  where: 'stack.yaml:3:5',
  unchanged: 'Nothing was touched.',
  next: 'Did you mean kafka?',
  exitCode: ExitCode.usage,
});

test.each([
  [0, '0ms'],
  [850, '850ms'],
  [12_345, '12.3s'],
  [125_000, '2m 5s'],
])('%i ms read %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

describe('errors', () => {
  test('for people: what, where, unchanged, next', () => {
    expect(renderUserError(error, plain)).toBe(
      [
        'Error: The key does not exist',
        '  where:     stack.yaml:3:5',
        '  unchanged: Nothing was touched.',
        '  next:      Did you mean kafka?',
        '',
      ].join('\n'),
    );
  });

  test('for programs', () => {
    expect(errorDocument(error)).toEqual({
      error: {
        message: 'The key does not exist',
        where: 'stack.yaml:3:5',
        unchanged: 'Nothing was touched.',
        next: 'Did you mean kafka?',
      },
    });
    expect(errorDocument(new Error('oops'))).toEqual({ error: { message: 'oops' } });
  });

  test('exit codes', () => {
    expect(exitCodeOf(error)).toBe(ExitCode.usage);
    expect(exitCodeOf(new Error('oops'))).toBe(ExitCode.failed);
  });

  test('an unexpected one names its causes and where the trace lies', () => {
    const text = renderUnexpectedError(
      new Error('outer', { cause: new Error('inner') }),
      '/state/errors.log',
      plain,
    );
    expect(text).toContain('Error: outer\n  because: inner\n  stack trace: /state/errors.log');
  });

  test('failed operations and unexpected errors offer a support bundle, bad input does not', () => {
    const failed = new UserError({ message: 'It failed', next: 'Try again', exitCode: ExitCode.failed });
    const hint = /\n`bigdata support-bundle` collects what others need to help\n$/;
    expect(renderUserError(failed, plain)).toMatch(hint);
    expect(renderUnexpectedError(new Error('outer'), '/state/errors.log', plain)).toMatch(hint);
    expect(renderUserError(error, plain)).not.toMatch(hint);
  });

  test('without a log the trace itself is shown', () => {
    expect(renderUnexpectedError(new Error('outer'), undefined, plain)).toContain('render.test.ts');
  });
});

test.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
  [{}, {}, false],
])('colours on %o with %o: %s', (stream, environment, wanted) => {
  expect(wantsColour(stream, environment)).toBe(wanted);
});

test('a table wraps its last column alone, and ends no line with blanks', () => {
  const rows = [
    ['kafka', 'a topic of three replicas takes records'],
    ['a-long-name', ''],
  ];
  expect(renderTable(['component', 'what'], rows, plain, 45)).toBe(
    [
      'component    what',
      'kafka        a topic of three replicas takes',
      '             records',
      'a-long-name',
      '',
    ].join('\n'),
  );
});

test('a column that leaves the last one no room wraps as well, but cuts no word', () => {
  const long = 'checking: attempt 3, after: Pod demo/spark-parquet: no free core';
  expect(renderTable(['component', 'state', 'proven'], [['spark', long, 'a job writes']], plain, 80)).toBe(
    [
      'component  state                                  proven',
      'spark      checking: attempt 3, after: Pod        a job writes',
      '           demo/spark-parquet: no free core',
      '',
    ].join('\n'),
  );
  const address = `http://${'a'.repeat(60)}`;
  expect(renderTable(['endpoint', 'address', 'use'], [['ui', address, 'page']], plain, 80)).toContain(
    address,
  );
});
