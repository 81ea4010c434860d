/**
 * Which kinds of objects the cluster knows.
 *
 * @module
 */
import { isKubernetesError } from './errors.js';
import type { Rest } from './rest.js';

/** A kind of object that can be listed. */
export interface Resource {
  readonly kind: string;
  /** Name in paths, e.g. `statefulsets`. */
  readonly plural: string;
  /** `/api/v1`, `/apis/apps/v1`, … */
  readonly base: string;
  readonly namespaced: boolean;
}

interface GroupList {
  readonly groups: readonly {
    readonly name: string;
    readonly preferredVersion: { readonly groupVersion: string };
  }[];
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

/** Kinds that others derive and nobody owns. */
const derived =
  /^(Event|ComponentStatus|PodMetrics|NodeMetrics|Endpoints|EndpointSlice|ControllerRevision|Lease)$/;

/** All kinds that can be listed and deleted, in the preferred version of each group. @throws KubernetesError */
export async function listResources(rest: Rest, signal?: AbortSignal): Promise<Resource[]> {
  const options = signal ? { signal } : {};
  const groups = await rest.json<GroupList>({ path: '/apis', ...options });
  const bases = [
    '/api/v1',
    ...groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`),
  ];
  const lists = await Promise.all(bases.map((base) => resourcesOf(rest, base, signal)));
  return lists.flat();
}

/** The kinds of one group and version, by its path; none if its server is down. @throws KubernetesError */
export async function resourcesOf(rest: Rest, base: string, signal?: AbortSignal): Promise<Resource[]> {
  try {
    const list = await rest.json<ResourceList>({ path: base, ...(signal ? { signal } : {}) });
    return list.resources
      .filter(
        ({ name, kind, verbs }) =>
          !name.includes('/') && verbs.includes('list') && verbs.includes('delete') && !derived.test(kind),
      )
      .map(({ name, kind, namespaced }) => ({ kind, plural: name, base, namespaced }));
  } catch (error) {
    // An aggregated API whose server is down answers 503 or 404: what it serves cannot be ours to list.
    if (isKubernetesError(error, 'server', 'notFound')) return [];
    throw error;
  }
}

/** The kinds of the groups and versions that objects are of, each asked for once. @throws KubernetesError */
export async function resourcesFor(
  rest: Rest,
  objects: readonly { readonly apiVersion: string }[],
  signal?: AbortSignal,
): Promise<Resource[]> {
  const bases = new Set(objects.map(({ apiVersion }) => basePathOf(apiVersion)));
  return (await Promise.all([...bases].map((base) => resourcesOf(rest, base, signal)))).flat();
}

/** `/apis/apps/v1` of `apps/v1`, `/api/v1` of `v1`. */
export function basePathOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** What the base path of a group begins with in whatever version: `/apis/apps/` of `apps/v1`, `/api/` of `v1`. */
export function groupPathOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion.split('/')[0]}/` : '/api/';
}

/** The kind of an object in just this version. */
export function resourceOf(
  resources: readonly Resource[],
  { apiVersion = '', kind }: { readonly apiVersion?: string; readonly kind?: string },
): Resource | undefined {
  return resources.find((each) => each.kind === kind && each.base === basePathOf(apiVersion));
}

/** Path of one object, or of its collection without a name. */
export function pathOf(resource: Resource, namespace: string | undefined, name?: string): string {
  const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return `${resource.base}${scope}/${resource.plural}${name === undefined ? '' : `/${name}`}`;
}
