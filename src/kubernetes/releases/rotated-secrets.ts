/**
 * Secrets that have other values than when the pods that use them started.
 *
 * @module
 */
import { unlessAbsent, unlessForbidden } from '../api/errors.js';
import type { KubernetesObject, Workload } from '../api/objects.js';
import type { Rest } from '../api/rest.js';
import { secretReferences } from '../secrets/references.js';
import { readNow, secretsReadOf } from '../secrets/secrets-read.js';
import type { Secret } from '../secrets/values.js';
import { secretsPath } from './releases.js';

/** Gives the names of those that changed for a workload. Each Secret is read once, and only if somebody wrote to it. */
export class RotatedSecrets {
  readonly #rest: Rest;
  readonly #namespace: string;
  readonly #versions: ReadonlyMap<string, string | undefined>;
  readonly #signal: AbortSignal | undefined;
  readonly #contents = new Map<string, Promise<Secret | undefined>>();
  readonly #digests = new Map<string, Promise<string | undefined>>();

  /** @param secrets - of the namespace, without contents */
  constructor(rest: Rest, namespace: string, secrets: readonly KubernetesObject[], signal?: AbortSignal) {
    this.#rest = rest;
    this.#namespace = namespace;
    this.#signal = signal;
    this.#versions = new Map(secrets.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  }

  /** Of a workload of which nobody wrote down what its pods have read, none. @throws KubernetesError */
  async of({ metadata, spec }: Workload): Promise<string[]> {
    const known = secretsReadOf(metadata);
    if (known === undefined) return [];
    const found = secretReferences(spec?.template).map(async (reference) => {
      const { secret, keys } = reference;
      const before = known[secret];
      const version = this.#versions.get(secret);
      // Of one that is gone there is nothing that a new pod could read.
      if (before === undefined || version === undefined || version === before.version) return [];
      const key = JSON.stringify([secret, keys]);
      const digest = this.#digests.get(key) ?? this.#digestOf(reference);
      this.#digests.set(key, digest);
      const now = await digest;
      return now === undefined || now === before.digest ? [] : [secret];
    });
    return (await Promise.all(found)).flat();
  }

  async #digestOf(reference: Parameters<typeof readNow>[1]): Promise<string | undefined> {
    const { secret } = reference;
    const content =
      this.#contents.get(secret) ?? readSecret(this.#rest, this.#namespace, secret, this.#signal);
    this.#contents.set(secret, content);
    const found = await content;
    return found && (await readNow(found, reference))?.digest;
  }
}

/** A Secret; undefined if it is not there, or may not be read. @throws KubernetesError */
export async function readSecret(
  rest: Rest,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<Secret | undefined> {
  const request = { path: `${secretsPath(namespace)}/${name}`, ...(signal && { signal }) };
  return await unlessForbidden(() => unlessAbsent(() => rest.json<Secret>(request)));
}
