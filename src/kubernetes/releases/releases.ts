/**
 * Helm releases, seen through the labels of their Secrets: one list tells all, and no content is fetched.
 *
 * @module
 */
import { defined } from '../../util/defined.js';
import { sharedLook } from '../api/coalesced.js';
import type { KubernetesObject, Metadata } from '../api/objects.js';
import type { Rest } from '../api/rest.js';
import { listAll } from '../api/list.js';

/** Labels that this program puts on things. */
export const Label = {
  /** Name of the stack: marks what this program made. */
  stack: 'bigdata.dev/stack',
  /** On claims that outlive their release: name of the component whose data they hold. */
  component: 'bigdata.dev/component',
  /** On release Secrets: {@link digestLabel} of the component's digest. */
  digest: 'bigdata.dev/digest',
  /** On release Secrets: which activity of which run made the revision. */
  activity: 'bigdata.dev/activity',
  managedBy: 'app.kubernetes.io/managed-by',
  instance: 'app.kubernetes.io/instance',
} as const;

/** Value of {@link Label.managedBy} on what this program made itself; what Helm made for it carries `Helm`. */
export const managedByUs = 'bigdata';

/** A digest as a label's value, which holds 63 characters: the first 60 hex digits. */
export function digestLabel(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 60);
}

/** The newest revision of a release. */
export interface Release {
  readonly name: string;
  readonly revision: number;
  /** Helm's word: `deployed`, `failed`, `pending-install`, `pending-upgrade`, `pending-rollback`, `uninstalling`, … */
  readonly status: string;
  /** Label {@link Label.stack}, absent on somebody else's release. */
  readonly stack?: string;
  /** Label {@link Label.digest}. */
  readonly digest?: string;
  /** Label {@link Label.activity}. */
  readonly activity?: string;
  /** Newest revision that was deployed at some time, absent if none ever was. */
  readonly lastDeployed?: number;
  /** Name of the Secret that holds the newest revision. */
  readonly secret: string;
  /** When it was last written, milliseconds since 1970 by the API server's clock. */
  readonly touched: number;
}

/** All releases of a namespace, or the one with this name. @throws KubernetesError */
export async function listReleases(
  rest: Rest,
  namespace: string,
  options: { readonly name?: string; readonly signal?: AbortSignal } = {},
): Promise<Release[]> {
  const labelSelector = options.name === undefined ? 'owner=helm' : `owner=helm,name=${options.name}`;
  const source = { path: secretsPath(namespace), labelSelector, metadataOnly: true };
  const secrets = await listAll<KubernetesObject>(rest, source, options.signal);
  return releasesOf(secrets.items);
}

/** All releases of a namespace by name, in a look that all who want one at the same time share. @throws KubernetesError */
export const shareReleases = sharedLook(async (rest, namespace) => {
  const releases = await listReleases(rest, namespace);
  return new Map(releases.map((each) => [each.name, each]));
});

/** One revision of a release that Helm remembers. */
export interface Revision {
  readonly revision: number;
  /** As of a {@link Release}; `superseded` as well. */
  readonly status: string;
  /** Label {@link Label.stack}. */
  readonly stack?: string;
  /** Label {@link Label.digest}. */
  readonly digest?: string;
  /** When Helm began it, RFC 3339 by the API server's clock. */
  readonly createdAt?: string;
  /** Name of the Secret that holds it. */
  readonly secret: string;
}

/** The revisions of a release that Helm remembers, the newest first. @throws KubernetesError */
export async function listRevisions(
  rest: Rest,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<Revision[]> {
  const source = {
    path: secretsPath(namespace),
    labelSelector: `owner=helm,name=${name}`,
    metadataOnly: true,
  };
  const { items } = await listAll<KubernetesObject>(rest, source, signal);
  return revisionsOf(items);
}

/** Revisions by their Secrets, the newest first. */
export function revisionsOf(secrets: readonly KubernetesObject[]): Revision[] {
  const revisions = secrets.map((secret) => {
    const { labels = {} } = secret.metadata;
    return {
      revision: revisionOf(secret),
      status: labels['status'] ?? 'unknown',
      secret: secret.metadata.name,
      ...defined({
        stack: labels[Label.stack],
        digest: labels[Label.digest],
        createdAt: secret.metadata.creationTimestamp,
      }),
    };
  });
  return revisions.toSorted((a, b) => b.revision - a.revision);
}

/** When an object was last written: Helm's own labels say when an earlier revision was. */
export function lastWritten({ creationTimestamp, managedFields = [] }: Metadata): number {
  const times = [creationTimestamp, ...managedFields.map(({ time }) => time)];
  return Math.max(0, ...times.flatMap((time) => (time === undefined ? [] : [Date.parse(time)])));
}

/** Path of the collection in which Helm keeps releases. */
export function secretsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/secrets`;
}

/** Releases by the Secrets of all their revisions. */
export function releasesOf(secrets: readonly KubernetesObject[]): Release[] {
  const revisions = new Map<string, KubernetesObject[]>();
  for (const secret of secrets) {
    const name = secret.metadata.labels?.['name'];
    if (name !== undefined) revisions.set(name, [...(revisions.get(name) ?? []), secret]);
  }
  return [...revisions].map(([name, all]) => newest(name, all));
}

function newest(name: string, revisions: KubernetesObject[]): Release {
  const sorted = revisions.toSorted((a, b) => revisionOf(b) - revisionOf(a));
  const labels = sorted[0]?.metadata.labels ?? {};
  const deployed = sorted.find((each) =>
    ['deployed', 'superseded'].includes(each.metadata.labels?.['status'] ?? ''),
  );
  return {
    name,
    revision: sorted[0] ? revisionOf(sorted[0]) : 0,
    status: labels['status'] ?? 'unknown',
    ...defined({
      stack: labels[Label.stack],
      digest: labels[Label.digest],
      activity: labels[Label.activity],
      lastDeployed: deployed && revisionOf(deployed),
    }),
    secret: sorted[0]?.metadata.name ?? '',
    touched: sorted[0] ? lastWritten(sorted[0].metadata) : 0,
  };
}

function revisionOf(secret: KubernetesObject): number {
  return Number(secret.metadata.labels?.['version'] ?? 0);
}
