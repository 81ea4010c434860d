import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { connect } from '../../../src/cli/commands/connect.js';
import { ExitCode } from '../../../src/errors.js';
import { freePort } from '../../../src/processes/ports.js';
import { component, fake, plan } from '../fake-platform.js';
import { options } from './installed.js';

const credentials = { secret: 'minio', keys: ['rootUser', 'rootPassword'] };
const minio = component('minio', {
  endpoints: [
    { name: 's3', service: 'minio', port: 9000, protocol: 'http' },
    { name: 'console', service: 'minio', port: 9001, protocol: 'http', path: '/login', credentials },
  ],
});
const installed = { plan: plan(minio), services: { minio: '10.0.0.9' } };
const wanted = { ...options, component: 'minio' };

test('an endpoint of the local cluster is reached as it is', async () => {
  const { context, calls } = fake(installed);
  expect((await connect(context, wanted)).text).toBe('minio s3: http://10.0.0.9:9000/\n');
  const page = await connect(context, { ...wanted, endpoint: 'console' });
  expect(page.text).toBe(
    'minio console: http://10.0.0.9:9001/login\ncredentials: keys rootUser, rootPassword of Secret data/minio\n',
  );
  expect(page.document).toMatchObject({ address: 'http://10.0.0.9:9001/login' });
  const shown = await connect(context, { ...wanted, endpoint: 'console', showCredentials: true });
  expect(shown.text).toContain('rootPassword hunter2');
  expect(calls.filter((call) => call.startsWith('/kubectl'))).toEqual([]);
});

test('a port that is named is forwarded', async () => {
  const { context, calls, lines } = fake(installed);
  const port = await freePort();
  const result = await connect(context, { ...wanted, endpoint: 'console', port });
  expect(lines.join('\n')).toContain(`http://127.0.0.1:${port}/login`);
  expect(calls.at(-1)).toBe(
    `/kubectl --context bigdata-1 --namespace data port-forward service/minio ${port}:9001`,
  );
  expect(result.exitCode).toBe(7);
});

test('on another cluster a port is forwarded, which is a free one where that of the Service is taken', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const taken = component('minio', {
      endpoints: [{ name: 's3', service: 'minio', port, protocol: 's3' }],
    });
    const { context, calls } = fake({ ...installed, plan: plan(taken) });
    await connect(context, { ...wanted, context: 'production' });
    const [, here, there] = /service\/minio (\d+):(\d+)$/.exec(calls.at(-1) ?? '') ?? [];
    expect(there).toBe(String(port));
    expect(here).not.toBe(String(port));
    await expect(connect(context, { ...wanted, port })).rejects.toMatchObject({
      exitCode: ExitCode.environment,
      where: `127.0.0.1:${port}, from --port`,
    });
  } finally {
    server.close();
  }
});

test('what is not there is named, with what there is', async () => {
  const { context } = fake({ plan: plan(minio, component('spark')) });
  await expect(connect(context, wanted)).rejects.toMatchObject({
    message: 'minio is not installed',
    exitCode: ExitCode.failed,
  });
  await expect(connect(context, { ...wanted, endpoint: 'consol' })).rejects.toMatchObject({
    message: 'minio has no endpoint consol',
    next: 'Did you mean "console"?',
    exitCode: ExitCode.usage,
  });
  await expect(connect(context, { ...options, component: 'spark' })).rejects.toMatchObject({
    message: 'spark has no endpoint',
  });
});
