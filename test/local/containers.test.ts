/** A node whose containerd is dead can be stopped. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stopContainers } from '../../src/local/node/containers.js';
import { type NodeLayout, nodeLayout } from '../../src/local/node/layout.js';
import { clonePaths } from '../../src/paths.js';

let folder: string;
let layout: NodeLayout;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-containers-'));
  const node = nodeLayout(clonePaths({ ...process.env, BIGDATA_STATE: folder }));
  layout = { ...node, containerdSocket: join(folder, 'containerd', 'socket') };
  await mkdir(dirname(layout.containerdSocket));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('leaves containers to those who kill them when containerd never ran', async () => {
  await expect(stopContainers(layout)).resolves.toBeUndefined();
});

it('and when it left its socket behind as it died', async () => {
  await writeFile(layout.containerdSocket, '');
  await expect(stopContainers(layout)).resolves.toBeUndefined();
});
