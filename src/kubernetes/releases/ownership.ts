/**
 * Whose an object is, and why it is still there. Pure.
 *
 * @module
 */
import type { LeftObject } from '../../stack/operation/operation-types.js';
import { releaseAnnotation } from '../diagnose/release.js';
import { isWrittenByHelm } from './field-ownership.js';
import type { FoundObject, Inventory } from './inventory.js';
import type { KubernetesObject, Metadata, PersistentVolume } from '../api/objects.js';
import { Label } from './releases.js';

/** What the stack owns, by name. */
export interface Ownership {
  readonly stack: string;
  readonly namespace: string;
  /** True if this program made the namespace. */
  readonly namespaceIsOurs: boolean;
  readonly releases: readonly OwnedRelease[];
  /** True if data was to be deleted: then none is kept. */
  readonly deleteData: boolean;
}

export interface OwnedRelease {
  readonly release: string;
  /** Label selector of its claims. */
  readonly claims?: string;
}

/** Annotation by which a chart marks its hooks, which Helm does not mark as a release's. */
export const hookAnnotation = 'helm.sh/hook';

/** Whether `helm test` runs an object of a chart. */
export function isTestHook({ metadata }: Pick<KubernetesObject, 'metadata'>): boolean {
  return hookMoments({ metadata }).includes('test');
}

/** When Helm runs an object as a hook, as `pre-upgrade`; never, if it is none. */
export function hookMoments({ metadata }: Pick<KubernetesObject, 'metadata'>): string[] {
  const moments = metadata.annotations?.[hookAnnotation] ?? '';
  return moments.split(',').map((moment) => moment.trim());
}

/** Annotation by which Helm marks the namespace of a release. */
export const releaseNamespaceAnnotation = 'meta.helm.sh/release-namespace';

/** Objects that every namespace has. */
const everywhere = [
  { kind: 'ConfigMap', name: 'kube-root-ca.crt' },
  { kind: 'ServiceAccount', name: 'default' },
];

/** True for an object that Helm has marked as this release's. */
export function isMarkedAs(release: string, namespace: string, { annotations }: Metadata): boolean {
  return (
    annotations?.[releaseAnnotation] === release && annotations[releaseNamespaceAnnotation] === namespace
  );
}

/** True for an object that Helm has marked as this release's and written itself: a copy of one has the marks as well. */
export function isOfHelm(release: string, namespace: string, metadata: Metadata): boolean {
  return isMarkedAs(release, namespace, metadata) && isWrittenByHelm(metadata);
}

/** Kinds that controllers make with the labels of a release and without Helm's annotations. */
const labelled: ReadonlySet<string> = new Set(['Pod', 'PersistentVolumeClaim']);

/**
 * True for an object of this release: by Helm's annotations, if Helm wrote them, or, for hooks and for what controllers make, in its namespace by
 * the conventional label. On anything else that label proves nothing: `kubectl expose` copies it.
 */
export function isOfRelease(
  release: string,
  namespace: string,
  { resource, metadata }: FoundObject,
): boolean {
  const { annotations, labels } = metadata;
  const byHelm = isOfHelm(release, namespace, metadata);
  const mayBeByLabel = labelled.has(resource.kind) || annotations?.[hookAnnotation] !== undefined;
  return byHelm || (mayBeByLabel && metadata.namespace === namespace && labels?.[Label.instance] === release);
}

/** True for an object that Helm was told to keep. */
export function isKept({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['helm.sh/resource-policy'] === 'keep';
}

/** True if the labels satisfy `k=v,k2=v2`. */
export function matchesSelector(labels: Metadata['labels'], selector: string): boolean {
  return selector.split(',').every((term) => {
    const [key = '', value = ''] = term.split(/==?/).map((part) => part.trim());
    return labels?.[key] === value;
  });
}

/** Everything that is left, with the reason; strangers only where they keep our namespace alive. */
export function leftObjects(inventory: Inventory, ownership: Ownership): LeftObject[] {
  const uids = new Set(inventory.objects.map(({ metadata }) => metadata.uid));
  const roots = inventory.objects.filter(
    (each) => !isNamespaceItself(each, ownership) && !isDerived(each, uids),
  );
  const left = roots.flatMap((each) => leftObject(each, ownership));
  const volumes = inventory.volumes.flatMap((each) => leftVolume(each, left, ownership));
  const unseen = inventory.unseen.map(({ kind, why }): LeftObject => ({
    kind,
    name: '*',
    why: 'not-ours',
    detail: `${why}, so nothing is proven about them`,
  }));
  return [...left, ...volumes, ...leftNamespace(inventory, left, ownership), ...unseen];
}

function isNamespaceItself({ resource, metadata }: FoundObject, { namespace }: Ownership): boolean {
  return resource.kind === 'Namespace' && metadata.name === namespace;
}

/** Pods of a StatefulSet and the like go with their owner, which is listed itself. */
function isDerived({ metadata }: FoundObject, uids: ReadonlySet<string | undefined>): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uids.has(uid)) ?? false;
}

function leftObject(found: FoundObject, ownership: Ownership): LeftObject[] {
  const { resource, metadata } = found;
  if (everywhere.some(({ kind, name }) => resource.kind === kind && metadata.name === name)) return [];
  const what = {
    kind: resource.kind,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  };
  const owner = ownerOf(found, ownership);
  if (owner === undefined) {
    const inOurNamespace = ownership.namespaceIsOurs && metadata.namespace === ownership.namespace;
    return inOurNamespace
      ? [{ ...what, why: 'not-ours', detail: 'somebody else put it into the namespace' }]
      : [];
  }
  const isData = resource.kind === 'PersistentVolumeClaim' || isKept(found);
  if (isData && !ownership.deleteData && metadata.deletionTimestamp === undefined) {
    return [{ ...what, why: 'kept', detail: `data of ${owner}, which the next \`bigdata up\` finds again` }];
  }
  return [{ ...what, why: 'stuck', detail: whyStuck(metadata) }];
}

function ownerOf(found: FoundObject, ownership: Ownership): string | undefined {
  const { resource, metadata } = found;
  const owner = ownership.releases.find(
    ({ release, claims }) =>
      isOfRelease(release, ownership.namespace, found) ||
      (resource.kind === 'PersistentVolumeClaim' &&
        claims !== undefined &&
        matchesSelector(metadata.labels, claims)),
  );
  if (owner) return owner.release;
  // Another stack may have the same name in a namespace of its own.
  if (resource.kind === 'Namespace' && metadata.name !== ownership.namespace) return undefined;
  return metadata.labels?.[Label.stack] === ownership.stack &&
    (metadata.namespace ?? ownership.namespace) === ownership.namespace
    ? `stack ${ownership.stack}`
    : undefined;
}

/** Why an object that should be gone is there. */
export function whyStuck({ deletionTimestamp, finalizers }: Metadata): string {
  if (deletionTimestamp === undefined) return 'it was not deleted';
  return finalizers && finalizers.length > 0
    ? `it is being deleted since ${deletionTimestamp}, held by ${finalizers.join(', ')}`
    : `it is being deleted since ${deletionTimestamp}`;
}

function leftVolume(
  { metadata, spec }: PersistentVolume,
  left: readonly LeftObject[],
  ownership: Ownership,
): LeftObject[] {
  const claim = spec?.claimRef;
  if (claim?.namespace !== ownership.namespace) return [];
  const what = { kind: 'PersistentVolume', name: metadata.name };
  const known = left.find(({ kind, name }) => kind === 'PersistentVolumeClaim' && name === claim.name);
  if (known) return [{ ...what, why: known.why, detail: `volume of the claim ${claim.name}` }];
  if (!ownership.namespaceIsOurs) return [];
  return spec?.persistentVolumeReclaimPolicy === 'Retain'
    ? [{ ...what, why: 'kept', detail: `its reclaim policy is Retain; its claim ${claim.name} is gone` }]
    : [
        {
          ...what,
          why: 'stuck',
          detail: `its claim ${claim.name} is gone and its provisioner has not removed it: if that is gone, too, \`bigdata up\` brings it back`,
        },
      ];
}

function leftNamespace(
  inventory: Inventory,
  left: readonly LeftObject[],
  ownership: Ownership,
): LeftObject[] {
  const found = inventory.objects.find((each) => isNamespaceItself(each, ownership));
  const isThere =
    found ?? inventory.objects.find(({ metadata }) => metadata.namespace === ownership.namespace);
  if (!ownership.namespaceIsOurs || !isThere) return [];
  const what = { kind: 'Namespace', name: ownership.namespace };
  const strangers = left.filter(({ why }) => why === 'not-ours').length;
  const kept = left.filter(({ why }) => why === 'kept').length;
  if (found?.metadata.deletionTimestamp === undefined && strangers + kept > 0) {
    const reasons = [
      kept > 0 ? `${kept} kept objects` : '',
      strangers > 0 ? `${strangers} objects of others` : '',
    ];
    return [
      { ...what, why: 'kept', detail: `it holds ${reasons.filter((each) => each !== '').join(' and ')}` },
    ];
  }
  return [{ ...what, why: 'stuck', detail: found ? whyStuck(found.metadata) : 'it was not deleted' }];
}
