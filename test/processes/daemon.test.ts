import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DaemonOptions,
  daemonState,
  fingerprint,
  startDaemon,
  stopDaemon,
  stopRecorded,
} from '../../src/processes/daemon.js';
import { identify, isAlive } from '../../src/processes/identity.js';
import { type DaemonRecord, readRecord, writeRecord } from '../../src/processes/record.js';

let folder: string;
let started: DaemonRecord[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-daemon-'));
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((record) => stopDaemon(record, { signal: 'SIGKILL' })));
  await rm(folder, { recursive: true, force: true });
});

function nodeScript(script: string, env: Record<string, string> = {}): DaemonOptions {
  return {
    name: 'example',
    command: process.execPath,
    args: ['-e', script],
    env,
    logFile: join(folder, 'logs', 'example.log'),
    recordFile: join(folder, 'run', 'example.json'),
  };
}

async function start(options: DaemonOptions): Promise<DaemonRecord> {
  const record = await startDaemon(options);
  started.push(record);
  return record;
}

const forever = 'setInterval(() => {}, 1000)';

describe('startDaemon', () => {
  it('starts, records and logs', async () => {
    const options = nodeScript(`console.log('out'); console.error('err'); ${forever}`);
    const record = await start(options);
    expect(await daemonState(options.recordFile)).toEqual({ status: 'running', record });
    expect(record).toMatchObject({
      name: 'example',
      logFile: options.logFile,
      fingerprint: fingerprint(options),
    });
    const log = (): Promise<string> => readFile(options.logFile, 'utf8');
    await expect.poll(log).toContain('err');
    expect(await log()).toContain('out');
  });

  it('hands down no environment but what is given', async () => {
    process.env['BIGDATA_SECRET_OF_THE_STARTER'] = 'secret';
    try {
      const options = nodeScript(`console.log(Object.keys(process.env).sort().join()); ${forever}`, {
        GIVEN: '1',
      });
      await start(options);
      await expect.poll(() => readFile(options.logFile, 'utf8')).toBe('BIGDATA_DAEMON,GIVEN\n');
    } finally {
      delete process.env['BIGDATA_SECRET_OF_THE_STARTER'];
    }
  });

  it('fails if the program does not exist', async () => {
    const options = { ...nodeScript(''), command: '/nowhere/program' };
    await expect(startDaemon(options)).rejects.toThrow('ENOENT');
    expect(await daemonState(options.recordFile)).toEqual({ status: 'absent' });
  });

  it('tells one that ended at once', async () => {
    const options = nodeScript('process.exit(3)');
    const record = await start(options);
    await expect.poll(() => daemonState(options.recordFile)).toEqual({ status: 'dead', record });
  });

  it('stops the one before whose record was lost', async () => {
    const options = nodeScript(forever);
    const lost = await start(options);
    await rm(options.recordFile);
    await start(options);
    expect(await isAlive(lost)).toBe(false);
  });

  it('leaves another program alone that inherited the mark', async () => {
    const options = nodeScript(
      `require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' }).on('spawn', function () { console.log(this.pid); process.exit() })`,
    );
    await start(options);
    const pid = async (): Promise<number> => Number(await readFile(options.logFile, 'utf8'));
    await expect.poll(pid).toBeGreaterThan(0);
    const child = await identify(await pid());
    expect(child).toBeDefined();
    if (child !== undefined) {
      await start(options);
      expect(await isAlive(child)).toBe(true);
      await stopDaemon(child, { signal: 'SIGKILL' });
    }
  });
});

describe('stopDaemon', () => {
  it('asks first', async () => {
    const options = nodeScript(
      `process.on('SIGTERM', () => { console.log('asked'); process.exit() }); console.log('up'); ${forever}`,
    );
    await start(options);
    await expect.poll(() => readFile(options.logFile, 'utf8')).toContain('up');
    await stopRecorded(options.recordFile);
    expect(await readFile(options.logFile, 'utf8')).toContain('asked');
    expect(await daemonState(options.recordFile)).toEqual({ status: 'absent' });
  });

  it('kills who does not listen', async () => {
    const options = nodeScript(`process.on('SIGTERM', () => {}); console.log('up'); ${forever}`);
    const record = await start(options);
    await expect.poll(() => readFile(options.logFile, 'utf8')).toContain('up');
    await stopDaemon(record, { timeout: 100 });
    expect(await isAlive(record)).toBe(false);
  });

  it.each([{ startTime: '1' }, { bootId: 'before the reboot' }])(
    'spares a stranger with the pid: %j',
    async (stale) => {
      const options = nodeScript(forever);
      const stranger = await start({ ...options, recordFile: join(folder, 'stranger.json') });
      await writeRecord(options.recordFile, { ...stranger, ...stale });
      expect(await daemonState(options.recordFile)).toMatchObject({ status: 'dead' });
      await stopRecorded(options.recordFile);
      expect(await isAlive(stranger)).toBe(true);
    },
  );
});

describe('fingerprint', () => {
  const options: DaemonOptions = {
    name: 'example',
    command: '/bin/example',
    args: ['--flag'],
    env: {},
    logFile: '/log',
    recordFile: '/record',
  };

  it.each([
    { command: '/bin/other' },
    { args: ['--other'] },
    { env: { A: 'b' } },
    { netns: '/run/netns/x' },
    { inputs: 'changed' },
  ])('changes with %j', (change) => {
    expect(fingerprint({ ...options, ...change })).not.toBe(fingerprint(options));
  });

  it('stays with another log file', () => {
    expect(fingerprint({ ...options, logFile: '/other' })).toBe(fingerprint(options));
  });
});

describe('records', () => {
  it.each(['', '{', '[]', '{"pid":"1"}', 'null'])('takes a broken one for none: %s', async (text) => {
    const file = join(folder, 'broken.json');
    await writeFile(file, text);
    expect(await readRecord(file)).toBeUndefined();
    expect(await daemonState(file)).toEqual({ status: 'absent' });
  });
});
