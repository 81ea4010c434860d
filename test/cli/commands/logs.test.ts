import { expect, test } from 'vitest';
import { logs } from '../../../src/cli/commands/logs.js';
import { ExitCode } from '../../../src/errors.js';
import { component, fake, plan } from '../fake-platform.js';
import { options } from './installed.js';

test('logs asks kubectl for the pods of the release, and ends as kubectl does', async () => {
  const { context, calls } = fake({ plan: plan(component('kafka', { release: 'broker' })) });
  const wanted = { ...options, component: 'kafka', follow: true, previous: false, tail: 5 };
  const result = await logs(context, wanted);
  expect(calls.at(-1)).toMatch(
    /^\/kubectl --context bigdata-1 --namespace data logs --selector app.kubernetes.io\/instance=broker .*--tail 5 --follow/,
  );
  expect(result.exitCode).toBe(7);
  await expect(logs(context, { ...wanted, component: 'kafak' })).rejects.toMatchObject({
    exitCode: ExitCode.usage,
    next: 'Did you mean "kafka"?',
  });
});
