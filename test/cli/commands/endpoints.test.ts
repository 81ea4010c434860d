import { describe, expect, test } from 'vitest';
import { endpoints } from '../../../src/cli/commands/endpoints.js';
import { component, fake, plan } from '../fake-platform.js';
import { options, twoComponents } from './installed.js';

describe('endpoints', () => {
  test('names the Secret of the credentials, never the credentials', async () => {
    const minio = component('minio', {
      endpoints: [
        {
          name: 'console',
          service: 'minio-console',
          port: 9001,
          protocol: 'http',
          credentials: { secret: 'minio', keys: ['rootUser', 'rootPassword'] },
        },
      ],
    });
    const { context } = fake({ plan: plan(minio), services: { 'minio-console': '10.0.0.9' } });
    const result = await endpoints(context, options);
    expect(result.text).toContain('http://10.0.0.9:9001/');
    expect(result.text).toContain('credentials: keys rootUser, rootPassword of Secret data/minio');
    expect(JSON.stringify(result)).not.toContain('user of minio');
    const shown = await endpoints(context, { ...options, showCredentials: true });
    expect(shown.text).toContain('credentials: rootUser user of minio, rootPassword hunter2');
  });

  test('leaves out what is not installed', async () => {
    const { context } = fake({ plan: twoComponents });
    expect((await endpoints(context, options)).document).toEqual({ endpoints: [] });
  });
});
