/** What a test run starts ends with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

const programs = join(import.meta.dirname, '..', '..', 'bin', 'tests', 'programs.mjs');

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)('a child ends with the run that %s ends', async (signal) => {
  const child = 'console.log(process.pid); setInterval(() => {}, 1_000)';
  const script = `
    import { Programs } from ${JSON.stringify(programs)};
    await new Programs('/', process.env).node('--eval', [${JSON.stringify(child)}]);
  `;
  const run = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(run.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  run.kill(signal);
  await once(run, 'close');
  await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
});
