import { gzipSync } from 'node:zlib';

import { makeRedactor } from '../../src/redaction/redactor.js';
import { redacted } from '../../src/support/redacted.js';
import { expect, test } from 'vitest';

import { Bundle } from '../../src/support/bundle.js';
import { collectReleases } from '../../src/support/collect-releases.js';
import { helmReleaseType } from '../../src/kubernetes/secrets/values.js';

function releaseSecret(name: string, release: object): Parameters<typeof collectReleases>[0][number] {
  const encoded = gzipSync(JSON.stringify(release)).toString('base64');
  return {
    type: helmReleaseType,
    metadata: { name },
    data: { release: Buffer.from(encoded).toString('base64') },
  };
}

const manifest = `---
apiVersion: v1
kind: Secret
metadata:
  name: minio
data:
  rootPassword: aGVsbG8td29ybGQ=
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: minio
data:
  password: hello
`;

test('status and manifests of every revision, their Secrets without values', () => {
  const bundle = new Bundle();
  const info = { status: 'deployed', description: 'Install complete' };
  const secret = releaseSecret('sh.helm.release.v1.minio.v1', { name: 'minio', version: 1, info, manifest });
  const revisions = collectReleases([secret, { metadata: { name: 'other' } }], bundle);
  expect(revisions).toHaveLength(1);
  const text = new Map(
    bundle.files.map((file) => {
      const { path, text: shown } = redacted(file, makeRedactor([]));
      return [path, shown];
    }),
  );
  expect(text.get('helm/releases.yaml')).toContain('description: Install complete');
  expect(text.get('helm/manifests/minio-1.yaml')).toContain('rootPassword: 11 bytes');
  expect([...text.values()].join('')).not.toMatch(/aGVsbG8|hello/);
});

test('one that cannot be read is noted', () => {
  const bundle = new Bundle();
  const broken = { type: helmReleaseType, metadata: { name: 'broken' }, data: { release: 'AAAA' } };
  expect(collectReleases([broken], bundle)).toEqual([]);
  expect(bundle.gaps).toMatchObject([{ what: 'the release in Secret broken' }]);
});
