import { describe, expect, test } from 'vitest';

import { growsLinearly } from '../support/growth.js';
import { type SecretValue, makeRedactor } from '../../src/redaction/redactor.js';

function value(text: string | Buffer, key = 'password', secret = 'minio'): SecretValue {
  return { secret, key, bytes: Buffer.from(text as string) };
}

function redact(text: string, ...values: SecretValue[]): string {
  return makeRedactor(values).text(text);
}

const password = 'p4ss"w\\rd/+~ü';
const label = '[secret minio/password]';

describe('a value', () => {
  test.each([
    ['as it is', password, label],
    ['in the middle', `x${password}y${password}`, `x${label}y${label}`],
    ['in a string of JSON', JSON.stringify({ a: password }), `{"a":"${label}"}`],
    [
      'in a string of JSON within another one',
      JSON.stringify({ a: JSON.stringify({ b: password }) }),
      `{"a":"{\\"b\\":\\"${label}\\"}"}`,
    ],
    ['in base64', Buffer.from(password).toString('base64'), label],
    ['in base64 of addresses', Buffer.from(password).toString('base64url'), label],
    ['in an address', `http://h/?p=${encodeURIComponent(password)}&q=1`, `http://h/?p=${label}&q=1`],
  ])('is found %s', (_, text, wanted) => {
    expect(redact(text, value(password))).toBe(wanted);
  });

  test.each(['u:', 'us:', 'use:', 'user:'])('is found in the base64 of %s and itself', (user) => {
    const text = Buffer.from(`${user}${password}@host`).toString('base64');
    const redacted = redact(text, value(password));
    expect(redacted).toContain(label);
    expect(Buffer.from(redacted.replace(label, ''), 'base64').toString()).not.toContain(password.slice(2, 8));
  });

  test('of several lines is found as a whole, escaped, and line by line with another indentation', () => {
    const key = '-----BEGIN KEY-----\nMIIBVgIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n';
    expect(redact(`a ${key}b`, value(key))).toBe(`a ${label}b`);
    expect(redact(JSON.stringify(key), value(key))).toBe(`"${label}"`);
    const indented = redact(key.replaceAll('\n', '\n    '), value(key));
    expect(indented).not.toMatch(/MIIB|hkiG/);
  });

  test('that ends with a line break is found without it', () => {
    expect(redact('got secret-7 here', value('secret-7\n'))).toBe(`got ${label} here`);
  });

  test('that is no text is found in base64', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0, 1, 2, 3, 0x80]);
    expect(redact(`data: ${bytes.toString('base64')}`, value(bytes))).toBe(`data: ${label}`);
  });

  test('of less than six characters is left, as it would be found everywhere', () => {
    expect(redact('admin and root', value('admin'), value('root'))).toBe('admin and root');
    expect(redact('admin1', value('admin1'))).toBe(label);
  });

  test('is not looked for in what stands for another one', () => {
    expect(redact('abcdefgh', value('abcdefgh'), value('minio/p', 'other'))).toBe(label);
  });
});

describe('values that overlap', () => {
  test('leave no rest of either', () => {
    expect(redact('-abcdefghij-', value('abcdefgh', 'a'), value('efghij', 'b'))).toBe(
      '-[secret minio/a, minio/b]-',
    );
  });

  test('one within another: the longer names the place', () => {
    const values = [value('token123', 'short'), value('xx-token123-yy', 'long')];
    expect(redact('xx-token123-yy token123', ...values)).toBe('[secret minio/long] [secret minio/short]');
  });

  test('with themselves are replaced as one', () => {
    expect(redact('ababababab', value('abababab'))).toMatch(
      /^\[secret minio\/password(, minio\/password)*\]$/,
    );
  });

  test('that are the same in two Secrets name both', () => {
    const text = redact('shared-value', value('shared-value', 'a', 'one'), value('shared-value', 'b', 'two'));
    expect(text).toBe('[secret one/a, two/b]');
  });
});

describe('what is cut off', () => {
  test('is found by its beginning', () => {
    const secret = value('correct-horse-battery');
    expect(redact('tried correct-horse…', secret)).toBe(`tried ${label}…`);
    expect(redact('tried correct-horse', secret)).toBe('tried correct-horse');
    expect(redact('tried corr…', secret)).toBe('tried corr…');
  });
});

describe('the parts of a value', () => {
  test.each([
    ['properties', 'user=me\nminio.password = s3cr3t-word\nport=1', 's3cr3t-word'],
    ['YAML', 'users:\n  - name: me\n    token: "abc def ghi"\n', 'abc def ghi'],
    ['JSON', '{"auths":{"r":{"password":"x1y2z3w4"}}}', 'x1y2z3w4'],
    ['an address', 'postgres://me:qwe@rty12@db/x', 'qwe@rty12'],
  ])('are found without it: %s', (_, file, secret) => {
    expect(redact(`tried ${secret} thrice`, value(file, 'config'))).toBe(
      'tried [secret minio/config] thrice',
    );
  });
});

describe('names', () => {
  test('of users, hosts and databases are no secrets, unless they look like some', () => {
    const values = [
      value('postgres', 'user'),
      value('data-lake', 'database'),
      value('q7Zt0vKd4R', 'rootUser'),
    ];
    expect(redact('postgres of data-lake, q7Zt0vKd4R', ...values)).toBe(
      'postgres of data-lake, [secret minio/rootUser]',
    );
  });

  test('are texts: whatever stands below a key such as status is redacted', () => {
    const pod = {
      status: { state: { message: 'tried p4ssw0rd-7', type: { why: ['p4ssw0rd-7'] } }, phase: 'Failed' },
    };
    expect(makeRedactor([value('p4ssw0rd-7')]).object(pod)).toEqual({
      status: { state: { message: `tried ${label}`, type: { why: [label] } }, phase: 'Failed' },
    });
  });

  test('are none where people put what they like', () => {
    const objects = { data: { name: 'p4ssw0rd-7' }, facts: { type: 'p4ssw0rd-7' }, why: 'it was p4ssw0rd-7' };
    expect(makeRedactor([value('p4ssw0rd-7')]).object(objects)).toEqual({
      data: { name: label },
      facts: { type: label },
      why: `it was ${label}`,
    });
  });

  test('stay, also if somebody has one of them as a password', () => {
    const pod = {
      kind: 'Pod',
      metadata: { name: 'postgres', labels: { app: 'postgres' } },
      text: 'postgres',
    };
    expect(makeRedactor([value('postgres')]).object(pod)).toEqual({ ...pod, text: label });
  });
});

test('the work grows with the text alone, however many secrets there are', { timeout: 120_000 }, () => {
  const values = Array.from({ length: 200 }, (_, index) =>
    value(`secret-${index}-${'x'.repeat(40)}`, `${index}`),
  );
  const line =
    'INFO 2026-01-01T10:00:00 [main] o.a.z.Server: {"a":"b\\"c","path":"/var/lib/%20x/AbCdEfGhIjKl=="}\n';
  expect(growsLinearly((lines) => redact(line.repeat(lines), ...values), 2_500)).toBe(true);
});

test('without values a text stays the same', () => {
  expect(redact('anything')).toBe('anything');
});
