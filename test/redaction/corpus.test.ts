import { describe, expect, test } from 'vitest';

import { type Ways, allWays, makeRedactor } from '../../src/redaction/redactor.js';
import { encodings, readings, shapes } from './corpus.js';

/** Characters of a secret that may be left of it. */
const crumb = 6;

const every = Object.entries(shapes).flatMap(([shape, secret]) =>
  Object.entries(encodings).map(([encoding, encode]) => ({ shape, secret, encoding, encode })),
);

function redactorOf(secret: string, ways: Ways = allWays) {
  return makeRedactor([{ secret: 'db', key: 'password', bytes: Buffer.from(secret) }], ways);
}

/** The longest part of the secret's lines that somebody can read in a text. */
function leak(text: string, secret: string): string {
  const all = readings(text);
  const lines = secret.split('\n').filter((line) => !line.startsWith('-----') && line !== '');
  for (const line of lines)
    for (let start = 0; start + crumb < line.length; start += 1) {
      const part = line.slice(start, start + crumb + 1);
      if (all.some((reading) => reading.includes(part))) return part;
    }
  return '';
}

describe('the corpus', () => {
  test('has twenty shapes in twenty-five encodings, each of which tells its secret', () => {
    expect(Object.keys(shapes)).toHaveLength(20);
    expect(Object.keys(encodings)).toHaveLength(25);
    const mute = every.filter(({ secret, encode }) => leak(encode(secret), secret) === '');
    expect(mute.map(({ shape, encoding }) => `${shape}, ${encoding}`)).toEqual([]);
  });

  test.each(Object.keys(encodings))('leaks nothing as %s', (encoding) => {
    const leaks = every
      .filter((each) => each.encoding === encoding)
      .flatMap(({ shape, secret, encode }) => {
        const found = leak(redactorOf(secret).text(encode(secret)), secret);
        return found === '' ? [] : [`${shape}: ${found}`];
      });
    expect(leaks).toEqual([]);
  });

  test.each(Object.keys(encodings))('leaks nothing as %s in the middle of an object', (encoding) => {
    const leaks = every
      .filter((each) => each.encoding === encoding)
      .flatMap(({ shape, secret, encode }) => {
        const object = { message: `it said ${encode(secret)} and died`, lines: [encode(secret)] };
        const found = leak(JSON.stringify(redactorOf(secret).object(object)), secret);
        return found === '' ? [] : [`${shape}: ${found}`];
      });
    expect(leaks).toEqual([]);
  });
});

/** Without what people would see as a key, so that each way has to do its own part. */
const blind: Ways = { ...allWays, patterns: false };

function leaksOf(ways: Ways): number {
  return every.filter(
    ({ secret, encode }) => leak(redactorOf(secret, ways).text(encode(secret)), secret) !== '',
  ).length;
}

describe('a redactor that lacks', () => {
  test('nothing needs no pattern', () => {
    expect(leaksOf(blind)).toBe(0);
  });

  test.each(allWays.escapes)('%s escapes is caught', (missing) => {
    expect(
      leaksOf({ ...blind, escapes: allWays.escapes.filter((name) => name !== missing) }),
    ).toBeGreaterThan(0);
  });

  test.each(['wrapped', 'base64'] as const)('%s is caught', (missing) => {
    expect(leaksOf({ ...blind, [missing]: false })).toBeGreaterThan(0);
  });
});
