/**
 * Every rule of the contract that can be tried without a cluster, with the reason for it: what is checked, and what is documented.
 *
 * @module
 */
import * as across from './rules/across.js';
import * as configuration from './rules/configuration.js';
import * as folder from './rules/folder.js';
import * as hooks from './rules/hooks.js';
import { replicasApart } from './rules/placement.js';
import * as pods from './rules/pods.js';
import type { Rule } from './rules/rule.js';
import { heapsFit, littleCpu } from './rules/sizes.js';
import * as wiring from './rules/wiring.js';

interface Described {
  /** Short, lower case: how a violation names it. */
  readonly name: string;
  /** What is asked, and for which reason. */
  readonly why: string;
}

/** A rule about what the chart makes, of the profile alone that is named. */
export interface ChartRule extends Described {
  readonly rule: Rule;
  readonly profile?: string;
}

/** A rule about the files of the folder. */
export interface FolderContractRule extends Described {
  readonly rule: folder.FolderRule;
}

/** A rule about what the chart makes of all values together. */
export interface AcrossContractRule extends Described {
  readonly rule: across.AcrossRule;
}

/** Rules that `check-component.ts` tries by rendering more than once, or by refusing values. */
export const ownRules = {
  renders: {
    name: 'renders',
    why: 'Helm renders the chart, and lints it without a word, with its defaults, each profile, and without each optional need.',
  },
  schemaTakesValues: {
    name: 'values',
    why: "The chart's `values.schema.json` takes its own defaults, each profile, and what stands in for needs that are absent.",
  },
  sizes: {
    name: 'sizes',
    why: 'The schema refuses a size that Kubernetes cannot read (`memory: 12Q`), so that its line is named before anything is touched.',
  },
  constantSecrets: {
    name: 'constant-secrets',
    why: 'No secret of a chart is the same everywhere: generate it (`randAlphaNum`, kept by `lookup`), or take the name of a Secret.',
  },
  lostSecrets: {
    name: 'lost-secrets',
    why: 'A Secret that the chart generates stays with the data that was written under it (`helm.sh/resource-policy: keep`), or nobody is let in after `uninstall` and `up`.',
  },
} as const satisfies Record<string, Described>;

export const folderRules: readonly FolderContractRule[] = [
  {
    name: 'readme',
    rule: folder.readme,
    why: 'A README names the version, the values (`## Values`) and the limits (`## Limits`).',
  },
  {
    name: 'breakages',
    rule: folder.breakages,
    why: '`breakages.yaml` says how each check can be made to fail: a check that never fails proves nothing.',
  },
  {
    name: 'shrinks',
    rule: folder.shrinks,
    why: 'What `data.shrinks` guards is a number of the chart’s values: a name that none has guards nothing.',
  },
  {
    name: 'chart-metadata',
    rule: folder.chartMetadata,
    why: 'The chart is named as the component, and its `appVersion` is the version of the software: release, image and table say one thing.',
  },
  {
    name: 'notes',
    rule: folder.notes,
    why: 'The chart is useful by plain Helm: its NOTES.txt tells about `helm test`.',
  },
  {
    name: 'closed-schema',
    rule: folder.closedSchema,
    why: 'A misspelt value is refused with its line: every mapping of `values.schema.json` that lists properties has `"additionalProperties": false`.',
  },
  {
    name: 'dockerfile',
    rule: folder.dockerfile,
    why: 'The image is built on its base (`FROM ${BASE}`), fetches nothing by itself, and ends without root (`USER 10001`).',
  },
  { name: 'checksums', rule: folder.checksums, why: 'Whatever is fetched is pinned by its checksum.' },
];

export const acrossRules: readonly AcrossContractRule[] = [
  {
    name: 'changes',
    rule: across.changesOfObjects,
    why: 'The hooks and workloads of `changes` are there, with some values at least.',
  },
  {
    name: 'ready',
    rule: across.readyObjects,
    why: 'The objects of `ready` are there, with some values at least.',
  },
  {
    name: 'service-account',
    rule: across.steadyServiceAccounts,
    why: 'Pods name a ServiceAccount with all values or with none: once there, Helm cannot take the name away.',
  },
];

export const chartRules: readonly ChartRule[] = [
  {
    name: 'labels',
    rule: wiring.standardLabels,
    why: 'Every object and pod has the labels `app.kubernetes.io/name`, `instance` (the release), `version`, `part-of: bigdata` and `managed-by: Helm`, by which it is found.',
  },
  {
    name: 'namespace',
    rule: wiring.noForeignNamespace,
    why: 'No object names a namespace: Helm puts it into that of the stack.',
  },
  {
    name: 'service-links',
    rule: pods.noServiceLinks,
    why: '`enableServiceLinks: false`: variables such as `KAFKA_PORT=tcp://…` of a Service break programs that read them as settings.',
  },
  {
    name: 'tokens',
    rule: pods.noIdleTokens,
    why: '`automountServiceAccountToken: false`, unless the pod has a ServiceAccount of its own.',
  },
  {
    name: 'non-root',
    rule: pods.nonRoot,
    why: 'Pods pass the Pod Security level `restricted`: not root, no privileges, no capabilities, `seccompProfile: RuntimeDefault`, no folder of the node; each container decides on `readOnlyRootFilesystem`.',
  },
  {
    name: 'resources',
    rule: pods.resources,
    why: 'Each container requests CPU and memory, and has a limit of memory.',
  },
  {
    name: 'heaps',
    rule: heapsFit,
    why: 'What `-Xmx` and `-XX:MaxDirectMemorySize` give a JVM is at most four fifths of the limit of its container.',
  },
  {
    name: 'probes',
    rule: pods.probes,
    why: 'Each container that stays has a readinessProbe and a livenessProbe.',
  },
  {
    name: 'slow-starts',
    rule: pods.patientProbes,
    why: 'Nothing is killed for being slow to start: with a livenessProbe there is a startupProbe that allows an hour. `timeouts.ready` judges starts.',
  },
  {
    name: 'images',
    rule: pods.pinnedImages,
    why: 'Images have a tag that does not move, or a digest, and are not pulled `Always`.',
  },
  {
    name: 'environment',
    rule: configuration.noLiteralEnvironment,
    why: 'Variables come from ConfigMaps and Secrets (`envFrom`, `valueFrom`), where people see and change them.',
  },
  {
    name: 'config-secrets',
    rule: configuration.noSecretInConfigMap,
    why: 'No ConfigMap has a key that looks like a secret.',
  },
  {
    name: 'rolls',
    rule: configuration.rollsWithConfiguration,
    why: 'A pod that uses a ConfigMap of the chart has an annotation `checksum/…`, so that it is replaced when that changes.',
  },
  {
    name: 'services',
    rule: wiring.services,
    why: 'A Service leads to pods of a workload, to ports that they have, never to a check. Pods that label themselves say so: `bigdata.dev/own-labels`.',
  },
  {
    name: 'disruption-budgets',
    rule: wiring.disruptionBudgets,
    why: 'A StatefulSet of several replicas has a PodDisruptionBudget.',
  },
  {
    name: 'claims',
    rule: wiring.claims,
    why: '`data.claims` of component.yaml selects all claims that the chart makes: what `uninstall` keeps, and `--delete-data` deletes.',
  },
  {
    name: 'checks',
    rule: hooks.checks,
    why: 'The checks of component.yaml are the test hooks of the chart: pods with `helm.sh/hook: test`, `hook-delete-policy: before-hook-creation` and `restartPolicy: Never`, in the order of rising weights. One of them disturbs nobody.',
  },
  {
    name: 'sentinel',
    rule: hooks.sentinels,
    why: 'What keeps data has a sentinel, whose pods have rising weights above those of the checks.',
  },
  {
    name: 'endpoints',
    rule: wiring.endpoints,
    why: 'The Services, ports and Secrets of `endpoints` are there.',
  },
  {
    name: 'rotation',
    rule: wiring.rotation,
    why: 'The Secret of `rotation` is made by the chart, with its keys.',
  },
  {
    name: 'little-cpu',
    rule: littleCpu,
    profile: 'small',
    why: 'In the profile `small`, a pod requests at most 50m of CPU: everything together fits on two cores.',
  },
  {
    name: 'apart',
    rule: replicasApart,
    profile: 'standard',
    why: 'In the profile `standard`, replicas keep off each other’s nodes: a podAntiAffinity on `kubernetes.io/hostname` that selects exactly them.',
  },
];

/** All rules with their reasons, in the order in which they are tried. */
export const rulesDescribed: readonly Described[] = [
  ...folderRules,
  ...Object.values(ownRules),
  ...chartRules,
  ...acrossRules,
];

/** The rules as a Markdown table, for docs/components.md. */
export function renderRulesTable(): string {
  return [
    '| rule | what is asked, and why |',
    '| --- | --- |',
    ...rulesDescribed.map(({ name, why }) => `| \`${name}\` | ${why.replaceAll('|', '\\|')} |`),
  ].join('\n');
}
