import { describe, expect, it } from 'vitest';
import { documentsOf, manifestObjects } from '../../../src/kubernetes/releases/release-contents.js';

const manifest = `---
# Source: kafka/templates/all.yaml
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Service, metadata: { name: listed } }
  - { apiVersion: v1, kind: Secret, metadata: { name: not-asked-for } }
---
apiVersion: serving.knative.dev/v1
kind: 'Service' # with a word
metadata: { name: elsewhere, namespace: other }
---
apiVersion: v1
kind: Secret
metadata: { name: broken, : }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: account }
---
`;

it('names the objects of some kinds, also within lists, and reads nothing else', () => {
  expect(manifestObjects(manifest, ['Service', 'Deployment'])).toEqual([
    { apiVersion: 'v1', kind: 'Service', name: 'listed' },
    { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'elsewhere', namespace: 'other' },
  ]);
});

describe('documents', () => {
  it('are read as Helm reads them: what looks like a boolean of YAML 1.1 is one', () => {
    const old = 'a: y\nb: "y"\nc: Off\nd: yes-man\ne: 0755x\nf: 12:30\n---\n---\ng: true\n';
    expect(documentsOf(old)).toEqual([
      { a: true, b: 'y', c: false, d: 'yes-man', e: '0755x', f: '12:30' },
      { g: true },
    ]);
  });
});
