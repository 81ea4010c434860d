/**
 * Credentials that are replaced while clients use them, through the command line on the local cluster.
 *
 * @components volumes minio metastore presto
 */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { connect } from '../../src/kubernetes/api/connect.js';
import { Patch, type Rest } from '../../src/kubernetes/api/rest.js';
import type { Secret } from '../../src/kubernetes/secrets/values.js';
import { ChangingStack, type Components } from './changing-stack.js';

const name = 'secret-rotation';
const components: Components = { volumes: {}, minio: {}, metastore: {}, presto: {} };
const readers = ['minio', 'metastore', 'presto'];

let stack: ChangingStack;
let rest: Rest;

beforeAll(async () => {
  stack = await ChangingStack.prepare(
    name,
    { program: 's3-load', where: ['minio:9000'], secret: 'minio' },
    { program: 'presto-load', where: ['http://presto:8080'] },
  );
  ({ rest } = await connect({ kubeconfig: stack.bigdata.kubeconfig }));
});

afterAll(async () => await stack?.remove());

const path = `/api/v1/namespaces/${name}/secrets/minio`;
const secret = async () => (await rest.json<Secret>({ path })).data ?? {};
const pods = async () => await Promise.all(readers.map((each) => stack.pods(each)));

/** What `plan` would do with each. */
async function changes(): Promise<object> {
  const { stdout } = await stack.plan(components, '--output', 'json');
  return (JSON.parse(stdout) as { readonly changes: object }).changes;
}

test('are rotated without a loss, and the old ones are valid until nothing uses them', async () => {
  await stack.up(components, 'presto');
  for (const each of stack.loads) await each.start();
  const before = await secret();
  const [minio = [], ...others] = await pods();
  // Its server has been replaced, and what reads the credentials has not.
  const isMidway = async () => (await stack.pods('minio')).every((each) => !minio.includes(each));
  await stack.rotateWithoutEnd('minio', isMidway);
  const midway = await secret();
  expect(midway).toMatchObject({
    previousAccessKey: before['accessKey'],
    previousSecretKey: before['secretKey'],
    rootUser: before['rootUser'],
  });
  // The client is not of the stack, and nobody knows what it has read.
  const waiting = await stack.rotate('minio');
  expect(waiting.stdout).toContain('these started before there were new ones: Pod/s3-load-run.');
  expect(waiting.exitCode).toBe(1);
  expect(await secret()).toEqual(midway);
  const done = await stack.rotate('minio', '--yes');
  expect(done.stdout).toContain('its old credentials are no longer valid');
  expect(done.exitCode).toBe(0);
  const { accessKey = '', secretKey = '', rootUser = '', rootPassword = '' } = before;
  expect(await secret()).toEqual({
    accessKey: midway['accessKey'],
    secretKey: midway['secretKey'],
    rootUser,
    rootPassword,
  });
  expect([accessKey, secretKey]).not.toContain(midway['secretKey']);
  const after = await pods();
  expect(
    after
      .slice(1)
      .flat()
      .filter((each) => others.flat().includes(each)),
  ).toEqual([]);
  expect(await changes()).toEqual({ volumes: 'none', minio: 'none', metastore: 'none', presto: 'none' });
  await stack.verify();

  const [objects, queries] = await Promise.all(stack.loads.map((each) => each.stop()));
  process.stdout.write(`rotated credentials, under load: ${JSON.stringify({ objects, queries })}\n`);
  expect(objects).toMatchObject({ lost: 0 });
  expect(objects?.['acknowledged']).toBeGreaterThan(1_000);
  // Its three writers and its reader had the old ones until they were refused.
  expect(objects?.['refused']).toBeGreaterThan(3);
  // The only coordinator is replaced once, and each of three clients waits for one query.
  expect(queries?.['lost']).toBeLessThanOrEqual(3);
  expect(queries?.['answered']).toBeGreaterThan(50);
});

test('that somebody else changes are read by what uses them, and by nothing else', async () => {
  const before = await pods();
  // Only the server reads it.
  const data = { rootPassword: Buffer.from('changed-by-another-hand').toString('base64') };
  await rest.json({ method: 'PATCH', path, contentType: Patch.merge, body: { data } });
  expect(await changes()).toEqual({ volumes: 'none', minio: 'repair', metastore: 'none', presto: 'none' });
  await stack.up(components, 'minio');
  const after = await pods();
  expect(after[0]).not.toEqual(before[0]);
  expect(after.slice(1)).toEqual(before.slice(1));
  await stack.verify();
  expect(await changes()).toEqual({ volumes: 'none', minio: 'none', metastore: 'none', presto: 'none' });
});
