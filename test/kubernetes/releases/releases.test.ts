import { describe, expect, it } from 'vitest';
import { digestLabel, releasesOf, revisionsOf } from '../../../src/kubernetes/releases/releases.js';

function revision(name: string, version: number, status: string, more: Record<string, string> = {}) {
  return {
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      creationTimestamp: '1970-01-01T00:01:40Z',
      // Helm 4 carries it along from the revision before.
      labels: { owner: 'helm', name, status, version: String(version), modifiedAt: '50', ...more },
    },
  };
}

describe('releasesOf', () => {
  it('takes the newest revision of each release, by number', () => {
    const secrets = [
      revision('kafka', 9, 'superseded'),
      revision('kafka', 10, 'deployed', { 'bigdata.dev/stack': 'demo', 'bigdata.dev/digest': 'abc' }),
      revision('minio', 1, 'failed'),
    ];
    expect(releasesOf(secrets)).toEqual([
      {
        name: 'kafka',
        revision: 10,
        status: 'deployed',
        stack: 'demo',
        digest: 'abc',
        lastDeployed: 10,
        secret: 'sh.helm.release.v1.kafka.v10',
        touched: 100_000,
      },
      {
        name: 'minio',
        revision: 1,
        status: 'failed',
        secret: 'sh.helm.release.v1.minio.v1',
        touched: 100_000,
      },
    ]);
  });

  it('knows which revision was the last good one', () => {
    const secrets = [
      revision('kafka', 1, 'superseded'),
      revision('kafka', 2, 'deployed'),
      revision('kafka', 3, 'failed'),
      revision('kafka', 4, 'pending-upgrade'),
    ];
    expect(releasesOf(secrets)[0]).toMatchObject({ revision: 4, lastDeployed: 2 });
    expect(releasesOf([revision('kafka', 1, 'pending-install')])[0]?.lastDeployed).toBeUndefined();
  });
});

it('takes the time of the last write from the server, which knows it, whatever Helm’s labels say', () => {
  const { metadata } = revision('kafka', 4, 'pending-upgrade');
  const managedFields = [
    { manager: 'Helm', time: '1970-01-01T00:03:20Z' },
    { manager: 'kubectl', time: '1970-01-01T00:02:00Z' },
  ];
  expect(releasesOf([{ metadata: { ...metadata, managedFields } }])[0]?.touched).toBe(200_000);
  expect(releasesOf([{ metadata }])[0]?.touched).toBe(100_000);
});

it('shortens a digest to what a label holds', () => {
  const label = digestLabel(`sha256:${'ab'.repeat(32)}`);
  expect(label).toBe('ab'.repeat(30));
  expect(label.length).toBeLessThanOrEqual(63);
});

it('lists the revisions of a release, the newest first', () => {
  const secrets = [
    revision('kafka', 9, 'superseded', { 'bigdata.dev/stack': 'demo', 'bigdata.dev/digest': 'abc' }),
    revision('kafka', 10, 'failed'),
  ];
  expect(revisionsOf(secrets)).toMatchObject([
    { revision: 10, status: 'failed', createdAt: '1970-01-01T00:01:40Z' },
    { revision: 9, status: 'superseded', stack: 'demo', digest: 'abc' },
  ]);
});
