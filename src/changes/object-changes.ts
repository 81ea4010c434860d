/**
 * What a change does to the objects of a release, as unified diffs without secrets. Pure.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';

import { FILE_HEADERS_ONLY, createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';

import type { KubernetesObject } from '../kubernetes/api/objects.js';
import { isTestHook } from '../kubernetes/releases/ownership.js';
import type { SecretValue } from '../redaction/redactor.js';
import { redactingBoth } from './redaction.js';

/** One object that comes, goes, or becomes another. */
export interface ObjectChange {
  /** E.g. `ConfigMap/kafka`. */
  readonly object: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Unified, from what is installed to what is planned; empty if all that changes is redacted. */
  readonly diff: string;
  /** Of what people need not read: the pod of a check, which is no part of what runs; labels that name chart and version. */
  readonly folded?: 'check' | 'labels';
}

/** Labels that change with every version of a chart, on every object. */
const chartLabels: ReadonlySet<string> = new Set(['helm.sh/chart', 'app.kubernetes.io/version']);

/** Lines around a change. */
const surroundings = 3;

/** What `diff` writes in place of a file that is not there. */
const nothing = '/dev/null';

/**
 * Compares the objects of two manifests.
 *
 * @param secrets - of the namespace; those in the manifests are redacted as well
 * @param equals - whether objects that do not differ are told as well, with an empty diff
 */
export function compareObjects(
  installed: readonly unknown[],
  planned: readonly unknown[],
  secrets: readonly SecretValue[],
  { equals = false }: { readonly equals?: boolean } = {},
): ObjectChange[] {
  const before = byIdentity(installed);
  const after = byIdentity(planned);
  const identities = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const redaction = redactingBoth([...before.values()], [...after.values()], secrets);
  return identities.flatMap((identity): ObjectChange[] => {
    const [one, other] = [before.get(identity), after.get(identity)];
    if (!equals && isDeepStrictEqual(one, other)) return [];
    const object = objectName(one ?? other);
    const diff = unified(
      object,
      one && textOf(redaction.installed(one, other)),
      other && textOf(redaction.planned(other, one)),
    );
    const change = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed';
    const folded = isTestHook((one ?? other) as KubernetesObject)
      ? 'check'
      : differsInLabels(one, other)
        ? 'labels'
        : undefined;
    return [{ object, change, diff, ...(folded === undefined ? {} : { folded }) }];
  });
}

/** Whether two objects differ, and in nothing but labels that name chart and version. */
function differsInLabels(one: KubernetesObject | undefined, other: KubernetesObject | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    !isDeepStrictEqual(one, other) &&
    isDeepStrictEqual(withoutChartLabels(one), withoutChartLabels(other))
  );
}

function withoutChartLabels(value: unknown, isLabels = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutChartLabels(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isLabels && chartLabels.has(key)))
      .map(([key, item]) => [key, withoutChartLabels(item, key === 'labels')]),
  );
}

/** No line is folded: a diff is read by its lines. */
function textOf(redacted: unknown): string {
  return stringify(redacted, { sortMapEntries: true, lineWidth: 0 });
}

function byIdentity(objects: readonly unknown[]): Map<string, KubernetesObject> {
  return new Map(objects.filter(isObject).map((object) => [identityOf(object), object]));
}

/** Whether it is an object of a manifest. */
export function isObject(value: unknown): value is KubernetesObject {
  return typeof (value as Partial<KubernetesObject> | undefined)?.metadata?.name === 'string';
}

/** A newer version of the same kind is the same object. */
function identityOf(object: KubernetesObject): string {
  const group = /^(.*)\//.exec(object.apiVersion ?? '')?.[1] ?? '';
  return `${objectName(object)} ${group} ${object.metadata.namespace ?? ''}`;
}

/** `Kind/name` of an object of a manifest. */
export function objectName(object: unknown): string {
  const { kind, metadata } = (object ?? {}) as Partial<KubernetesObject>;
  return `${kind}/${metadata?.name}`;
}

function unified(object: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return '';
  return createTwoFilesPatch(
    before === undefined ? nothing : `${object} installed`,
    after === undefined ? nothing : `${object} planned`,
    before ?? '',
    after ?? '',
    undefined,
    undefined,
    { context: surroundings, headerOptions: FILE_HEADERS_ONLY },
  );
}
