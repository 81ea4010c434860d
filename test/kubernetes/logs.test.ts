import { expect, it } from 'vitest';
import { concealSecrets } from '../../src/kubernetes/logs.js';

it.each([
  ['password=hunter2', 'password=…'],
  ['MINIO_ROOT_PASSWORD: "a b" user=me', 'MINIO_ROOT_PASSWORD: … user=me'],
  ['{"secretKey":"abc","port":1}', '{"secretKey":…,"port":1}'],
  ['fs.s3a.access.key = AKIA', 'fs.s3a.access.key = …'],
  ['Authorization: Bearer eyJhbGciOi.x.y', 'Authorization: …'],
  ['http://user:pw@host/path', 'http://…@host/path'],
  ['token bucket is full', 'token bucket is full'],
  ['keys=3 values=4', 'keys=3 values=4'],
])('%s', (line, expected) => {
  expect(concealSecrets(line)).toBe(expected);
});
