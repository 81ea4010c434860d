/**
 * The Compose file for a team, as far as it can be checked without a container engine.
 */
import { resolve } from 'node:path';

import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Composed {
  readonly services: Readonly<Record<string, { readonly image: string; readonly healthcheck?: unknown }>>;
}

let composed: Composed;

beforeAll(async () => {
  const { failed } = await execa('docker-compose', ['--version'], { reject: false });
  if (failed) {
    const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', SYSTEMD_OFFLINE: '1' };
    await execa('apt-get', ['install', '--yes', '--no-install-recommends', 'docker-compose'], { env });
  }
  const file = resolve('docker-compose.yml');
  const { stdout } = await execa('docker-compose', ['--file', file, 'config'], {
    env: { KUBECONFIG: '/kubeconfig' },
  });
  composed = parse(stdout) as Composed;
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
