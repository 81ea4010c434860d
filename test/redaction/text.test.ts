import { describe, expect, it } from 'vitest';

import { growsLinearly } from '../support/growth.js';
import { redactText } from '../../src/redaction/text.js';

describe('what stands where secrets do is redacted', () => {
  it.each([
    ['password=hunter2', 'password=…'],
    ['MINIO_ROOT_PASSWORD: "a b" user=me', 'MINIO_ROOT_PASSWORD: … user=me'],
    ['{"secretKey":"abc","port":1}', '{"secretKey":…,"port":1}'],
    ['fs.s3a.access.key = AKIA', 'fs.s3a.access.key = …'],
    ['Authorization: Bearer eyJhbGciOi.x.y', 'Authorization: …'],
    ['http://user:pw@host/path', 'http://…@host/path'],
    ['token bucket is full', 'token bucket is full'],
    ['keys=3 values=4', 'keys=3 values=4'],
    ['password=pa55,word1234', 'password=…'],
    ['user=me,password=pa55,word1234,host=db', 'user=me,password=…,host=db'],
    [String.raw`{"password":"ab\"cdefghij"}`, '{"password":…}'],
    [
      String.raw`{"m":"{\"password\":\"ab\\\"cdef\",\"port\":1}"}`,
      String.raw`{"m":"{\"password\":…,\"port\":1}"}`,
    ],
    ["password: 'it''s-one' # old", 'password: … # old'],
    ['password: correct horse battery', 'password: …'],
    ['login failed, password: correct horse battery', 'login failed, password: …'],
    ['dsn: root:pa@ssw0rd!x@db', 'dsn: …'],
    ['connect root:pa@ssw0rd!x@db', 'connect …@db'],
    ['mysql://root:pa@ssw0rd!x@db:3306/a', 'mysql://…@db:3306/a'],
    ['passwords: {alice: a1b2c3, bob: {old: x}} rest=1', 'passwords: … rest=1'],
    ['credentials=[a, "b]c"] x', 'credentials=… x'],
    ['clientSecret: abc def', 'clientSecret: …'],
    ['encryptionKey=0123', 'encryptionKey=…'],
    ['sasl.jaas.config=org.Plain required username="a" password="b";', 'sasl.jaas.config=…'],
    ['nifi.sensitive.props.key=abc', 'nifi.sensitive.props.key=…'],
    ['DB_PASS=abc', 'DB_PASS=…'],
    ['passwords:\n  alice: a1\n  bob: b2\nport: 1', 'passwords:\n  …\nport: 1'],
    ['password: |\n  first\n  second\nport: 1', 'password: |\n  …\nport: 1'],
    ['mc alias set --secret-key "a b" http://h', 'mc alias set --secret-key … http://h'],
    ['<password>a&amp;b</password>', '<password>…</password>'],
    ['<name>fs.s3a.secret.key</name><value>abc</value>', '<name>fs.s3a.secret.key</name><value>…</value>'],
    ['sent Bearer abcdefghij.klm to x', 'sent Bearer … to x'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def.', 'jwt ….'],
    [
      '-----BEGIN PRIVATE KEY-----\nMIIB\nxyz\n-----END PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----…-----END PRIVATE KEY-----',
    ],
    ['Cookie: a=b; c=d', 'Cookie: …'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});

describe('what tells what is wrong stays', () => {
  it.each([
    'failed to fetch token: serviceaccounts "x" not found',
    'secret "minio-credentials" not found',
    "couldn't find key password in Secret demo/minio",
    'references non-existent secret key: rootPassword',
    'MountVolume.SetUp failed for volume "creds" : secret "minio-credentials" not found',
    'MountVolume.SetUp failed for volume "secret" : secret "late" not found',
    'MountVolume.SetUp failed for volume "db-password" : secret "db-password" not found',
    'secrets "db-password": is forbidden',
    'image bigdata.local/kafka:3.9@sha256:abcdef is not there',
    'controller.quorum.voters=0@kafka-0.kafka:9093,1@kafka-1.kafka:9093',
    'http://host:8080/path@2',
    'GET /api/v1/namespaces/data/secrets: 503 Service Unavailable',
    'token bucket is full',
    'Invalid token: expected a comma',
    'keys=3 values=4',
    'passes: 3',
    'at org.apache.Password(Password.java:12)',
    '2026-01-01T10:00:00 dial tcp 10.0.0.1:9092: connect: connection refused',
  ])('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

it.each(['a', ' ', 'token.', 'password=', '"', '\\', 'a:', '<name>', '-', '://a:'])(
  'the work grows with the text, also with one that is all %s',
  { timeout: 120_000 },
  (part) => {
    expect(growsLinearly((times) => redactText(part.repeat(times)), 250_000 / part.length)).toBe(true);
  },
);
