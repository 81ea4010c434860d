/**
 * Components that fail for good, and what people decide about them, through the command line on the local cluster.
 *
 * @components none
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import type { OpenDecision } from '../../src/cli/render/decisions.js';
import { ExitCode } from '../../src/errors.js';
import { clonePaths } from '../../src/paths.js';
import { isAlive, signalProcess } from '../../src/processes/identity.js';
import { readRecord } from '../../src/processes/record.js';
import type { OperationState } from '../../src/stack/operation-types.js';
import { ensureActorImage, writeActorFolder } from '../support/actor.js';
import { Bigdata } from './bigdata.js';

interface UpDocument extends OperationState {
  readonly unchanged: boolean;
  readonly workflowId: string;
  readonly decisions?: readonly OpenDecision[];
}

interface StatusDocument {
  readonly operation: object | null;
  readonly decisions: readonly OpenDecision[];
}

const bigdata = new Bigdata(clonePaths().state);
let folder: string;
let image: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  image = await ensureActorImage(clonePaths());
  await writeActorFolder(folder, 'base');
  await writeActorFolder(folder, 'store', { needs: ['base'] });
  await writeActorFolder(folder, 'queue', { needs: ['base'] });
  await writeActorFolder(folder, 'front', { needs: ['queue'] });
});

afterAll(async () => {
  const file = await stackFile('last.yaml', {});
  await bigdata.run('abort', '-f', file);
  await bigdata.run('uninstall', '-f', file, '--delete-data', '--yes');
  await rm(folder, { recursive: true, force: true });
});

/** No node has it. */
const absent = 'bigdata.local/absent:1';

/** The store stands alone, and the front needs the queue. */
async function stackFile(
  name: string,
  images: { readonly queue?: string; readonly store?: string; readonly storeHook?: readonly string[] },
): Promise<string> {
  const file = join(folder, name);
  const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
  const components = {
    base: { values: { image, tests, kind: 'Deployment' } },
    store: { values: { image: images.store ?? image, tests, hook: images.storeHook ?? [] } },
    queue: { values: { image: images.queue ?? image, tests } },
    front: { values: { image, tests } },
  };
  const componentFolders = [join(folder, 'components')];
  await writeFile(
    file,
    stringify({ name: 'decisions', namespace: 'decisions', componentFolders, components }),
  );
  return file;
}

function phases({ components }: OperationState): Record<string, string> {
  return Object.fromEntries(components.map(({ name, phase }) => [name, phase]));
}

const allProven = { base: 'proven', store: 'proven', queue: 'proven', front: 'proven' };

async function upJson(...args: string[]): Promise<{ exitCode: number; document: UpDocument }> {
  const { exitCode, stdout } = await bigdata.run('up', '--output', 'json', ...args);
  return { exitCode, document: JSON.parse(stdout) as UpDocument };
}

async function killWorkers(): Promise<void> {
  const workers = join(clonePaths().state, 'workers');
  for (const file of (await readdir(workers)).filter((name) => name.endsWith('.json'))) {
    const record = await readRecord(join(workers, file));
    if (record === undefined || !(await signalProcess(record, 'SIGKILL'))) continue;
    await expect.poll(() => isAlive(record)).toBe(false);
  }
}

describe.sequential('a component that fails for good', () => {
  let broken: string;

  beforeAll(async () => {
    broken = await stackFile('broken.yaml', { queue: absent });
  });

  test('waits for a decision, while the independent ones finish', async () => {
    const { exitCode, document } = await upJson('-f', broken);
    expect(exitCode).toBe(ExitCode.decision);
    expect(phases(document)).toEqual({
      base: 'proven',
      store: 'proven',
      queue: 'deciding',
      front: 'waiting',
    });
    const queue = document.components.find(({ name }) => name === 'queue');
    expect(JSON.stringify(queue?.cause)).toContain(absent);
    expect(document.decisions).toEqual([
      {
        component: 'queue',
        retry: `bigdata retry queue -f ${broken}`,
        skip: `bigdata skip queue -f ${broken}`,
        abort: `bigdata abort -f ${broken}`,
      },
    ]);
  });

  test('is shown by status, and the same up attaches to what waits', async () => {
    const { exitCode, stdout } = await bigdata.run('status', '-f', broken);
    expect(exitCode).toBe(ExitCode.ok);
    expect(stdout).toMatch(/queue +.*failed, waits for a decision/);
    expect(stdout).toContain(`bigdata skip queue -f ${broken}`);
    expect(stdout).toContain(`\`bigdata status --follow -f ${broken}\` watches`);

    const again = await bigdata.run('up', '-f', broken);
    expect(again.exitCode).toBe(ExitCode.decision);
    expect(again.stdout).toContain('Attached to the install that runs since');
  });

  test('takes no decision that makes no sense', async () => {
    const refused: [string[], RegExp][] = [
      [['skip', 'store'], /store does not wait for a decision: it is proven/],
      [['skip', 'front'], /front does not wait for a decision: it waits for its turn/],
      [['skip', 'queu'], /did you mean "queue"/],
      [['retry', 'queu'], /did you mean "queue"/],
      [['retry', 'queue', '--set', 'replicas=two'], /--set replicas:.*"replicas"/],
      [['retry', 'queue', '--set', 'environment.DB_PASSWORD=hunter2'], /holds a secret/],
    ];
    for (const [args, reason] of refused) {
      const { exitCode, stderr } = await bigdata.run(...args, '-f', broken);
      expect(exitCode, stderr).toBe(ExitCode.usage);
      expect(stderr).toMatch(reason);
      expect(stderr).not.toContain('hunter2');
    }
  });

  test('holds off other operations, which name the way out', async () => {
    for (const command of ['verify', 'uninstall']) {
      const { exitCode, stderr } = await bigdata.run(command, '-f', broken);
      expect(exitCode).toBe(ExitCode.busy);
      expect(stderr).toContain('waits for a decision about queue');
      expect(stderr).toContain(`\`bigdata abort -f ${broken}\` ends it`);
    }
  });

  test('is told with what to do when the worker dies, and is decided about all the same', async () => {
    for (let time = 1; time <= 3; time += 1) {
      await killWorkers();
      const { stdout } = await bigdata.run('status', '-f', broken);
      expect(stdout).toContain(
        `no worker answers, so it does not go on: \`bigdata up -f ${broken}\` starts one`,
      );
      const retried = await bigdata.run('retry', 'queue', '-f', broken);
      expect(retried.stderr).not.toContain('refused');
      expect(retried.exitCode).toBe(ExitCode.ok);
      expect((await upJson('-f', broken)).exitCode).toBe(ExitCode.decision);
    }
  });

  test('is healed by another value, and everything is proven', async () => {
    const value = `image=${image}`;
    const retried = await bigdata.run('retry', 'queue', '-f', broken, '--set', value);
    expect(retried.stdout).toContain('queue is tried again with a changed plan');
    const { exitCode, stdout } = await bigdata.run('status', '--follow', '-f', broken, '-o', 'json');
    expect(exitCode).toBe(ExitCode.ok);
    expect(phases(JSON.parse(stdout) as OperationState)).toEqual(allProven);
  });

  test('is proven as a stack file says that has this value', async () => {
    const mended = await stackFile('mended.yaml', {});
    const { exitCode, document } = await upJson('-f', mended);
    expect(exitCode).toBe(ExitCode.ok);
    expect(document.unchanged).toBe(true);
  });
});

describe.sequential('a change that fails', () => {
  let changed: string;

  beforeAll(async () => {
    changed = await stackFile('changed.yaml', {
      store: absent,
    });
  });

  test('ends the install at once with --on-failure abort', async () => {
    const { exitCode, document } = await upJson('-f', changed, '--on-failure', 'abort');
    expect(exitCode).toBe(ExitCode.failed);
    expect(phases(document)).toEqual({ ...allProven, store: 'failed' });
    const { operation } = await bigdata.json<StatusDocument>('status', '-f', changed);
    expect(operation).toBeNull();
  });

  test('is aborted by hand', async () => {
    expect((await upJson('-f', changed)).exitCode).toBe(ExitCode.decision);
    const { exitCode, stdout } = await bigdata.run('abort', '-f', changed);
    expect(exitCode).toBe(ExitCode.ok);
    expect(stdout).toContain('The install of decisions is aborted');
    const again = await bigdata.run('abort', '-f', changed);
    expect(again.exitCode).toBe(ExitCode.usage);
    expect(again.stderr).toContain('no operation is running');
  });

  test('is skipped, and the install ends as not complete', async () => {
    expect((await upJson('-f', changed)).exitCode).toBe(ExitCode.decision);
    await bigdata.json('skip', 'store', '-f', changed);
    await expect
      .poll(async () => (await bigdata.json<StatusDocument>('status', '-f', changed)).operation, {
        timeout: 60_000,
      })
      .toBeNull();
  });

  test('is healed by another stack file, to which that file’s up attaches', async () => {
    expect((await upJson('-f', changed)).exitCode).toBe(ExitCode.decision);
    const mended = await stackFile('mended.yaml', {});
    const { stderr } = await bigdata.run('up', '-f', mended);
    expect(stderr).toContain('`bigdata retry store -f FILE` goes on with what FILE says of store');
    await bigdata.json('retry', 'store', '-f', mended);
    const { exitCode, document } = await upJson('-f', mended);
    expect(exitCode).toBe(ExitCode.ok);
    expect(phases(document)).toEqual(allProven);
  });

  test('is stopped while it runs by abort --now, and the next up mends what was cut off', async () => {
    const hanging = await stackFile('hanging.yaml', { storeHook: ['stay'] });
    const installing = bigdata.run('up', '-f', hanging);
    await expect
      .poll(async () => (await bigdata.run('status', '-f', hanging)).stdout, { timeout: 60_000 })
      .toMatch(/store +.*hook store-before running/);
    const { exitCode, stdout } = await bigdata.run('abort', '--now', '-f', hanging);
    expect(exitCode).toBe(ExitCode.ok);
    expect(stdout).toMatch(/store +cancelled/);
    expect(stdout).toContain('The install of decisions is stopped');
    expect((await installing).stderr).toContain('The install was cancelled by somebody');
    const mended = await upJson('-f', await stackFile('mended.yaml', {}));
    expect(mended.exitCode).toBe(ExitCode.ok);
    expect(phases(mended.document)).toEqual(allProven);
  });
});
