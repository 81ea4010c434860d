/**
 * Sizes that a StatefulSet asks for its claims. Kubernetes lets nobody change them in one that is there. Pure.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';

import type { Claim, KubernetesObject, Workload } from '../api/objects.js';
import { bytesOf } from '../api/quantity.js';

/** A size that is to be another. */
export interface ClaimSize {
  /** Name of the claim template. */
  readonly template: string;
  /** As they are written: `1Gi`. */
  readonly from: string;
  readonly to: string;
}

/** Which sizes differ; none where claims differ in more than that, or it is no StatefulSet. */
export function claimSizesOf(live: KubernetesObject, planned: KubernetesObject): readonly ClaimSize[] {
  const [before, after] = [templatesOf(live), templatesOf(planned)];
  if (before.length !== after.length) return [];
  const sizes = after.map((template): ClaimSize | undefined => {
    const found = before.find(({ metadata }) => metadata.name === template.metadata.name);
    const [from, to] = [found && sizeOf(found), sizeOf(template)];
    if (!found || from === undefined || to === undefined) return undefined;
    if (!isDeepStrictEqual(withoutSize(found), withoutSize(template))) return undefined;
    return { template: template.metadata.name, from, to };
  });
  if (sizes.some((size) => size === undefined)) return [];
  return sizes.flatMap((size) => (size && bytesOf(size.from) !== bytesOf(size.to) ? [size] : []));
}

/** The planned StatefulSet with the claims that the live one has: what an API server has against it apart from them. */
export function withClaimsOf(live: KubernetesObject, planned: KubernetesObject): KubernetesObject {
  const { volumeClaimTemplates } = (live as Workload).spec ?? {};
  return { ...planned, spec: { ...(planned as Workload).spec, volumeClaimTemplates } } as KubernetesObject;
}

/** A claim that is smaller than it is to be. */
export interface SmallClaim {
  readonly claim: Claim;
  readonly to: string;
}

/** The claims of a StatefulSet that are to be expanded. @param claims - of its namespace */
export function claimsToExpand(
  statefulSet: string,
  sizes: readonly ClaimSize[],
  claims: readonly Claim[],
): readonly SmallClaim[] {
  return sizes.flatMap(({ template, to }) => {
    const prefix = `${template}-${statefulSet}-`;
    return claims
      .filter(({ metadata: { name } }) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      .filter(({ spec }) => bytesOf(spec?.resources?.requests?.storage ?? '') < bytesOf(to))
      .map((claim) => ({ claim, to }));
  });
}

/** Whether the volume has the size, or gets it when a pod starts upon it. */
export function isExpanded({ status }: Claim, to: string): boolean {
  const isPending = status?.conditions?.some(
    ({ type, status: is }) => type === 'FileSystemResizePending' && is === 'True',
  );
  return isPending === true || bytesOf(status?.capacity?.storage ?? '') >= bytesOf(to);
}

function templatesOf(object: KubernetesObject): readonly Claim[] {
  if (object.kind !== undefined && object.kind !== 'StatefulSet') return [];
  return ((object as Workload).spec?.volumeClaimTemplates ?? []) as readonly Claim[];
}

function sizeOf({ spec }: Claim): string | undefined {
  return spec?.resources?.requests?.storage;
}

/** What the API server adds by itself is left out. */
function withoutSize({ metadata, spec }: Claim): object {
  const { resources, volumeMode = 'Filesystem', ...rest } = spec ?? {};
  const { storage: _, ...requests } = resources?.requests ?? {};
  const { labels = {}, annotations = {} } = metadata;
  return { labels, annotations, volumeMode, ...rest, requests, limits: resources?.limits ?? {} };
}
