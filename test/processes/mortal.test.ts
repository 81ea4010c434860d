import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { canBeMortal, mortalCommand } from '../../src/processes/mortal.js';
import { identify } from '../../src/processes/identity.js';

describe.runIf(await canBeMortal())('a mortal command', () => {
  it('dies with the process that started it', async () => {
    const [program, ...args] = await mortalCommand('sleep', ['60']);
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
