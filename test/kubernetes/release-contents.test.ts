import { expect, it } from 'vitest';
import { manifestObjects } from '../../src/kubernetes/release-contents.js';

const manifest = `---
# Source: kafka/templates/all.yaml
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Service, metadata: { name: listed } }
  - { apiVersion: v1, kind: Secret, metadata: { name: not-asked-for } }
---
apiVersion: v1
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
    { kind: 'Service', name: 'listed' },
    { kind: 'Service', name: 'elsewhere', namespace: 'other' },
  ]);
});
