/**
 * Sizes that a StatefulSet asks for its claims. Kubernetes lets nobody change them in one that is there. Pure.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';

import type { Claim, KubernetesObject, Workload } from '../api/objects.js';
import { bytesOf } from '../api/quantity.js';

/** Whether claims differ, and in nothing but their sizes; false also where nobody can tell, or it is no StatefulSet. */
export function differsInSizes(live: KubernetesObject, planned: KubernetesObject): boolean {
  const [before, after] = [templatesOf(live), templatesOf(planned)];
  if (before.length !== after.length) return false;
  const pairs = after.map((template) => ({
    template,
    found: before.find(({ metadata }) => metadata.name === template.metadata.name),
  }));
  const areAlike = pairs.every(
    ({ template, found }) =>
      found !== undefined &&
      isDeepStrictEqual(withoutSize(found), withoutSize(template)) &&
      !Number.isNaN(sizeOf(found) + sizeOf(template)),
  );
  return areAlike && pairs.some(({ template, found }) => found && sizeOf(found) !== sizeOf(template));
}

/** The one StatefulSet with the claims of the other. */
export function withClaimsOf(other: KubernetesObject, one: KubernetesObject): KubernetesObject {
  const { volumeClaimTemplates } = (other as Workload).spec ?? {};
  return { ...one, spec: { ...(one as Workload).spec, volumeClaimTemplates } } as KubernetesObject;
}

/** The live StatefulSet as it is made anew, with the sizes of the planned one: whatever else others have set stays. */
export function madeAnew(live: KubernetesObject, planned: KubernetesObject): KubernetesObject {
  const { name, namespace, labels, annotations, ownerReferences } = live.metadata;
  const { spec } = live as Workload;
  const volumeClaimTemplates = templatesOf(live).map((template) => {
    const wanted = templatesOf(planned).find(({ metadata }) => metadata.name === template.metadata.name);
    const storage = wanted?.spec?.resources?.requests?.storage;
    const { resources } = template.spec ?? {};
    const sized = { ...resources, requests: { ...resources?.requests, storage } };
    return { metadata: template.metadata, spec: { ...template.spec, resources: sized } };
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace, labels, annotations, ownerReferences },
    spec: { ...spec, volumeClaimTemplates },
  } as KubernetesObject;
}

/** A claim that is smaller than it is to be. */
export interface SmallClaim {
  readonly claim: Claim;
  /** As it is written: `2Gi`. */
  readonly to: string;
}

/**
 * The claims of a StatefulSet that are to be expanded, or are being expanded. One that has no volume yet is none.
 *
 * @param claims - of its namespace
 */
export function claimsToExpand(planned: KubernetesObject, claims: readonly Claim[]): readonly SmallClaim[] {
  return templatesOf(planned).flatMap((template) => {
    const to = template.spec?.resources?.requests?.storage;
    const prefix = `${template.metadata.name}-${planned.metadata.name}-`;
    if (to === undefined) return [];
    return claims
      .filter(({ metadata: { name } }) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      .filter(({ status }) => status?.phase === 'Bound')
      .filter((claim) => sizeOf(claim) < bytesOf(to) || (asks(claim, to) && !isExpanded(claim, to)))
      .map((claim) => ({ claim, to }));
  });
}

/** Whether a claim asks for the size already. */
export function asks(claim: Claim, to: string): boolean {
  return sizeOf(claim) === bytesOf(to);
}

/** Whether the volume has the size, or gets it when a pod starts upon it. */
export function isExpanded({ status }: Claim, to: string): boolean {
  const isPending = status?.conditions?.some(
    ({ type, status: is }) => type === 'FileSystemResizePending' && is === 'True',
  );
  // The condition may be of an expansion before.
  const allocated = bytesOf(status?.allocatedResources?.storage ?? '');
  return (
    bytesOf(status?.capacity?.storage ?? '') >= bytesOf(to) ||
    (isPending === true && allocated >= bytesOf(to))
  );
}

/** Whether whoever expands volumes has given up. */
export function isInfeasible({ status }: Claim): boolean {
  return status?.allocatedResourceStatuses?.storage?.endsWith('Infeasible') === true;
}

/** The claims that a StatefulSet makes for each of its pods. */
export function templatesOf(object: KubernetesObject): readonly Claim[] {
  if (object.kind !== undefined && object.kind !== 'StatefulSet') return [];
  return ((object as Workload).spec?.volumeClaimTemplates ?? []) as readonly Claim[];
}

function sizeOf({ spec }: Claim): number {
  return bytesOf(spec?.resources?.requests?.storage ?? '');
}

/** What the API server adds by itself is left out. */
function withoutSize({ metadata, spec }: Claim): object {
  const { resources, volumeMode = 'Filesystem', ...rest } = spec ?? {};
  const { storage: _, ...requests } = resources?.requests ?? {};
  const { labels = {}, annotations = {} } = metadata;
  return { labels, annotations, volumeMode, ...rest, requests, limits: resources?.limits ?? {} };
}
