/**
 * Secrets that have other values than when the pods that use them started.
 *
 * @module
 */
import { isKubernetesError, unlessAbsent } from '../api/errors.js';
import { readMetadata } from '../api/metadata.js';
import type { KubernetesObject, Workload } from '../api/objects.js';
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

/** A workload whose pods have not read a Secret as it is now, or of which nobody knows. */
export interface ReaderBehind {
  /** `Kind/name`. */
  readonly workload: string;
  /** False if nobody wrote down what its pods have read. */
  readonly isKnown: boolean;
}

/** Of all workloads of a namespace, whoever made them. @throws KubernetesError */
export async function findReadersBehind(
  rest: Rest,
  namespace: string,
  name: string,
): Promise<ReaderBehind[]> {
  const [{ workloads }, secret] = await Promise.all([
    lookAtWorkloads(rest, namespace),
    readMetadata(rest, `${secretsPath(namespace)}/${name}`),
  ]);
  const rotated = new RotatedSecrets(rest, namespace, secret ? [secret] : []);
  const { Job: _finite, ...lasting } = workloads;
  const looks = Object.entries(lasting).flatMap(([kind, all]) =>
    all
      .filter(({ spec }) => secretReferences(spec?.template).some((each) => each.secret === name))
      .map(async (workload): Promise<ReaderBehind[]> => {
        const isKnown = secretsReadOf(workload.metadata)?.[name] !== undefined;
        const isBehind = !isKnown || (await rotated.of(workload)).includes(name);
        return isBehind ? [{ workload: `${kind}/${workload.metadata.name}`, isKnown }] : [];
      }),
  );
  return (await Promise.all(looks)).flat();
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
