/**
 * What commands find in a cluster in tests.
 *
 * @module
 */
import type { Proof, Release } from '../../../src/cli/platform/platform.js';
import { digestLabel } from '../../../src/kubernetes/releases/releases.js';
import { ExitCode } from '../../../src/errors.js';
import { component, plan } from '../fake-platform.js';

export const options = { file: 'stack.yaml' };
export const proof: Proof = {
  digest: 'sha256:kafka',
  version: '1.0',
  provenAt: '2026-01-02T03:04:05.000Z',
  checks: [{ name: 'replication', proves: 'a topic is replicated', facts: {}, milliseconds: 1 }],
  revision: 1,
  objects: [],
};
export const release: Release = {
  stack: 'bigdata',
  name: 'kafka',
  revision: 1,
  status: 'deployed',
  secret: 's',
  touched: 0,
};
/** The plan's stack is called bigdata. */
export const others = {
  exitCode: ExitCode.usage,
  message: 'The namespace belongs to the stack other, not to bigdata',
};
export const installedAsPlanned = new Map([['kafka', { ...release, digest: digestLabel('sha256:kafka') }]]);
export const twoComponents = plan(component('kafka'), component('minio', { needs: ['volumes'] }));
