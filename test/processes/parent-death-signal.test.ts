import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { hasParentDeathSignal, withParentDeathSignal } from '../../src/processes/parent-death-signal.js';
import { identify } from '../../src/processes/identity.js';

describe.runIf(await hasParentDeathSignal())('a command with a parent-death signal', () => {
  it('dies with the process that started it', async () => {
    const [program, ...args] = await withParentDeathSignal('sleep', ['60']);
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(${JSON.stringify(program)}, ${JSON.stringify(args)}, { stdio: 'ignore' });
      setTimeout(() => console.log(child.pid), 500);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    expect(await identify(pid)).toBeDefined();
    parent.kill('SIGKILL');
    await vi.waitUntil(async () => (await identify(pid)) === undefined, { timeout: 5_000 });
  });
});
