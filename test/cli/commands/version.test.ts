import { expect, test } from 'vitest';
import { version } from '../../../src/cli/commands/version.js';
import { ExitCode } from '../../../src/errors.js';
import { fake } from '../fake-platform.js';

test('version tells what runs here', async () => {
  expect(await version(fake().context)).toMatchObject({
    exitCode: ExitCode.ok,
    text: 'bigdata  0.1.0\n',
    document: { bigdata: '0.1.0' },
  });
});
