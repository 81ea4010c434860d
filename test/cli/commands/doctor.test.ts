import { describe, expect, test } from 'vitest';
import { doctor } from '../../../src/cli/commands/doctor.js';
import { ExitCode } from '../../../src/errors.js';
import { fake } from '../fake-platform.js';

describe('doctor', () => {
  test('fails if something is wrong, and says what to do', async () => {
    const findings = [
      { name: 'disk', state: 'bad', detail: '1 GiB free', next: 'free some' },
      { name: 'worker', state: 'off', detail: 'does not run' },
    ] as const;
    const result = await doctor(fake({ findings }).context);
    expect(result.exitCode).toBe(ExitCode.environment);
    expect(result.text).toContain('bad disk: 1 GiB free\n      next: Free some.');
  });

  test('what merely does not run is no fault', async () => {
    const findings = [{ name: 'worker', state: 'off', detail: 'does not run' }] as const;
    expect((await doctor(fake({ findings }).context)).exitCode).toBe(ExitCode.ok);
  });
});
