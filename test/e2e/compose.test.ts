/**
 * The Compose file for a team, as far as it can be checked without a container engine.
 *
 * @components none
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';

import { goBuild } from '../../src/local/go-build.js';

interface Composed {
  readonly services: Readonly<Record<string, { readonly image: string; readonly healthcheck?: unknown }>>;
}

let composed: Composed;

beforeAll(async () => {
  // Compose's own way of reading its files, as a small program.
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-compose-'));
  try {
    const module = resolve('test', 'fixtures', 'compose');
    const program = join(folder, 'compose');
    await goBuild({ module, package: 'main.go', output: program, title: 'a Compose client' }, () => {});
    const { stdout } = await execa(program, [resolve('docker-compose.yml')], {
      env: { KUBECONFIG: '/kubeconfig' },
    });
    composed = JSON.parse(stdout) as Composed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a Compose client accepts it, with Temporal, PostgreSQL, the UI and a worker', () => {
  expect(Object.keys(composed.services).toSorted()).toEqual(['postgresql', 'temporal', 'ui', 'worker']);
});

test('every image has a whole version', () => {
  for (const { image } of Object.values(composed.services)) {
    expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-\w+)?$/);
  }
});

test('every server says whether it is healthy', () => {
  const { worker: _, ...servers } = composed.services;
  for (const { healthcheck } of Object.values(servers)) {
    expect(healthcheck).toBeDefined();
  }
});
