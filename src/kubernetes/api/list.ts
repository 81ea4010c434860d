/**
 * Whole collections, page by page.
 *
 * @module
 */
import type { KubernetesObject, List } from './objects.js';
import { type Query, type Rest, metadataOnly } from './rest.js';

/** Where to look: a collection's path and what to select in it. */
export interface Source {
  /** E.g. `/api/v1/namespaces/bigdata/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Names, labels, annotations and owners only: where contents are none of our business. */
  readonly metadataOnly?: boolean;
}

/** Lists a collection, page by page. @throws KubernetesError, or the signal's reason. */
export async function listAll<T extends KubernetesObject>(
  rest: Rest,
  source: Source,
  signal?: AbortSignal,
): Promise<List<T>> {
  const items: T[] = [];
  let metadata: List<T>['metadata'] = {};
  let next: string | undefined;
  do {
    // An empty list of metadata comes as `null`.
    const page = await rest.json<Omit<List<T>, 'items'> & { readonly items: readonly T[] | null }>({
      path: source.path,
      query: { ...selectors(source), limit: 500, continue: next },
      ...(source.metadataOnly === true ? { accept: metadataOnly.list } : {}),
      ...(signal === undefined ? {} : { signal }),
    });
    items.push(...(page.items ?? []));
    metadata = page.metadata;
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return { metadata, items };
}

/** The part of a query that selects. */
export function selectors({ labelSelector, fieldSelector }: Source): Query {
  return { labelSelector, fieldSelector };
}
