import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, test } from 'vitest';

import { concealHistory } from '../../src/support/conceal-history.js';
import { concealObject, concealText } from '../../src/support/conceal-object.js';
import { makeRedactor } from '../../src/kubernetes/secrets/redactor.js';
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
      config: { 'fs.s3a.secret.key': 'x2', existingSecret: 'minio', apiToken: 12 },
      text: 'a=1\nspring.password=x3\nb=2',
    };
    expect(concealObject(pod)).toEqual({
      env: [
        { name: 'DB_PASSWORD', value: '…' },
        { name: 'HOST', value: 'db' },
        { name: 'DB_TOKEN', valueFrom: { secretKeyRef: { name: 'db', key: 'token' } } },
      ],
      config: { 'fs.s3a.secret.key': '…', existingSecret: 'minio', apiToken: '…' },
      text: 'a=1\nspring.password=…\nb=2',
    });
  });

  test('a line of a megabyte is masked in no time', () => {
    const started = performance.now();
    expect(concealText(`${'a'.repeat(1_000_000)} password=x`)).toMatch(/password=…$/);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

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
    const text = concealHistory(JSON.stringify(history), makeRedactor(valuesOf(secret)));
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
