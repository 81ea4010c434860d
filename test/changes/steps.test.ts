import { describe, expect, test } from 'vitest';

import { type ReleaseChange, stepsOf } from '../../src/changes/steps.js';
import type { KubernetesObject } from '../../src/kubernetes/api/objects.js';

interface Spec {
  readonly kind?: string;
  readonly image?: string;
  readonly [field: string]: unknown;
}

function workload({ kind = 'StatefulSet', image = 'a', ...spec }: Spec, name = 'app'): KubernetesObject {
  const template = { spec: { containers: [{ name: 'server', image }] } };
  return { kind, metadata: { name }, spec: { template, ...spec } } as unknown as KubernetesObject;
}

function claims(storage: string): object[] {
  return [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage } } } }];
}

function hook(name: string, moment: string, weight = '0'): KubernetesObject {
  const annotations = { 'helm.sh/hook': moment, 'helm.sh/hook-weight': weight };
  return { kind: 'Job', metadata: { name, annotations } } as unknown as KubernetesObject;
}

/** What a Deployment's strategy may be. */
function rolling(maxSurge: unknown, maxUnavailable: unknown): object {
  return { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } };
}

function volumeClaim(name: string, annotations: object = {}): KubernetesObject {
  return { kind: 'PersistentVolumeClaim', metadata: { name, annotations } } as unknown as KubernetesObject;
}

const bare: ReleaseChange['component'] = { checks: [] };

function lines(change: Partial<ReleaseChange>): string[] {
  const steps = stepsOf({ component: bare, installed: [], planned: [], writesSentinel: false, ...change });
  return steps.map(({ step, object, does }) => [step, object, does].filter(Boolean).join(' '));
}

/** What happens to the pods of one workload. */
function predicates(from: Spec, to: Spec, words: object = {}): string[] {
  const workloads = [{ name: 'app', ...words }];
  const component = { ...bare, changes: { hooks: [], workloads } };
  const steps = stepsOf({
    component,
    installed: [workload(from)],
    planned: [workload(to)],
    writesSentinel: false,
  });
  return steps.slice(0, -1).map((step) => step.does);
}

test('the steps of a change are told in the order in which they happen', () => {
  const component: ReleaseChange['component'] = {
    checks: [{ name: 'works', pods: ['p'], proves: 'it works', disruptive: false }],
    sentinel: { records: 'three rows', write: 'w', read: 'r', remove: 'd' },
    changes: {
      hooks: [{ name: 'app-resize', does: 'moves data off members that leave' }],
      workloads: [{ name: 'app', leaving: 'others serve its regions', ready: 'it is in sync' }],
    },
  };
  const hooks = [
    hook('app-after', 'post-upgrade'),
    hook('app-works', 'test'),
    hook('app-resize', 'pre-upgrade,pre-rollback', '5'),
    hook('app-first', 'pre-upgrade', '-5'),
  ];
  const installed = [
    workload({ replicas: 3, volumeClaimTemplates: claims('1Gi') }),
    workload({ kind: 'Deployment', replicas: 1 }, 'app-web'),
  ];
  const planned = [
    ...hooks,
    workload({ replicas: 3, image: 'b', volumeClaimTemplates: claims('2Gi') }),
    workload({ kind: 'Deployment', replicas: 1, image: 'b' }, 'app-web'),
  ];
  expect(lines({ component, installed, planned, writesSentinel: true })).toEqual([
    '1 writes records that must survive: three rows',
    '2 StatefulSet/app expands its volumes data from 1Gi to 2Gi, and is made anew around its pods, which go on',
    '3 Job/app-first runs (pre-upgrade)',
    '4 Job/app-resize moves data off members that leave',
    '5 StatefulSet/app replaces its 3 pods one by one, app-2 first: one goes once others serve its regions; the next one follows once it is in sync',
    '5 Deployment/app-web replaces its pod, a new one being ready before an old one goes',
    '6 Job/app-after runs (post-upgrade)',
    '7 is ready, and proven by works; the records are read back',
  ]);
});

test('a change that concerns no pod says so', () => {
  const same = [workload({ replicas: 3 })];
  expect(lines({ installed: same, planned: same })).toEqual([
    '1 applies its objects, and replaces no pod',
    '2 is ready',
  ]);
});

describe('a StatefulSet', () => {
  test.each([
    [{ replicas: 1 }, { replicas: 1, image: 'b' }, ['replaces its only pod, which is away meanwhile']],
    [
      { replicas: 1 },
      { replicas: 2, image: 'b' },
      ['starts app-1', 'replaces app-0 once those that are new are ready'],
    ],
    [{ replicas: 3 }, { replicas: 5 }, ['starts app-3 and app-4']],
    [
      { replicas: 3 },
      { replicas: 4, image: 'b' },
      ['starts app-3', 'replaces its 3 pods one by one, app-2 first: the next one follows once it is ready'],
    ],
    [{ replicas: 5 }, { replicas: 2 }, ['ends app-4, app-3 and app-2']],
    [{ replicas: 0 }, { replicas: 2, image: 'b' }, ['starts app-0 and app-1']],
    [
      {},
      { image: 'b' },
      ['replaces its pods one by one, the last first: the next one follows once it is ready'],
    ],
    [
      { replicas: 3 },
      { replicas: 3, image: 'b', updateStrategy: { rollingUpdate: { partition: 1 } } },
      ['replaces 2 of its 3 pods one by one, app-2 first: the next one follows once it is ready'],
    ],
    [
      { replicas: 3 },
      {
        replicas: 4,
        image: 'b',
        ordinals: { start: 10 },
        updateStrategy: { rollingUpdate: { partition: 11 } },
      },
      [
        'starts app-13',
        'replaces 2 of its 3 pods one by one, app-12 first: the next one follows once it is ready',
      ],
    ],
    [
      { replicas: 3 },
      { replicas: 3, image: 'b', updateStrategy: { rollingUpdate: { partition: 3 } } },
      ['replaces none of its pods: all are below its partition 3'],
    ],
    [
      { replicas: 3 },
      { replicas: 3, image: 'b', updateStrategy: { type: 'OnDelete' } },
      ['replaces no pod by itself (OnDelete): each gets the change once somebody deletes it'],
    ],
    [
      { volumeClaimTemplates: claims('2Gi') },
      { volumeClaimTemplates: claims('1Gi') },
      [
        'keeps its volumes data of 2Gi: only those of new pods have 1Gi',
        'applies its objects, and replaces no pod',
      ],
    ],
    [
      { volumeClaimTemplates: claims('1024Mi') },
      { volumeClaimTemplates: claims('1Gi') },
      ['applies its objects, and replaces no pod'],
    ],
  ])('from %j to %j', (from: Spec, to: Spec, expected) => {
    expect(predicates(from, to)).toEqual(expected);
  });

  test('says what is so before a pod goes', () => {
    const words = { leaving: 'others serve its regions' };
    expect(predicates({ replicas: 5 }, { replicas: 4 }, words)).toEqual([
      'ends app-4; each goes once others serve its regions',
    ]);
    expect(predicates({ replicas: 1 }, { replicas: 1, image: 'b' }, words)).toEqual([
      'replaces its only pod, which is away meanwhile; it goes once others serve its regions',
    ]);
  });
});

describe('a Deployment', () => {
  const from = { kind: 'Deployment', replicas: 4 };
  const to = { ...from, image: 'b' };
  test.each([
    [to, 'replaces its 4 pods, at most 1 away at a time'],
    [{ ...to, ...rolling(1, 0) }, 'replaces its 4 pods, a new one being ready before an old one goes'],
    [{ ...to, ...rolling(0, 0) }, 'replaces its 4 pods, at most 1 away at a time'],
    [{ ...to, ...rolling('0%', '50%') }, 'replaces its 4 pods, at most 2 away at a time'],
    [{ ...to, ...rolling(0, '100%') }, 'replaces its 4 pods, and may be away meanwhile'],
    [
      { ...to, strategy: { type: 'Recreate' } },
      'ends its 4 pods before it starts new ones, and is away meanwhile',
    ],
    [{ ...from, replicas: 6 }, 'grows from 4 to 6 pods'],
    [{ ...from, replicas: 1 }, 'shrinks from 4 to one pod'],
    [{ ...to, replicas: undefined }, 'replaces its 4 pods, at most 1 away at a time'],
  ])('to %j', (after, expected) => {
    expect(predicates(from, after)).toEqual([expected]);
  });

  test('whose pods somebody else counts', () => {
    expect(predicates({ kind: 'Deployment' }, { kind: 'Deployment', image: 'b' })).toEqual([
      'replaces its pods',
    ]);
  });
});

test('a DaemonSet replaces its pods node by node', () => {
  const set = { kind: 'DaemonSet' };
  expect(predicates(set, { ...set, image: 'b' })).toEqual(['replaces its pods, node by node']);
  expect(predicates(set, { ...set, image: 'b', updateStrategy: { type: 'OnDelete' } })).toEqual([
    'replaces no pod by itself (OnDelete): each gets the change once somebody deletes it',
  ]);
});

test('workloads that come and go, and claims that go with their data', () => {
  const installed = [
    workload({ replicas: 1 }, 'old'),
    volumeClaim('stays'),
    volumeClaim('goes'),
    volumeClaim('kept', { 'helm.sh/resource-policy': 'keep' }),
  ];
  const planned = [
    workload({ replicas: 2 }, 'young'),
    workload({ kind: 'DaemonSet' }, 'agent'),
    volumeClaim('stays'),
  ];
  expect(lines({ installed, planned })).toEqual([
    '1 StatefulSet/young starts 2 pods',
    '1 DaemonSet/agent starts its pods',
    '1 StatefulSet/old is removed, with its pods',
    '1 PersistentVolumeClaim/goes is deleted, with its data',
    '1 PersistentVolumeClaim/kept stays, with its data',
    '2 is ready',
  ]);
});
