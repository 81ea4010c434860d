/**
 * What a change of a workload does to its pods and volumes. Pure.
 *
 * Its controller acts by rules of Kubernetes: https://kubernetes.io/docs/concepts/workloads/controllers/
 *
 * @module
 */
import type { Claim, KubernetesObject, Workload } from '../kubernetes/api/objects.js';
import { bytesOf } from '../kubernetes/api/quantity.js';
import { templatesOf } from '../kubernetes/releases/claim-sizes.js';
import type { WorkloadWords } from '../stack/plan/plan-types.js';
import { isSameTemplate } from './same-template.js';

export interface WorkloadChange {
  /** Undefined if it is not there. */
  readonly installed: KubernetesObject | undefined;
  /** Undefined if it is to go. */
  readonly planned: KubernetesObject | undefined;
  readonly words?: WorkloadWords;
}

/** How a controller replaces pods, as a predicate, of that many of them; more may have come before. */
type Replacing = (
  count: number,
  workload: Workload,
  words: WorkloadWords | undefined,
  grows: boolean,
) => string;

const replacing: Readonly<Record<string, Replacing>> = {
  StatefulSet: replacesInOrder,
  Deployment: replacesSome,
  DaemonSet: replacesByNode,
};

/** Predicates of the workload: nothing where its pods stay as they are. */
export function podsDo({ installed, planned, words }: WorkloadChange): string[] {
  if (planned === undefined) return ['is removed, with its pods'];
  const after = planned as Workload;
  const to = podsOf(after);
  if (installed === undefined) return [to === undefined ? 'starts its pods' : `starts ${pods(to)}`];
  const before = installed as Workload;
  const from = podsOf(before);
  const replaces = !isSameTemplate(before.spec?.template, after.spec?.template);
  const grows = from !== undefined && to !== undefined && to > from;
  const stay = from === undefined || to === undefined ? (from ?? to) : Math.min(from, to);
  return [
    ...scaling(after, from, to, words),
    ...(replaces && stay !== 0
      ? [replacing[after.kind ?? '']?.(stay ?? Number.NaN, after, words, grows) ?? 'replaces its pods']
      : []),
  ];
}

/** Predicates of a StatefulSet whose claims get other sizes, which is told before pods are. */
export function claimsDo({ installed, planned }: WorkloadChange): string[] {
  if (!installed || !planned) return [];
  return templatesOf(planned).flatMap((claim) => {
    const before = templatesOf(installed).find(({ metadata }) => metadata.name === claim.metadata.name);
    const [from, to] = [sizeOf(before), sizeOf(claim)];
    if (from === undefined || to === undefined || bytesOf(from) === bytesOf(to)) return [];
    const { name } = claim.metadata;
    return bytesOf(to) > bytesOf(from)
      ? [`expands its volumes ${name} from ${from} to ${to}, and is made anew around its pods, which go on`]
      : [`keeps its volumes ${name} of ${from}: only those of new pods have ${to}`];
  });
}

/** Undefined where somebody else decides, such as an autoscaler, or the number of nodes. */
function podsOf({ kind, spec }: Workload): number | undefined {
  return kind === 'DaemonSet' ? undefined : spec?.replicas;
}

function scaling(
  workload: Workload,
  from: number | undefined,
  to: number | undefined,
  words: WorkloadWords | undefined,
): string[] {
  if (from === undefined || to === undefined || from === to) return [];
  const { kind } = workload;
  const [few, many] = [Math.min(from, to), Math.max(from, to)];
  const ordinals = Array.from({ length: many - few }, (_, index) => few + index);
  const named = (numbers: readonly number[]) => listed(numbers.map((number) => nameOfPod(workload, number)));
  if (to > from)
    return [kind === 'StatefulSet' ? `starts ${named(ordinals)}` : `grows from ${from} to ${pods(to)}`];
  const goes = words?.leaving === undefined ? '' : `; each goes once ${words.leaving}`;
  return [
    kind === 'StatefulSet'
      ? `ends ${named(ordinals.toReversed())}${goes}`
      : `shrinks from ${from} to ${pods(to)}${goes}`,
  ];
}

/** Of a StatefulSet, the first being 0, whatever ordinal it has. */
function nameOfPod({ metadata, spec }: Workload, index: number): string {
  return `${metadata.name}-${(spec?.ordinals?.start ?? 0) + index}`;
}

function replacesInOrder(
  count: number,
  workload: Workload,
  words: WorkloadWords | undefined,
  grows: boolean,
): string {
  const { spec } = workload;
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type === 'OnDelete') return onDelete;
  const partition = rollingUpdate?.partition ?? 0;
  const replaced = Number.isNaN(count)
    ? count
    : Math.max(0, count - Math.max(0, partition - (spec?.ordinals?.start ?? 0)));
  if (replaced === 0) return `replaces none of its pods: all are below its partition ${partition}`;
  const { leaving, ready = 'it is ready' } = words ?? {};
  const goes = leaving === undefined ? '' : `one goes once ${leaving}`;
  if (replaced === 1 && count === 1) {
    const which = grows
      ? `${nameOfPod(workload, 0)} once those that are new are ready`
      : 'its only pod, which is away meanwhile';
    return `replaces ${which}${goes && `; it goes once ${leaving}`}`;
  }
  const which = Number.isNaN(replaced)
    ? 'its pods'
    : replaced === count
      ? `its ${replaced} pods`
      : `${replaced} of its ${count} pods`;
  const first = Number.isNaN(replaced) ? 'the last' : nameOfPod(workload, count - 1);
  const next = `the next one follows once ${ready}`;
  return `replaces ${which} one by one, ${first} first: ${[goes, next].filter(Boolean).join('; ')}`;
}

function replacesSome(count: number, { spec }: Workload, words?: WorkloadWords): string {
  const { type, rollingUpdate } = spec?.strategy ?? {};
  const goes = words?.leaving === undefined ? '' : `; one goes once ${words.leaving}`;
  const which = count === 1 ? 'its pod' : Number.isNaN(count) ? 'its pods' : `its ${count} pods`;
  if (type === 'Recreate')
    return `ends ${which} before it starts ${count === 1 ? 'a new one' : 'new ones'}, and is away meanwhile${goes}`;
  const surge = shareOf(rollingUpdate?.maxSurge, count, Math.ceil);
  const away = Math.max(
    shareOf(rollingUpdate?.maxUnavailable, count, Math.floor),
    // Both are never nothing.
    surge === 0 ? 1 : 0,
  );
  if (away === 0) return `replaces ${which}, a new one being ready before an old one goes${goes}`;
  if (away >= count) return `replaces ${which}, and may be away meanwhile${goes}`;
  if (Number.isNaN(away)) return `replaces ${which}${goes}`;
  return `replaces ${which}, at most ${away} away at a time${goes}`;
}

function replacesByNode(_: number, { spec }: Workload): string {
  return spec?.updateStrategy?.type === 'OnDelete' ? onDelete : 'replaces its pods, node by node';
}

const onDelete = 'replaces no pod by itself (OnDelete): each gets the change once somebody deletes it';

/** A number, or a share of the pods as `25%`, which is the default. */
function shareOf(share: number | string = '25%', count: number, round: (value: number) => number): number {
  return typeof share === 'number' ? share : round((Number.parseFloat(share) / 100) * count);
}

function sizeOf(claim: Claim | undefined): string | undefined {
  return claim?.spec?.resources?.requests?.storage;
}

function pods(count: number): string {
  return count === 1 ? 'one pod' : `${count} pods`;
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
