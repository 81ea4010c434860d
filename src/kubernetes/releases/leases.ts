/**
 * Leases: who may write something now, by agreement. Every write names the version that it replaces, so that of two
 * who write at the same time one is refused.
 *
 * @module
 */
import { isKubernetesError, unlessAbsent } from '../api/errors.js';
import type { KubernetesObject, Metadata } from '../api/objects.js';
import type { Rest } from '../api/rest.js';
import { listAll } from '../api/list.js';

export interface LeaseSpec {
  /** Whose it is, for people. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  /** RFC 3339 with microseconds, as {@link microTime} writes it. */
  readonly acquireTime?: string;
  readonly renewTime?: string;
  /** How often it went from one holder to another. */
  readonly leaseTransitions?: number;
}

export interface Lease extends KubernetesObject {
  readonly metadata: Metadata;
  readonly spec?: LeaseSpec;
}

/** What a write of a lease came to. */
export type LeaseWritten =
  | { readonly lease: Lease }
  /** `outrun`: somebody else wrote it first. `nowhere`: its namespace is gone, or takes nothing new any more. */
  | { readonly lease?: never; readonly refused: 'outrun' | 'nowhere' };

/** Reads a lease; undefined if there is none. @throws KubernetesError */
export async function readLease(
  rest: Rest,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<Lease | undefined> {
  const path = `${leasesPath(namespace)}/${name}`;
  return await unlessAbsent(() => rest.json<Lease>({ path, signal }));
}

/** The leases with this label. @throws KubernetesError */
export async function listLeases(
  rest: Rest,
  namespace: string,
  labelSelector: string,
  signal: AbortSignal,
): Promise<readonly Lease[]> {
  return (await listAll<Lease>(rest, { path: leasesPath(namespace), labelSelector }, signal)).items;
}

/**
 * Makes the lease, or replaces the version of it that its metadata name.
 *
 * @param timeout milliseconds
 * @throws KubernetesError
 */
export async function writeLease(
  rest: Rest,
  namespace: string,
  { metadata, spec }: Lease,
  options: { readonly signal?: AbortSignal; readonly timeout?: number },
): Promise<LeaseWritten> {
  const isNew = metadata.resourceVersion === undefined;
  const body = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...metadata, namespace },
    spec,
  };
  try {
    const lease = await rest.json<Lease>({
      method: isNew ? 'POST' : 'PUT',
      path: isNew ? leasesPath(namespace) : `${leasesPath(namespace)}/${metadata.name}`,
      query: { fieldManager: 'bigdata' },
      body,
      ...options,
    });
    return { lease };
  } catch (error) {
    if (isKubernetesError(error, 'conflict')) return { refused: 'outrun' };
    if (isKubernetesError(error, 'notFound')) return { refused: isNew ? 'nowhere' : 'outrun' };
    if (isNew && isKubernetesError(error, 'forbidden') && error.message.includes('is being terminated'))
      return { refused: 'nowhere' };
    throw error;
  }
}

/** Deletes exactly this version of the lease; fine if somebody else was faster. @throws KubernetesError */
export async function deleteLease(
  rest: Rest,
  namespace: string,
  { metadata: { name, uid, resourceVersion } }: Lease,
  signal: AbortSignal,
): Promise<void> {
  const preconditions = { uid, resourceVersion };
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
  try {
    await rest.json({ method: 'DELETE', path: `${leasesPath(namespace)}/${name}`, body, signal });
  } catch (error) {
    if (!isKubernetesError(error, 'notFound', 'conflict')) throw error;
  }
}

/**
 * Milliseconds by which a lease is given longer than it says: the server's time is known by an HTTP header, which has
 * whole seconds.
 */
const slack = 1_500;

/**
 * True if its holder let it run out, by the times in it: for who looks once. Whoever acts upon it watches, see {@link LeaseWatch}.
 *
 * @param now the API server's time, milliseconds since 1970
 */
export function hasRunOut({ spec }: Lease, now: number): boolean {
  const renewed = Date.parse(spec?.renewTime ?? spec?.acquireTime ?? '');
  if (Number.isNaN(renewed)) return true;
  return now > renewed + (spec?.leaseDurationSeconds ?? 0) * 1_000 + slack;
}

/**
 * Looks at one lease again and again: it has run out when nobody has written it for as long as it says. By this machine's
 * monotonic clock, as the times in the lease are of clocks that people and machines set.
 */
export class LeaseWatch {
  #seen: { readonly version: string | undefined; readonly since: number } | undefined;

  /** @param now milliseconds of a clock that nobody sets */
  hasRunOut({ metadata: { resourceVersion }, spec }: Lease, now: number): boolean {
    if (this.#seen?.version !== resourceVersion) this.#seen = undefined;
    this.#seen ??= { version: resourceVersion, since: now };
    return now - this.#seen.since > (spec?.leaseDurationSeconds ?? 0) * 1_000;
  }
}

/** A time as leases have it. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

function leasesPath(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
}
