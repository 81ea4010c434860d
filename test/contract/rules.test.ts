/**
 * The rules themselves: each finds what it is for, and says nothing about a component that is right.
 *
 * @components none
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clonePaths } from '../../src/paths.js';
import type { LoadedComponent } from '../../src/stack/plan/plan.js';
import {
  constantSecrets,
  lostSecrets,
  noLiteralEnvironment,
  noSecretInConfigMap,
  rollsWithConfiguration,
} from '../../src/contract/rules/configuration.js';
import { checks, sentinels } from '../../src/contract/rules/hooks.js';
import { replicasApart } from '../../src/contract/rules/placement.js';
import {
  noIdleTokens,
  nonRoot,
  noServiceLinks,
  patientProbes,
  pinnedImages,
  probes,
  resources,
} from '../../src/contract/rules/pods.js';
import { type Rule, describeViolation } from '../../src/contract/rules/rule.js';
import { heapsFit, littleCpu } from '../../src/contract/rules/sizes.js';
import {
  claims,
  disruptionBudgets,
  endpoints,
  rotation,
  noForeignNamespace,
  services,
  standardLabels,
} from '../../src/contract/rules/wiring.js';
import { chartRules, renderRulesTable } from '../../src/contract/catalogue.js';
import type { Rendered } from '../../src/contract/rendered.js';

/** A table without what the formatter adds. */
const plain = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

const selector = { 'app.kubernetes.io/name': 'queue', 'app.kubernetes.io/instance': 'queue' };
const labels = {
  ...selector,
  'app.kubernetes.io/version': '1.0',
  'app.kubernetes.io/part-of': 'bigdata',
  'app.kubernetes.io/managed-by': 'Helm',
};

/** What a chart makes, as text knows it. */
type Tree = { [key: string]: unknown };

function container(): Tree {
  return {
    name: 'main',
    image: 'bigdata.local/queue:1.0',
    env: [{ name: 'USER', valueFrom: { secretKeyRef: { name: 'queue', key: 'user' } } }],
    envFrom: [{ configMapRef: { name: 'queue' } }],
    ports: [{ name: 'queue', containerPort: 5672 }],
    resources: { requests: { cpu: '25m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

function pod(): Tree {
  return {
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container()],
  };
}

function hook(name: string, weight: number): Tree {
  const annotations = {
    'helm.sh/hook': 'test',
    'helm.sh/hook-weight': `${weight}`,
    'helm.sh/hook-delete-policy': 'before-hook-creation',
  };
  return {
    kind: 'Pod',
    metadata: { name, labels, annotations },
    spec: { ...pod(), restartPolicy: 'Never' },
  };
}

/** What a chart that keeps every rule makes. */
function rightObjects(): Tree {
  const server = { ...labels, 'app.kubernetes.io/component': 'server' };
  const probe = { tcpSocket: { port: 'queue' } };
  const startupProbe = { ...probe, periodSeconds: 2, failureThreshold: 1_800 };
  const ofServers = { matchLabels: { ...selector, 'app.kubernetes.io/component': 'server' } };
  const apart = { topologyKey: 'kubernetes.io/hostname', labelSelector: ofServers };
  const served = {
    ...pod(),
    containers: [{ ...container(), startupProbe, readinessProbe: probe, livenessProbe: probe }],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: apart }],
      },
    },
  };
  return {
    set: {
      kind: 'StatefulSet',
      metadata: { name: 'queue', labels },
      spec: {
        replicas: 3,
        selector: ofServers,
        template: { metadata: { labels: server, annotations: { 'checksum/config': 'x' } }, spec: served },
        volumeClaimTemplates: [{ metadata: { name: 'data', labels: selector } }],
      },
    },
    service: {
      kind: 'Service',
      metadata: { name: 'queue', labels },
      spec: {
        selector: { ...selector, 'app.kubernetes.io/component': 'server' },
        ports: [{ port: 5672, targetPort: 'queue' }],
      },
    },
    budget: {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'queue', labels },
      spec: { selector: { matchLabels: selector } },
    },
    configuration: {
      kind: 'ConfigMap',
      metadata: { name: 'queue', labels },
      data: { LEVEL: 'info', OPTIONS: '-Xms32m -Xmx64m -XX:MaxDirectMemorySize=32m' },
    },
    secret: { kind: 'Secret', metadata: { name: 'queue', labels }, data: { user: 'random' } },
    check: hook('queue-check', 0),
    write: hook('queue-write', 1),
    read: hook('queue-read', 2),
    remove: hook('queue-remove', 3),
  };
}

const component = {
  name: 'queue',
  definition: {
    checks: [{ name: 'check', pods: ['queue-check'], proves: 'it works', disruptive: false }],
    sentinel: { records: 'a record', write: 'queue-write', read: 'queue-read', remove: 'queue-remove' },
    endpoints: [
      {
        name: 'queue',
        service: 'queue',
        port: 5672,
        protocol: 'amqp',
        credentials: { secret: 'queue', keys: ['user'] },
      },
    ],
    rotation: { secret: 'queue', keys: { user: 'previousUser' } },
    data: { claims: 'app.kubernetes.io/instance=queue' },
  },
} as unknown as LoadedComponent;

const rules: Readonly<Record<string, Rule>> = {
  standardLabels,
  noForeignNamespace,
  noServiceLinks,
  noIdleTokens,
  nonRoot,
  resources,
  heapsFit,
  littleCpu,
  replicasApart,
  probes,
  patientProbes,
  pinnedImages,
  noLiteralEnvironment,
  noSecretInConfigMap,
  rollsWithConfiguration,
  services,
  disruptionBudgets,
  claims,
  checks,
  sentinels,
  endpoints,
  rotation,
};

function violations(rule: Rule, objects: Tree): string[] {
  return rule({ component, objects: Object.values(objects) as Rendered[] }).map(describeViolation);
}

it.each(Object.entries(rules))('%s says nothing about what is right', (_, rule) => {
  expect(violations(rule, rightObjects())).toEqual([]);
});

/** A rule, a mistake, what the rule says, and what the object at a path is set to (nothing: removed). */
type Mutation = readonly [rule: string, mistake: string, says: RegExp, path: string, value?: unknown];

const podPath = 'set.spec.template.spec';
const mainPath = `${podPath}.containers.0`;
const termPath = `${podPath}.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.podAffinityTerm`;
const optionsPath = 'configuration.data.OPTIONS';
const checkPath = 'check.metadata.annotations.helm__sh/hook-delete-policy';
const readWeight = 'read.metadata.annotations.helm__sh/hook-weight';
const other = { ...labels, 'app.kubernetes.io/instance': 'other' };
const root = { ...container(), name: 'prepare', securityContext: { runAsUser: 0 } };
const literal = { name: 'PASSWORD', value: 'secret' };
const undeclared = {
  ...(rightObjects()['check'] as Tree),
  metadata: { name: 'queue-more', annotations: { 'helm.sh/hook': 'test' } },
};

const mutations: readonly Mutation[] = [
  ['standardLabels', 'a missing label', /Service\/queue: .*part-of/, 'service.metadata.labels', selector],
  [
    'standardLabels',
    'another instance',
    /StatefulSet\/queue: .*is other/,
    'set.spec.template.metadata.labels',
    other,
  ],
  ['noForeignNamespace', 'a namespace', /names a namespace/, 'service.metadata.namespace', 'default'],
  ['noServiceLinks', 'service links', /enableServiceLinks/, `${podPath}.enableServiceLinks`],
  ['noIdleTokens', 'a token of nobody', /automountService/, `${podPath}.automountServiceAccountToken`, true],
  ['nonRoot', 'a pod that may be root', /runAsNonRoot/, `${podPath}.securityContext`, {}],
  ['nonRoot', 'a root container', /main: runs as root/, `${mainPath}.securityContext.runAsUser`, 0],
  ['nonRoot', 'kept capabilities', /keeps capabilities/, `${mainPath}.securityContext.capabilities`],
  ['nonRoot', 'a root init container', /prepare: runs as root/, `${podPath}.initContainers`, [root]],
  [
    'nonRoot',
    'a folder of the node',
    /folder of the node/,
    `${podPath}.volumes`,
    [{ name: 'host', hostPath: {} }],
  ],
  ['resources', 'no limit', /limit of memory/, `${mainPath}.resources.limits`],
  ['littleCpu', 'too large a request', /requests 2 cores/, `${mainPath}.resources.requests.cpu`, '2'],
  [
    'heapsFit',
    'a heap as large as the limit',
    /main: .* 160Mi of .* 128Mi/,
    optionsPath,
    '-Xmx128m -XX:MaxDirectMemorySize=32m',
  ],
  ['heapsFit', 'heaps that are too large together', /main: .* 112Mi/, optionsPath, '-Xmx64m -Xmx48M'],
  ['heapsFit', 'a heap in the command', /main: .* 4192Mi/, `${mainPath}.command`, ['java', '-Xmx4g']],
  ['replicasApart', 'no anti-affinity', /without an anti-affinity/, `${podPath}.affinity`],
  ['replicasApart', 'other nodes', /without an anti-affinity/, `${termPath}.topologyKey`, 'zone'],
  ['replicasApart', 'other pods', /without an anti-affinity/, `${termPath}.labelSelector.matchLabels`, other],
  ['probes', 'no probe', /no livenessProbe/, `${mainPath}.livenessProbe`],
  ['patientProbes', 'no startupProbe', /its livenessProbe allows/, `${mainPath}.startupProbe`],
  ['patientProbes', 'a short start', /longer than 240 s/, `${mainPath}.startupProbe.failureThreshold`, 120],
  ['pinnedImages', 'the latest image', /latest moves/, `${mainPath}.image`, 'queue:latest'],
  [
    'pinnedImages',
    'no tag',
    /neither tag nor digest/,
    `${mainPath}.image`,
    'registry.example.com:5000/queue',
  ],
  ['noLiteralEnvironment', 'a literal', /PASSWORD is a literal/, `${mainPath}.env.0`, literal],
  [
    'noSecretInConfigMap',
    'a secret in a ConfigMap',
    /looks like a secret/,
    'configuration.data.rootPassword',
    'x',
  ],
  ['rollsWithConfiguration', 'no checksum', /does not roll/, 'set.spec.template.metadata.annotations'],
  ['services', 'a Service that leads nowhere', /selects no workload/, 'service.spec.selector', other],
  ['services', 'a Service that leads to a check', /selects the check/, 'service.spec.selector', selector],
  ['services', 'a port that nobody has', /has no port wrong/, 'service.spec.ports.0.targetPort', 'wrong'],
  ['disruptionBudgets', 'no budget', /without a PodDisruptionBudget/, 'budget'],
  [
    'claims',
    'a claim that is not found',
    /not found by data/,
    'set.spec.volumeClaimTemplates.0.metadata.labels',
  ],
  ['checks', 'a check that the chart lacks', /which the chart does not have/, 'check'],
  ['checks', 'a step of the sentinel that the chart lacks', /queue-read, which the chart does not/, 'read'],
  ['sentinels', 'a sentinel that is read before it is written', /rising weights/, readWeight, '1'],
  ['checks', 'a hook that is not declared', /component.yaml does not name/, 'more', undeclared],
  ['checks', 'a log that is lost', /its policy is hook-succeeded/, checkPath, 'hook-succeeded'],
  ['checks', 'a hook that restarts', /restartPolicy/, 'check.spec.restartPolicy', 'OnFailure'],
  [
    'endpoints',
    'a port that is not served',
    /no Service queue with the port/,
    'service.spec.ports.0.port',
    1,
  ],
  ['endpoints', 'a key that the Secret lacks', /no Secret queue with the key user/, 'secret.data', {}],
  ['rotation', 'a key that the Secret lacks', /no Secret queue with the key user/, 'secret.data', {}],
];

/** Sets what is at a path of dots to a value, or removes it; `__` in a step stands for a dot of a key. */
function change(tree: Tree, path: string, value: unknown): void {
  const steps = path.split('.').map((step) => step.replaceAll('__', '.'));
  const last = steps.pop() as string;
  const parent = steps.reduce<Tree>((node, step) => node[step] as Tree, tree);
  if (value === undefined) {
    delete parent[last];
  } else {
    parent[last] = value;
  }
}

describe('finds', () => {
  const named = mutations.map(([rule, mistake, ...rest]) => ({ rule, mistake, rest }));

  it.each(named)('$rule: $mistake', ({ rule, rest: [says, path, value] }) => {
    const objects = structuredClone(rightObjects());
    change(objects, path, value);
    const [violation] = violations(rules[rule] as Rule, objects);
    expect(violation).toMatch(says);
  });

  it('constantSecrets: a secret that is the same everywhere', () => {
    const objects = Object.values(rightObjects()) as Rendered[];
    expect(constantSecrets(objects, objects).map(describeViolation)).toEqual([
      'Secret/queue: user is a constant of the chart',
    ]);
  });

  it.each([
    [1, []],
    [9, [expect.stringMatching(/selects no workload/)]],
  ])('services: a Service for one pod of a StatefulSet that has fewer: %d', (ordinal, found) => {
    const objects = structuredClone(rightObjects());
    const server = { ...selector, 'app.kubernetes.io/component': 'server' };
    const one = { ...server, 'statefulset.kubernetes.io/pod-name': `queue-${ordinal}` };
    change(objects, 'service.spec.selector', one);
    expect(violations(services, objects)).toEqual(found);
  });

  it.each([
    [{}, [expect.stringMatching(/selects no workload/)]],
    [{ 'bigdata.dev/own-labels': 'bigdata.dev/leader=true' }, []],
  ])('services: a Service for the pod that leads, whose template says %o', (annotations, found) => {
    const objects = structuredClone(rightObjects());
    const server = { ...selector, 'app.kubernetes.io/component': 'server' };
    change(objects, 'service.spec.selector', { ...server, 'bigdata.dev/leader': 'true' });
    change(objects, 'set.spec.template.metadata.annotations', annotations);
    expect(violations(services, objects)).toEqual(found);
  });

  it('lostSecrets: a generated password that goes while the data stays', () => {
    const objects = Object.values(rightObjects()) as Rendered[];
    const again = structuredClone(objects).map((object) =>
      object.kind === 'Secret' ? { ...object, data: { user: 'other' } } : object,
    );
    expect(lostSecrets(objects, again).map(describeViolation)).toEqual([
      'Secret/queue: is generated, but not kept with the data (helm.sh/resource-policy: keep)',
    ]);
    const kept = objects.map((object) =>
      object.kind === 'Secret'
        ? { ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/resource-policy': 'keep' } } }
        : object,
    );
    expect(lostSecrets(kept, again)).toEqual([]);
  });

  it('sentinels: data without one', () => {
    const { sentinel: _, ...definition } = component.definition;
    const objects = Object.values(rightObjects()) as Rendered[];
    expect(sentinels({ component: { ...component, definition }, objects })).toEqual([
      { message: 'data.claims without a sentinel in component.yaml', definition: ['data', 'claims'] },
    ]);
  });

  it('what docs/components.md says (else: npm run build && node dist/contract/write-rules.js)', async () => {
    const docs = await readFile(join(clonePaths().root, 'docs', 'components.md'), 'utf8');
    expect(plain(docs)).toContain(plain(renderRulesTable()));
  });

  it('something by every rule', () => {
    const found = new Set(mutations.map(([rule]) => rule));
    expect(Object.keys(rules).filter((rule) => !found.has(rule))).toEqual([]);
    expect(new Set(chartRules.map(({ rule }) => rule))).toEqual(new Set(Object.values(rules)));
  });
});
