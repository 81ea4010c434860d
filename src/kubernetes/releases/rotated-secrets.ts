/**
 * Secrets that have other values than when the pods that use them started.
 *
 * @module
 */
import { isKubernetesError, unlessAbsent } from '../api/errors.js';
import { listAll } from '../api/list.js';
import { readMetadata } from '../api/metadata.js';
import type { KubernetesObject, Pod, Workload } from '../api/objects.js';
import type { Rest } from '../api/rest.js';
import { lookAtWorkloads } from './namespace-view.js';
import { secretReferences } from '../secrets/references.js';
import { readNow, secretsReadOf } from '../secrets/secrets-read.js';
import type { Secret } from '../secrets/values.js';
import { lastWritten, secretsPath } from './releases.js';

/** Gives the names of those that changed for a workload. Each Secret is read once, and only if somebody wrote to it. */
export class RotatedSecrets {
  readonly #rest: Rest;
  readonly #namespace: string;
  readonly #secrets: ReadonlyMap<string, KubernetesObject>;
  readonly #signal: AbortSignal | undefined;
  readonly #contents = new Map<string, ReturnType<typeof readSecret>>();

  /** @param secrets - of the namespace, without contents */
  constructor(rest: Rest, namespace: string, secrets: readonly KubernetesObject[], signal?: AbortSignal) {
    this.#rest = rest;
    this.#namespace = namespace;
    this.#signal = signal;
    this.#secrets = new Map(secrets.map((each) => [each.metadata.name, each]));
  }

  /** Where nobody wrote down what pods have read, those that were written after the workload was made count. @throws KubernetesError */
  async of(workload: Workload): Promise<string[]> {
    const known = secretsReadOf(workload.metadata) ?? {};
    const found = secretReferences(workload.spec?.template).map(async (reference) => {
      const { secret: name } = reference;
      const secret = this.#secrets.get(name);
      const before = known[name];
      // Of one that is gone there is nothing that a new pod could read.
      if (secret === undefined || secret.metadata.resourceVersion === before?.version) return [];
      if (before === undefined) return isYounger(secret, workload) ? [name] : [];
      const content = await this.#read(name);
      const now = typeof content === 'object' ? await readNow(content, reference) : undefined;
      return now === undefined || now.digest === before.digest ? [] : [name];
    });
    return (await Promise.all(found)).flat();
  }

  async #read(name: string): ReturnType<typeof readSecret> {
    const content = this.#contents.get(name) ?? readSecret(this.#rest, this.#namespace, name, this.#signal);
    this.#contents.set(name, content);
    return await content;
  }
}

/** What has not read a Secret as it is now, or may not have. */
export interface ReaderBehind {
  /** `Kind/name`: a workload, or a pod of one of which nothing is known. */
  readonly reader: string;
  /** False if nobody wrote down what it has read, so that only its age tells. */
  readonly isKnown: boolean;
}

/** Of all that runs in a namespace, whoever made it. @throws KubernetesError */
export async function findReadersBehind(
  rest: Rest,
  namespace: string,
  name: string,
): Promise<ReaderBehind[]> {
  const [{ workloads }, { items: pods }, secret] = await Promise.all([
    lookAtWorkloads(rest, namespace),
    listAll<Pod>(rest, { path: `/api/v1/namespaces/${namespace}/pods` }),
    readMetadata(rest, `${secretsPath(namespace)}/${name}`),
  ]);
  if (secret === undefined) return [];
  const rotated = new RotatedSecrets(rest, namespace, [secret]);
  const { Job: _finite, ...lasting } = workloads;
  const known = Object.entries(lasting).flatMap(([kind, all]) =>
    all
      .filter(({ metadata }) => secretsReadOf(metadata)?.[name] !== undefined)
      .map((workload) => ({ reader: `${kind}/${workload.metadata.name}`, workload })),
  );
  const looks = known.map(async ({ reader, workload }): Promise<ReaderBehind[]> =>
    (await rotated.of(workload)).includes(name) ? [{ reader, isKnown: true }] : [],
  );
  const others = pods
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    .filter(({ spec = {} }) => secretReferences({ spec }).some((each) => each.secret === name))
    .filter((pod) => !known.some(({ reader }) => reader === workloadOf(pod)) && isYounger(secret, pod))
    .map(({ metadata }) => ({ reader: `Pod/${metadata.name}`, isKnown: false }));
  return [...(await Promise.all(looks)).flat(), ...others];
}

/** `Kind/name` of what a pod belongs to; of a Deployment by the name of its ReplicaSet. */
function workloadOf({ metadata: { ownerReferences = [] } }: Pod): string | undefined {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  return owner.kind === 'ReplicaSet'
    ? `Deployment/${owner.name.replace(/-[^-]*$/, '')}`
    : `${owner.kind}/${owner.name}`;
}

/** Whether an object was written after another one was made, by the API server's clock. */
export function isYounger(object: KubernetesObject, than: KubernetesObject): boolean {
  return lastWritten(object.metadata) > Date.parse(than.metadata.creationTimestamp ?? '');
}

/** A Secret; undefined if it is not there, `unseen` if it may not be read. @throws KubernetesError */
export async function readSecret(
  rest: Rest,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<Secret | 'unseen' | undefined> {
  const request = { path: `${secretsPath(namespace)}/${name}`, ...(signal && { signal }) };
  try {
    return await unlessAbsent(() => rest.json<Secret>(request));
  } catch (error) {
    if (isKubernetesError(error, 'forbidden')) return 'unseen';
    throw error;
  }
}
