/**
 * What a change of a release does, step by step: the words of a plan. Pure.
 *
 * @module
 */
import type { KubernetesObject } from '../kubernetes/api/objects.js';
import { hookMoments } from '../kubernetes/releases/ownership.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';
import { objectName } from './object-changes.js';
import { type WorkloadChange, claimsDo, podsDo } from './workload-steps.js';

/** One thing that happens. */
export interface ChangeStep {
  /** From 1. What has the same number goes on at the same time. */
  readonly step: number;
  /** `Kind/name`; absent where it is done to the component as a whole. */
  readonly object?: string;
  /** A predicate: `replaces its 3 pods one by one, …`. */
  readonly does: string;
}

export interface ReleaseChange {
  readonly component: Pick<PlannedComponent, 'changes' | 'checks' | 'sentinel'>;
  /** Of the release as it is. */
  readonly installed: readonly KubernetesObject[];
  /** Of the release as it is to be. */
  readonly planned: readonly KubernetesObject[];
  /** Whether the records of the sentinel are written before. */
  readonly writesSentinel: boolean;
}

/** Kinds that keep pods running. */
const workloadKinds: ReadonlySet<string> = new Set(['StatefulSet', 'Deployment', 'DaemonSet']);

type Doing = Omit<ChangeStep, 'step'>;

/** What `up` does, in order. */
export function stepsOf(change: ReleaseChange): ChangeStep[] {
  const { component, planned, writesSentinel } = change;
  const { sentinel } = component;
  const workloads = workloadsOf(change);
  const sizes = workloads.flatMap((each) => doings(each.name, claimsDo(each)));
  const objects = [...workloads.flatMap((each) => doings(each.name, podsDo(each))), ...removedClaims(change)];
  const phases: readonly (readonly Doing[])[] = [
    writesSentinel && sentinel ? [{ does: `writes records that must survive: ${sentinel.records}` }] : [],
    sizes,
    ...hooksAt('pre-upgrade', planned, component),
    objects.length > 0 ? objects : [{ does: 'applies its objects, and replaces no pod' }],
    ...hooksAt('post-upgrade', planned, component),
    [{ does: proofOf(component, writesSentinel) }],
  ];
  return phases
    .filter((phase) => phase.length > 0)
    .flatMap((phase, index) => phase.map((each) => ({ step: index + 1, ...each })));
}

function doings(object: string, sentences: readonly string[]): Doing[] {
  return sentences.map((does) => ({ object, does }));
}

/** Workloads of either side, each beside what it was. */
function workloadsOf({
  component,
  installed,
  planned,
}: ReleaseChange): (WorkloadChange & { readonly name: string })[] {
  const before = workloadsByName(installed);
  const after = workloadsByName(planned);
  return [...new Set([...after.keys(), ...before.keys()])].map((name) => {
    const [one, other] = [before.get(name), after.get(name)];
    const words = component.changes?.workloads.find((each) => name.endsWith(`/${each.name}`));
    return { name, installed: one, planned: other, ...(words && { words }) };
  });
}

function workloadsByName(objects: readonly KubernetesObject[]): Map<string, KubernetesObject> {
  const workloads = objects.filter(({ kind = '' }) => workloadKinds.has(kind));
  return new Map(workloads.map((workload) => [objectName(workload), workload]));
}

/** Claims of the manifest itself, which Helm deletes with what is on them. */
function removedClaims({ installed, planned }: ReleaseChange): Doing[] {
  const stays = new Set(planned.map(objectName));
  return installed
    .filter((object) => object.kind === 'PersistentVolumeClaim' && !stays.has(objectName(object)))
    .map((claim) => ({
      object: objectName(claim),
      does:
        claim.metadata.annotations?.['helm.sh/resource-policy'] === 'keep'
          ? 'stays, with its data'
          : 'is deleted, with its data',
    }));
}

/** The hooks of one moment, one after the other as Helm runs them. */
function hooksAt(
  moment: string,
  objects: readonly KubernetesObject[],
  { changes }: ReleaseChange['component'],
): Doing[][] {
  return objects
    .filter((object) => hookMoments(object).includes(moment))
    .toSorted(
      (one, other) => weightOf(one) - weightOf(other) || (objectName(one) < objectName(other) ? -1 : 1),
    )
    .map((hook) => {
      const words = changes?.hooks.find(({ name }) => name === hook.metadata.name)?.does;
      return [{ object: objectName(hook), does: words ?? `runs (${moment})` }];
    });
}

function weightOf({ metadata }: KubernetesObject): number {
  return Number(metadata.annotations?.['helm.sh/hook-weight'] ?? 0);
}

function proofOf({ checks }: ReleaseChange['component'], readsSentinel: boolean): string {
  const names = checks.map(({ name }) => name);
  const proven = names.length === 0 ? 'is ready' : `is ready, and proven by ${names.join(', ')}`;
  return `${proven}${readsSentinel ? '; the records are read back' : ''}`;
}
