import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, test } from 'vitest';

import { growsLinearly } from '../support/growth.js';
import { makeRedactor } from '../../src/redaction/redactor.js';
import { valuesOf, withoutValues } from '../../src/kubernetes/secrets/values.js';

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: { name: 'minio', annotations: { last: '{"data":{"rootPassword":"aGVsbG8td29ybGQ="}}' } },
  data: { rootPassword: 'aGVsbG8td29ybGQ=' },
  stringData: { plain: 'open' },
};

describe('a Secret', () => {
  test('appears with keys and sizes alone', () => {
    expect(withoutValues(secret)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: 'minio' },
      keys: { rootPassword: '11 bytes', plain: '4 bytes' },
    });
  });

  test('gives its values', () => {
    expect(valuesOf(secret).map(({ key, bytes }) => [key, bytes.toString()])).toEqual([
      ['rootPassword', 'hello-world'],
      ['plain', 'open'],
    ]);
  });
});

describe('an object', () => {
  test('keeps no value of a key that looks like a password', () => {
    const pod = {
      env: [
        { name: 'DB_PASSWORD', value: 'x1' },
        { name: 'HOST', value: 'db' },
        { name: 'DB_TOKEN', valueFrom: { secretKeyRef: { name: 'db', key: 'token' } } },
      ],
      config: { 'fs.s3a.secret.key': 'x2', existingSecret: 'minio', apiToken: 123456, wrongPassword: 403 },
      text: 'a=1\nspring.password=x3\nb=2',
    };
    expect(makeRedactor([]).object(pod)).toEqual({
      env: [
        { name: 'DB_PASSWORD', value: '…' },
        { name: 'HOST', value: 'db' },
        { name: 'DB_TOKEN', valueFrom: { secretKeyRef: { name: 'db', key: 'token' } } },
      ],
      config: { 'fs.s3a.secret.key': '…', existingSecret: 'minio', apiToken: '…', wrongPassword: 403 },
      text: 'a=1\nspring.password=…\nb=2',
    });
  });

  test('keeps no argument of an option that looks like a password', () => {
    const args = ['server', '--root-password', 'x1', '--port', '9000', '--token=x2'];
    expect(makeRedactor([]).object({ args })).toEqual({
      args: ['server', '--root-password', '…', '--port', '9000', '--token=…'],
    });
  });

  test('keeps nothing below a key that holds passwords, but whose they are and where', () => {
    const values = {
      passwords: { alice: 'x1', bob: ['x2'] },
      credentials: { user: 'minio', existingSecret: 'minio', key: 'root', code: 'x3' },
      clientSecret: 'x4',
      encryptionKey: 'x5',
      'sasl.jaas.config': 'x6',
      'nifi.sensitive.props.key': 'x7',
      dsn: 'x8',
      pass: 'x9',
    };
    const text = JSON.stringify(makeRedactor([]).object(values));
    expect(text).not.toMatch(/x\d/);
    expect(text).toContain('"user":"minio","existingSecret":"minio","key":"root"');
  });

  test('the work grows with the length of a line', { timeout: 120_000 }, () => {
    expect(growsLinearly(redactLine, 250_000)).toBe(true);
  });
});

function redactLine(length: number): void {
  expect(makeRedactor([]).text(`${'a'.repeat(length)} password=x`)).toMatch(/password=…$/);
}

function data(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

describe('a history', () => {
  const encoding = Buffer.from('json/plain').toString('base64');
  const history = {
    events: [
      {
        eventId: '1',
        eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
        workflowExecutionStartedEventAttributes: {
          workflowType: { name: 'installStack' },
          input: { payloads: [{ metadata: { encoding }, data: data({ said: 'he said "hello-world"' }) }] },
        },
      },
      {
        eventId: '2',
        eventType: 'EVENT_TYPE_ACTIVITY_TASK_FAILED',
        activityTaskFailedEventAttributes: { failure: { message: 'cannot use hello-world' } },
      },
    ],
  };

  test('is clean within its payloads too, and still a history', () => {
    const text = makeRedactor(valuesOf(secret)).history(JSON.stringify(history));
    const read = historyFromJSON(JSON.parse(text));
    const [started, failed] = read.events ?? [];
    const payload = started?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
    expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toEqual({
      said: 'he said "[secret minio/rootPassword]"',
    });
    expect(failed?.activityTaskFailedEventAttributes?.failure?.message).toBe(
      'cannot use [secret minio/rootPassword]',
    );
  });
});
