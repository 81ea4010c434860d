import { describe, expect, it } from 'vitest';
import type { FoundObject, Inventory } from '../../../src/kubernetes/releases/inventory.js';
import type { Metadata, PersistentVolume } from '../../../src/kubernetes/api/objects.js';
import { type Ownership, leftObjects, matchesSelector } from '../../../src/kubernetes/releases/ownership.js';

const ownership: Ownership = {
  stack: 'demo',
  namespace: 'demo',
  namespaceIsOurs: true,
  releases: [{ release: 'kafka', claims: 'app.kubernetes.io/instance=kafka' }],
  deleteData: false,
};

function found(kind: string, name: string, metadata: Partial<Metadata> = {}): FoundObject {
  const namespaced = kind !== 'Namespace' && kind !== 'ClusterRole';
  return {
    resource: { kind, plural: `${kind.toLowerCase()}s`, base: '/api/v1', namespaced },
    metadata: { name, uid: `${kind}-${name}`, ...(namespaced ? { namespace: 'demo' } : {}), ...metadata },
  };
}

const byHelm = {
  annotations: { 'meta.helm.sh/release-name': 'kafka', 'meta.helm.sh/release-namespace': 'demo' },
};
const byLabel = { labels: { 'app.kubernetes.io/instance': 'kafka' } };

function left(
  objects: FoundObject[],
  change: Partial<Ownership> = {},
  more: Partial<Inventory> = {},
): string[] {
  const inventory = { objects, volumes: [], unseen: [], ...more };
  return leftObjects(inventory, { ...ownership, ...change }).map(
    ({ kind, name, why }) => `${why} ${kind} ${name}`,
  );
}

const volume = (claim: string, policy: string): PersistentVolume => ({
  metadata: { name: `pv-${claim}` },
  spec: { claimRef: { namespace: 'demo', name: claim }, persistentVolumeReclaimPolicy: policy },
});

describe('what is left', () => {
  it('is nothing of an empty namespace that others made', () => {
    const objects = [
      found('Namespace', 'demo'),
      found('ConfigMap', 'kube-root-ca.crt'),
      found('ServiceAccount', 'default'),
    ];
    expect(left(objects, { namespaceIsOurs: false })).toEqual([]);
  });

  it.each([
    ['marked by Helm', found('Service', 'kafka', byHelm), 'stuck Service kafka'],
    [
      'marked by Helm, of the whole cluster',
      found('ClusterRole', 'kafka', byHelm),
      'stuck ClusterRole kafka',
    ],
    [
      'marked by Helm, elsewhere',
      found('Role', 'kafka', { ...byHelm, namespace: 'other' }),
      'stuck Role kafka',
    ],
    ['labelled as the release’s', found('Pod', 'kafka-check', byLabel), 'stuck Pod kafka-check'],
    [
      'a hook, labelled as the release’s',
      found('Job', 'kafka-init', { ...byLabel, annotations: { 'helm.sh/hook': 'pre-install' } }),
      'stuck Job kafka-init',
    ],
    [
      'labelled as the stack’s',
      found('Secret', 'sh.helm', { labels: { 'bigdata.dev/stack': 'demo' } }),
      'stuck Secret sh.helm',
    ],
    ['data', found('PersistentVolumeClaim', 'data-0', byLabel), 'kept PersistentVolumeClaim data-0'],
    [
      'told to be kept',
      found('Secret', 'login', { annotations: { ...byHelm.annotations, 'helm.sh/resource-policy': 'keep' } }),
      'kept Secret login',
    ],
  ])('knows an object that is %s', (_what, object, expected) => {
    expect(left([object], { namespaceIsOurs: false })).toEqual([expected]);
  });

  it.each([
    [
      'of a release of that name in another namespace',
      { annotations: { ...byHelm.annotations, 'meta.helm.sh/release-namespace': 'other' } },
    ],
    ['of another release', { labels: { 'app.kubernetes.io/instance': 'minio' } }],
    ['of another stack', { labels: { 'bigdata.dev/stack': 'other' } }],
  ])('leaves out an object %s', (_what, metadata) => {
    expect(left([found('Service', 'x', metadata)], { namespaceIsOurs: false })).toEqual([]);
  });

  it('takes nothing for its own by a label that others may have copied', () => {
    const exposed = found('Service', 'kafka-lb', byLabel);
    expect(left([exposed], { namespaceIsOurs: false })).toEqual([]);
    expect(left([found('Namespace', 'demo'), exposed])).toEqual([
      'not-ours Service kafka-lb',
      'kept Namespace demo',
    ]);
  });

  it('counts data as stuck once it was to be deleted, or is being deleted', () => {
    expect(
      left([found('PersistentVolumeClaim', 'data-0', byLabel)], { deleteData: true, namespaceIsOurs: false }),
    ).toEqual(['stuck PersistentVolumeClaim data-0']);
    const deleted = found('PersistentVolumeClaim', 'data-0', {
      ...byLabel,
      deletionTimestamp: '2026-01-01T00:00:00Z',
    });
    expect(left([deleted], { namespaceIsOurs: false })).toEqual(['stuck PersistentVolumeClaim data-0']);
  });

  it('names what others own alone, not what follows from it', () => {
    const set = found('StatefulSet', 'kafka', byHelm);
    const pod = found('Pod', 'kafka-0', {
      ...byLabel,
      ownerReferences: [{ kind: 'StatefulSet', name: 'kafka', uid: 'StatefulSet-kafka' }],
    });
    expect(left([set, pod], { namespaceIsOurs: false })).toEqual(['stuck StatefulSet kafka']);
    expect(left([pod], { namespaceIsOurs: false })).toEqual(['stuck Pod kafka-0']);
  });

  it('says what holds an object that is being deleted', () => {
    const finalizers = ['kubernetes.io/pvc-protection'];
    const object = found('Service', 'kafka', {
      ...byHelm,
      deletionTimestamp: '2026-01-01T00:00:00Z',
      finalizers,
    });
    const [first] = leftObjects({ objects: [object], volumes: [], unseen: [] }, ownership);
    expect(first?.detail).toContain('held by kubernetes.io/pvc-protection');
  });

  it('admits what it may not see', () => {
    expect(
      left(
        [],
        { namespaceIsOurs: false },
        { unseen: [{ kind: 'ClusterRole', why: 'this user may not list them' }] },
      ),
    ).toEqual(['not-ours ClusterRole *']);
  });
});

describe('our namespace', () => {
  const namespace = found('Namespace', 'demo', { labels: { 'bigdata.dev/stack': 'demo' } });

  it('is stuck if nothing keeps it', () => {
    expect(left([namespace])).toEqual(['stuck Namespace demo']);
    // Of another stack of the same name.
    const other = found('Namespace', 'elsewhere', { labels: { 'bigdata.dev/stack': 'demo' } });
    expect(left([other])).toEqual([]);
  });

  it('is kept by data, and by strangers, which are named', () => {
    expect(left([namespace, found('PersistentVolumeClaim', 'data-0', byLabel)])).toEqual([
      'kept PersistentVolumeClaim data-0',
      'kept Namespace demo',
    ]);
    expect(left([namespace, found('ConfigMap', 'theirs')])).toEqual([
      'not-ours ConfigMap theirs',
      'kept Namespace demo',
    ]);
  });

  it('is stuck while it is being deleted', () => {
    const going = {
      ...namespace,
      metadata: { ...namespace.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    };
    expect(left([going, found('ConfigMap', 'theirs')])).toContain('stuck Namespace demo');
  });
});

describe('a volume', () => {
  it('goes the way of its claim', () => {
    const objects = [found('PersistentVolumeClaim', 'data-0', byLabel)];
    const volumes = [volume('data-0', 'Delete')];
    expect(left(objects, { namespaceIsOurs: false }, { volumes })).toContain(
      'kept PersistentVolume pv-data-0',
    );
  });

  it('without a claim is kept by its policy, or stuck, if the namespace is ours', () => {
    const volumes = [volume('a', 'Retain'), volume('b', 'Delete')];
    expect(left([], {}, { volumes })).toEqual(['kept PersistentVolume pv-a', 'stuck PersistentVolume pv-b']);
    expect(left([], { namespaceIsOurs: false }, { volumes })).toEqual([]);
  });
});

it.each([
  ['a=1', { a: '1' }, true],
  ['a=1,b=2', { a: '1', b: '2', c: '3' }, true],
  ['a==1', { a: '1' }, true],
  ['a=1,b=2', { a: '1' }, false],
  ['a=1', undefined, false],
])('the selector %s matches %o: %s', (selector, labels, expected) => {
  expect(matchesSelector(labels, selector)).toBe(expected);
});
