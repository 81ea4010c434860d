/** @module */
import { homedir } from 'node:os';
import { join } from 'node:path';

import { connect, kubeconfigFiles, loadKubeConfig, toUserError } from '../../kubernetes/api/connect.js';
import { readEarlierProofs } from '../../kubernetes/record/earlier-proofs.js';
import { isKubernetesError, unlessAbsent, unlessForbidden } from '../../kubernetes/api/errors.js';
import { lookAtReleases, withOtherObjects } from '../../kubernetes/releases/live-look.js';
import { listStacks, readNamespace, stackOf } from '../../kubernetes/api/namespaces.js';
import { listAll } from '../../kubernetes/api/list.js';
import type { KubernetesObject } from '../../kubernetes/api/objects.js';
import { addCredentials, removePreviousCredentials } from '../../kubernetes/secrets/rotate.js';
import type { Secret } from '../../kubernetes/secrets/values.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import { readProofs } from '../../kubernetes/record/proofs.js';
import { readValues } from '../../kubernetes/releases/release-contents.js';
import { listReleases, listRevisions } from '../../kubernetes/releases/releases.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { findReadersBehind } from '../../kubernetes/releases/rotated-secrets.js';
import { findUnlisted } from '../../kubernetes/releases/unlisted.js';
import type { Cluster, ClusterAccess, Clusters } from './platform.js';

export function makeClusters(environment: NodeJS.ProcessEnv): Clusters {
  return {
    async resolve(target) {
      const usual = join(environment['HOME'] ?? homedir(), '.kube', 'config');
      const listed = kubeconfigFiles(environment['KUBECONFIG'] ?? '');
      const kubeconfig = target.kubeconfig ?? (listed === '' ? usual : listed);
      const config = loadKubeConfig({
        kubeconfig,
        ...(target.context === undefined ? {} : { context: target.context }),
      });
      return { kind: 'cluster', kubeconfig, context: config.getCurrentContext() };
    },
    open,
  };
}

async function open(access: ClusterAccess): Promise<Cluster> {
  const { kubeconfig, context } = access;
  const { rest, uid } = await connect({ kubeconfig, context });
  const ask = async <Answer>(question: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await question();
    } catch (error) {
      throw isKubernetesError(error) ? toUserError(error, rest.server, { kubeconfig, context }) : error;
    }
  };
  const { gitVersion } = await ask(() => rest.json<{ gitVersion: string }>({ path: '/version' }));
  return {
    access,
    uid,
    version: gitVersion,
    stackOf: (namespace) => ask(() => ownerOf(rest, namespace)),
    stacks: () => ask(() => listStacks(rest)),
    proofs: (namespace) => ask(() => readProofs(rest, namespace)),
    earlierProofs: (namespace, component) => ask(() => readEarlierProofs(rest, namespace, component)),
    releases: async (namespace) => {
      const releases = await ask(() => listReleases(rest, namespace));
      return new Map(releases.map((release) => [release.name, release]));
    },
    looks: async (namespace, releases, proofs) => {
      const [look, proven] = await Promise.all([ask(() => lookAtReleases(rest, namespace)), proofs]);
      const looks = [...releases].map(async (release) => {
        const seen = { look: look(release), others: proven.get(release)?.others };
        return [release, await ask(() => withOtherObjects(rest, { namespace, release }, seen))] as const;
      });
      return new Map(await Promise.all(looks));
    },
    unlisted: ({ stack, namespace, components }) => {
      const planned = components.map(({ release }) => release);
      return ask(() => findUnlisted(rest, { stack, namespace, planned }));
    },
    values: (namespace, { secret }) => ask(() => readValues(rest, namespace, secret)),
    revisions: (namespace, release) => ask(() => listRevisions(rest, namespace, release)),
    secret: (namespace, name) => ask(() => readSecret(rest, namespace, name)),
    readersBehind: (namespace, secret) => ask(() => findReadersBehind(rest, namespace, secret)),
    addCredentials: (namespace, rotation) => ask(() => addCredentials(rest, namespace, rotation)),
    removePreviousCredentials: (namespace, rotation) =>
      ask(() => removePreviousCredentials(rest, namespace, rotation)),
    claims: (plan) => ask(() => listClaims(rest, plan)),
    serviceAddress: (namespace, service) => ask(() => serviceAddress(rest, namespace, service)),
  };
}

async function ownerOf(rest: Rest, name: string): Promise<string | undefined> {
  // Who may work in a namespace need not be allowed to see the namespace itself.
  const namespace = await unlessForbidden(() => readNamespace(rest, name));
  return namespace && stackOf(namespace);
}

async function readSecret(
  rest: Rest,
  namespace: string,
  name: string,
): Promise<Record<string, string> | undefined> {
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const secret = await unlessAbsent(() => rest.json<Secret>({ path }));
  if (secret === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

interface Claim extends KubernetesObject {
  readonly spec?: { readonly resources?: { readonly requests?: { readonly storage?: string } } };
  readonly status?: { readonly capacity?: { readonly storage?: string } };
}

async function listClaims(
  rest: Rest,
  { namespace, components }: Plan,
): Promise<{ name: string; size: string }[]> {
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  const selectors = components.flatMap(({ data }) => data.claims ?? []);
  const found = await Promise.all(
    selectors.map((labelSelector) => listAll<Claim>(rest, { path, labelSelector })),
  );
  return found
    .flatMap(({ items }) => items)
    .map(({ metadata: { name }, spec, status }) => ({
      name,
      size: status?.capacity?.storage ?? spec?.resources?.requests?.storage ?? 'unknown size',
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

async function serviceAddress(rest: Rest, namespace: string, service: string): Promise<string | undefined> {
  try {
    const found = await rest.json<{ spec: { clusterIP?: string } }>({
      path: `/api/v1/namespaces/${namespace}/services/${service}`,
    });
    return found.spec.clusterIP ?? 'None';
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) {
      return undefined;
    }
    throw error;
  }
}
