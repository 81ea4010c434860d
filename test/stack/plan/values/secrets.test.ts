import { expect, test } from 'vitest';
import { parseDocument } from '../../../../src/stack/files/document/source-document.js';
import type { Values } from '../../../../src/stack/plan/plan-types.js';
import { findSecrets } from '../../../../src/stack/plan/values/secrets.js';

function secretsIn(text: string): (number | undefined)[] {
  const document = parseDocument('/values.yaml', text);
  return findSecrets(document, [], document.data as Values).map(({ line }) => line);
}

test.each([
  'password: x',
  'rootPassword: x',
  'ROOT_PASSWORD: x',
  'secretKey: x',
  'accessKey: x',
  'AWS_ACCESS_KEY_ID: x',
  'aws-secret-access-key: x',
  'token: x',
  'apiTokens: [x]',
  'password: { value: x }',
  'password2: x',
  'env: [{ name: DB_PASSWORD, value: x }]',
  'url: s3://user:word@host/bucket',
  'passwords: { alice: x }',
  'clientSecret: x',
  'encryptionKey: x',
  'sasl.jaas.config: x',
  'nifi.sensitive.props.key: x',
  'dsn: x',
  'pass: x',
])('%s is a secret', (text) => {
  expect(secretsIn(text)).toEqual([1]);
});

test.each([
  'password: ""',
  'password: null',
  'existingSecret: minio',
  'passwordSecret: minio',
  'secretKeyRef: minio',
  'tokenName: minio',
  'passwordKey: root-password',
  'password: { existingSecret: minio, key: password }',
  'password: { secretKeyRef: { name: minio, key: password } }',
  'automountServiceAccountToken: false',
  'env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: a, key: b } } }]',
  'env: [{ name: DB_HOST, value: x }]',
  'url: http://host:8080/path@2',
  'url: s3://bucket/key',
  'tokenizer: x',
  'bypass: x',
  'credentials: { existingSecret: minio, user: me }',
  'keyboard: x',
])('%s is none', (text) => {
  expect(secretsIn(text)).toEqual([]);
});
