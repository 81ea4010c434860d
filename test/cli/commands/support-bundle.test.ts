import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { supportBundle } from '../../../src/cli/commands/support-bundle.js';
import { ExitCode } from '../../../src/errors.js';
import { readArchive } from '../../support-bundle/archive.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, plan } from '../fake-platform.js';

let folder: string;
let archive: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-bundle-'));
  archive = join(folder, 'help.tar.gz');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const options = (): { file: string; archive: string } => ({ file: 'stack.yaml', archive });

describe('a bundle', () => {
  test('begins with an index, and holds what commands show', async () => {
    const { context } = fake({
      plan: plan(component('minio')),
      secret: 'hunter2-hunter2',
      client: fakeClient({}).client,
    });
    const { exitCode, document } = await supportBundle(context, options());
    expect(exitCode).toBe(ExitCode.ok);
    expect(document).toMatchObject({ file: archive, redacted: true });
    const files = await readArchive(archive);
    expect([...files.keys()][0]).toBe('index.md');
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        'plan.txt',
        'plan.json',
        'status.txt',
        'doctor.txt',
        'versions.json',
        'logs/worker.log',
      ]),
    );
    expect(files.get('plan.txt')).toContain('minio');
  });

  test('holds no secret value', async () => {
    const { context } = fake({ secret: 'hunter2-hunter2' });
    await supportBundle(context, options());
    const files = await readArchive(archive);
    expect(files.get('events.txt')).toBe('the password is [secret minio/rootPassword]\n');
    expect([...files.values()].join('\n')).not.toContain('hunter2');
  });

  test('is its owner’s alone', async () => {
    await supportBundle(fake().context, options());
    expect((await stat(archive)).mode & 0o777).toBe(0o600);
  });

  test('never replaces a file', async () => {
    await writeFile(archive, 'mine');
    await expect(supportBundle(fake().context, options())).rejects.toMatchObject({
      message: 'The file is there already',
      exitCode: ExitCode.usage,
    });
  });

  test('warns where Secrets could not be read', async () => {
    const { text, document } = await supportBundle(fake().context, options());
    expect(text).toContain('read it before you share it');
    expect(document).toMatchObject({ redacted: false });
  });

  test('is written with cluster and Temporal down, and says so', async () => {
    const { context, calls } = fake({ running: false });
    const { exitCode, document } = await supportBundle(context, options());
    expect(exitCode).toBe(ExitCode.ok);
    expect(document).toMatchObject({
      missing: expect.arrayContaining([
        { what: 'objects, logs and releases of the cluster', why: 'the local cluster does not run' },
        { what: 'the histories of operations', why: 'the local Temporal server does not run' },
      ]),
    });
    const files = await readArchive(archive);
    expect(files.get('index.md')).toContain('the local Temporal server does not run');
    expect(files.get('logs/worker.log')).toBe('hello\n');
    expect(calls).not.toContain('collectors.cluster data');
  });

  test('notes what Temporal answers instead of histories', async () => {
    const { context } = fake({ temporalError: new Error('no route to host') });
    await supportBundle(context, options());
    expect((await readArchive(archive)).get('index.md')).toContain(
      'the histories of operations: no route to host',
    );
  });
});
