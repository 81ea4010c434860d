import { describe, expect, test } from 'vitest';
import { explain } from '../../../src/cli/commands/explain.js';
import { ExitCode } from '../../../src/errors.js';
import { fake } from '../fake-platform.js';
import { twoComponents } from './installed.js';

describe('explain', () => {
  test('says of a cause what it means and what to do, and of all what they are', async () => {
    const { context } = fake({ plan: twoComponents });
    const one = await explain(context, 'ClaimPending');
    expect(one.text).toContain('ClaimPending: a claim has no StorageClass');
    expect(one.document).toMatchObject({
      cause: 'ClaimPending',
      next: expect.stringContaining('volumes') as string,
    });
    expect(await explain(context, 'claimpending')).toEqual(one);
    expect((await explain(context, undefined)).text.split('\n').length).toBeGreaterThan(50);
    await expect(explain(context, 'ClaimPendin')).rejects.toMatchObject({
      next: 'Did you mean "ClaimPending"?',
      exitCode: ExitCode.usage,
    });
  });
});
