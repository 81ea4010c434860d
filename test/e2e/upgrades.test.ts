/**
 * Upgrades that prove that data survives, and that are rolled back, through the command line on the local cluster.
 *
 * @components volumes
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { ExitCode } from '../../src/errors.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import type { Values } from '../../src/stack/plan/plan-types.js';
import {
  actorSentinel,
  ensureActorImage,
  onVolumes,
  sentinelTests,
  writeActorFolder,
} from '../support/actor.js';
import { Bigdata } from './bigdata.js';

interface UpDocument extends OperationState {
  readonly unchanged: boolean;
}

interface StatusDocument {
  readonly healthy: boolean;
  readonly components: readonly {
    readonly name: string;
    readonly standing: string;
    readonly release?: { readonly status: string; readonly revision: number };
    readonly proof?: { readonly sentinelWritten?: true; readonly rolledBack?: { readonly why: string } };
  }[];
}

const name = 'upgrades';
const bigdata = new Bigdata(clonePaths().state);
let folder: string;
let image: string;

const sentinel = actorSentinel('store');
const works = ['print', '{"nonce":"n1"}'];

/** A store as one version of it is, and a front that needs it. */
async function stackFile(
  file: string,
  store: { args?: string[]; image?: string; works?: string[] },
): Promise<string> {
  const path = join(folder, file);
  const tests = [{ name: 'works', args: store.works ?? works }, ...sentinelTests];
  const values: Record<string, Values> = {
    store: { image: store.image ?? image, claim: true, args: store.args ?? ['stay'], tests },
    front: { image, kind: 'Deployment', tests: [{ name: 'works', args: works }] },
  };
  const components = { volumes: {}, store: { values: values['store'] }, front: { values: values['front'] } };
  const componentFolders = [join(folder, 'components')];
  await writeFile(path, stringify({ name, namespace: name, componentFolders, components }));
  return path;
}

let first: string;
let second: string;
let unproven: string;
let imageless: string;
let losing: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  image = await ensureActorImage(clonePaths());
  await writeActorFolder(folder, 'store', { optionalNeeds: onVolumes, sentinel });
  await writeActorFolder(folder, 'front', { needs: ['store'] });
  first = await stackFile('first.yaml', {});
  second = await stackFile('second.yaml', { args: ['print', 'second', 'stay'] });
  unproven = await stackFile('unproven.yaml', {
    works: ['print', 'it loses its nonce', 'exit', '1'],
  });
  imageless = await stackFile('imageless.yaml', { image: 'bigdata.local/absent:1' });
  losing = await stackFile('losing.yaml', { args: ['remove', '/data/sentinel', 'stay'] });
});

afterAll(async () => {
  await bigdata.run('uninstall', '-f', first, '--delete-data', '--yes');
  await rm(folder, { recursive: true, force: true });
});

function phases({ components }: OperationState): Record<string, string> {
  return Object.fromEntries(components.map((each) => [each.name, each.phase]));
}

async function upRollingBack(file: string): Promise<{ exitCode: number; document: UpDocument }> {
  const args = ['up', '-f', file, '--on-failure', 'rollback', '--output', 'json'];
  const { exitCode, stdout } = await bigdata.run(...args);
  return { exitCode, document: JSON.parse(stdout) as UpDocument };
}

async function statusOfStore(file: string): Promise<StatusDocument['components'][number] | undefined> {
  const { components } = await bigdata.status<StatusDocument>('-f', file);
  return components.find((each) => each.name === 'store');
}

const allProven = { volumes: 'proven', store: 'proven', front: 'proven' };
const rolledBack = { volumes: 'proven', store: 'rolled-back', front: 'blocked' };

describe.sequential('an upgrade', () => {
  test('that works is proven, with the records of before it', async () => {
    expect(phases(await bigdata.json<UpDocument>('up', '-f', first))).toEqual(allProven);
    const document = await bigdata.json<UpDocument>('up', '-f', second);
    expect(phases(document)).toEqual(allProven);
    const { checks = [], notes } = document.components.find((each) => each.name === 'store') ?? {};
    expect(checks).toMatchObject([
      { name: 'works' },
      { name: 'sentinel-read', proves: 'read back unchanged: 1 file on its volume', facts: { records: 1 } },
    ]);
    expect(notes).toBeUndefined();
    expect((await statusOfStore(second))?.proof).not.toHaveProperty('sentinelWritten');
  });

  test('that works is taken back by hand, with its data and what needs it', async () => {
    const back = await bigdata.json<OperationState>('rollback', 'store', '-f', second);
    expect(phases(back)).toEqual({ store: 'proven', front: 'proven' });
    expect(await statusOfStore(first)).toMatchObject({
      standing: 'proven',
      release: { status: 'deployed', revision: 3 },
    });
    const { healthy, components } = await bigdata.status<StatusDocument>('-f', second);
    expect(healthy).toBe(true);
    expect(components.map(({ standing }) => standing)).toEqual(['proven', 'changed', 'changed']);
    const refused = await bigdata.run('rollback', 'store', '3', '-f', second);
    expect(refused).toMatchObject({
      exitCode: ExitCode.usage,
      stderr: expect.stringContaining('store is already what was proven as revision 3') as string,
    });
  });

  test('that fails its check is rolled back, and what was proven is proven again', async () => {
    const { exitCode, document } = await upRollingBack(unproven);
    expect(exitCode).toBe(ExitCode.failed);
    expect(phases(document)).toEqual(rolledBack);
    const { cause, checks = [] } = document.components.find((each) => each.name === 'store') ?? {};
    expect(cause).toMatchObject({ type: 'CheckFailed', details: ['it loses its nonce'] });
    expect(checks.map((check) => check.name)).toEqual(['works', 'sentinel-read']);
    expect(await statusOfStore(first)).toMatchObject({
      standing: 'proven',
      release: { status: 'deployed', revision: 5 },
      proof: { rolledBack: { why: expect.stringContaining('it loses its nonce') as string } },
    });
  });

  test('that never becomes ready is rolled back, too', async () => {
    const { document } = await upRollingBack(imageless);
    expect(phases(document)).toEqual(rolledBack);
    expect(JSON.stringify(document.components)).toContain(
      'the node does not have the image bigdata.local/absent:1',
    );
  });

  test('that was rolled back leaves nothing to do with the file of before', async () => {
    const { exitCode, document } = await upRollingBack(first);
    expect(exitCode).toBe(ExitCode.ok);
    expect(document.unchanged).toBe(true);
  });

  test('that loses data is found out, also after going back', async () => {
    const { exitCode, document } = await upRollingBack(losing);
    expect(exitCode).toBe(ExitCode.failed);
    const { phase, cause } = document.components.find((each) => each.name === 'store') ?? {};
    expect({ phase, type: cause?.type }).toEqual({ phase: 'failed', type: 'RollbackFailed' });
    const lost = `${sentinel.records}, written to store before the change, cannot be read after it`;
    expect(cause?.message.split(lost)).toHaveLength(3);
    expect(await statusOfStore(first)).toMatchObject({ standing: 'unproven' });
  });
});
