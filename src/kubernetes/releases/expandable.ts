/** @module */
import { unlessAbsent, unlessForbidden } from '../api/errors.js';
import type { KubernetesObject } from '../api/objects.js';
import type { Rest } from '../api/rest.js';
import type { SmallClaim } from './claim-sizes.js';

interface StorageClass extends KubernetesObject {
  readonly allowVolumeExpansion?: boolean;
}

/** Names of those among some objects that let volumes be expanded. */
export function expandableClasses(objects: readonly KubernetesObject[]): ReadonlySet<string> {
  const classes = objects.filter(({ kind }) => kind === 'StorageClass') as readonly StorageClass[];
  return new Set(
    classes.filter((each) => each.allowVolumeExpansion === true).map(({ metadata }) => metadata.name),
  );
}

/** The first claim whose class lets no volume be expanded; undefined also where classes may not be read. @throws KubernetesError */
export async function fixedClass(
  rest: Rest,
  claims: readonly SmallClaim[],
  signal?: AbortSignal,
): Promise<(SmallClaim & { readonly storageClass: string }) | undefined> {
  const names = [...new Set(claims.map(({ claim }) => claim.spec?.storageClassName ?? ''))];
  const fixed = await Promise.all(
    names.map(async (name) => ((await isFixed(rest, name, signal)) ? [name] : [])),
  );
  const first = claims.find(({ claim }) => fixed.flat().includes(claim.spec?.storageClassName ?? ''));
  return first && { ...first, storageClass: first.claim.spec?.storageClassName ?? 'none' };
}

/** A claim of a class that is gone, or of none, keeps its size as well. */
async function isFixed(rest: Rest, name: string, signal?: AbortSignal): Promise<boolean> {
  if (name === '') return true;
  const path = `/apis/storage.k8s.io/v1/storageclasses/${name}`;
  const look = () => rest.json<StorageClass>({ path, ...(signal && { signal }) });
  const found = await unlessForbidden(async () => (await unlessAbsent(look)) ?? {});
  return found !== undefined && (found as Partial<StorageClass>).allowVolumeExpansion !== true;
}
