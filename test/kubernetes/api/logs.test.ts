import { describe, expect, it } from 'vitest';
import { lastLogLines } from '../../../src/kubernetes/api/logs.js';
import { answer, startFakeApiServer } from '../fake-api-server.js';

describe('last lines', () => {
  const secrets = {
    metadata: {},
    items: [
      { metadata: { name: 'db' }, data: { password: Buffer.from('hunter2-hunter2').toString('base64') } },
    ],
  };
  const log = 'password=hunter2-hunter2\nrefused hunter2-hunter2\npassword=other\n';

  async function linesWith(secretsStatus: number): Promise<string[]> {
    const server = await startFakeApiServer((_, response, { pathname }) =>
      pathname.endsWith('/log')
        ? answer(response, 200, log)
        : answer(response, secretsStatus, secretsStatus === 200 ? secrets : {}),
    );
    try {
      return await lastLogLines(server.rest, { namespace: 'data', pod: 'web', lines: 10 });
    } finally {
      await server.close();
    }
  }

  it('hold no value of a Secret of the namespace, whatever stands before it', async () => {
    expect(await linesWith(200)).toEqual([
      'password=[secret db/password]',
      'refused [secret db/password]',
      'password=…',
    ]);
  });

  it('are redacted by their keys alone where Secrets may not be read', async () => {
    expect(await linesWith(403)).toEqual(['password=…', 'refused hunter2-hunter2', 'password=…']);
  });
});
