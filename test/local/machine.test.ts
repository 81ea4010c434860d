import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { checkResources, checkSystem } from '../../src/local/machine.js';
import type { Paths } from '../../src/paths.js';

const memory = vi.hoisted(() => ({ total: 64 * 1024 ** 3 }));
vi.mock('node:os', async (original) => ({ ...(await original<object>()), totalmem: () => memory.total }));

let folder: string;
let paths: Paths;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-machine-'));
  paths = {
    root: '/',
    id: '0',
    state: join(folder, 'state'),
    run: '/run/none',
    cache: join(folder, 'cache'),
  };
});

afterEach(async () => {
  vi.restoreAllMocks();
  memory.total = 64 * 1024 ** 3;
  await rm(folder, { recursive: true, force: true });
});

describe('checkSystem', () => {
  it('takes Linux with root', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    expect(() => checkSystem(paths)).not.toThrow();
  });

  it.each([
    { platform: 'darwin', uid: 0, says: 'needs Linux' },
    { platform: 'linux', uid: 1000, says: 'needs root' },
  ] as const)('refuses $platform as user $uid and names the alternative', ({ platform, uid, says }) => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
    vi.spyOn(process, 'getuid').mockReturnValue(uid);
    expect(() => checkSystem(paths)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(says),
        next: expect.stringContaining('--context'),
        exitCode: ExitCode.environment,
      }),
    );
  });

  it('refuses a state folder whose sockets would have no name', () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('linux');
    vi.spyOn(process, 'getuid').mockReturnValue(0);
    const state = `/${'long/'.repeat(20)}`;
    expect(() => checkSystem({ ...paths, state })).toThrow(
      expect.objectContaining({ where: state, next: expect.stringContaining('BIGDATA_STATE') }),
    );
  });
});

describe('checkResources', () => {
  it('takes a machine that has them', async () => {
    await expect(checkResources(paths, 1)).resolves.toBeUndefined();
  });

  it('refuses a full disk and names the folder', async () => {
    await expect(checkResources(paths, 2 ** 60)).rejects.toMatchObject({
      where: paths.state,
      message: expect.stringContaining('of disk are free'),
      unchanged: 'Nothing was changed.',
      exitCode: ExitCode.environment,
    });
  });

  it('refuses little memory', async () => {
    memory.total = 4 * 1024 ** 3;
    await expect(checkResources(paths, 1)).rejects.toMatchObject({
      message: expect.stringContaining('4.0 GiB of memory'),
      next: expect.stringContaining('--context'),
    });
  });
});
