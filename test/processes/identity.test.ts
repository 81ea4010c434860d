import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  identify,
  isAlive,
  parseStat,
  processesWithVariable,
  residentBytes,
  signalProcess,
} from '../../src/processes/identity.js';

const stat = (command: string): string =>
  `42 (${command}) S 1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 20 18446744073709551615`;

describe('parseStat', () => {
  it.each(['node', 'two words', 'a) R 1 (b', '((('])(
    'finds the start time after the command %s',
    (command) => {
      expect(parseStat(stat(command))).toEqual({ state: 'S', startTime: '98765', threads: 1 });
    },
  );

  it('refuses what is no status', () => {
    expect(() => parseStat('nonsense')).toThrow('unreadable process status');
  });
});

describe('identity', () => {
  it('tells this process from one with the same pid', async () => {
    const self = await identify(process.pid);
    expect(self).toBeDefined();
    if (self === undefined) {
      return;
    }
    expect(await isAlive(self)).toBe(true);
    expect(await isAlive({ ...self, startTime: '1' })).toBe(false);
    expect(await isAlive({ ...self, bootId: 'another boot' })).toBe(false);
  });

  it('never signals a stranger who got the pid', async () => {
    const child = spawn('sleep', ['60']);
    try {
      const identity = await identify(child.pid ?? 0);
      expect(identity).toBeDefined();
      if (identity === undefined) {
        return;
      }
      expect(await signalProcess({ ...identity, startTime: '1' }, 'SIGKILL')).toBe(false);
      expect(await isAlive(identity)).toBe(true);
      expect(await signalProcess(identity, 'SIGKILL')).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('takes a process for alive whose first thread has ended, and others hold its ports still', async () => {
    const program =
      'import ctypes, threading, time; threading.Thread(target=time.sleep, args=(60,)).start(); print(flush=True); ctypes.CDLL(None).pthread_exit(None)';
    const child = spawn('python3', ['-c', program]);
    try {
      await once(child.stdout, 'data');
      const state = async () => /\) (\w)/.exec(await readFile(`/proc/${child.pid}/stat`, 'utf8'))?.[1];
      await expect.poll(state).toBe('Z');
      expect(await identify(child.pid ?? 0)).toBeDefined();
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    expect(await identify(child.pid ?? 0)).toBeUndefined();
  });

  it('takes a zombie for dead', async () => {
    const parent = spawn('bash', ['-c', 'sleep 0.05 & echo $!; exec sleep 60']);
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      await expect.poll(() => identify(pid)).toBeUndefined();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('knows nothing of a pid that nobody has', async () => {
    expect(await identify(2 ** 22 + 1)).toBeUndefined();
    expect(await residentBytes(2 ** 22 + 1)).toBe(0);
  });

  it('measures memory in bytes', async () => {
    expect(await residentBytes(process.pid)).toBeGreaterThan(10_000_000);
  });

  it('finds processes by a variable of their environment', async () => {
    const child = spawn('sleep', ['60'], { env: { BIGDATA_TEST_MARK: 'here', PATH: process.env['PATH'] } });
    try {
      await expect.poll(markedProcesses).toEqual([[child.pid, 'here']]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

async function markedProcesses(): Promise<unknown[]> {
  const found = await processesWithVariable('BIGDATA_TEST_MARK');
  return found.map(({ identity, value }) => [identity.pid, value]);
}
