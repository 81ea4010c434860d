/** @module */
import { basename, dirname } from 'node:path/posix';

import { isKubernetesError } from '../../kubernetes/api/errors.js';
import { type Source, listAll } from '../../kubernetes/api/list.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { Observer } from '../../kubernetes/api/watch.js';
import { type Finding, GracePeriod } from '../../kubernetes/diagnose/failure-detector.js';
import type { Unready } from '../../kubernetes/releases/conditions.js';
import {
  type OtherObjects,
  type ReleaseAt,
  lookAtOtherObjects,
  nameOtherObjects,
} from '../../kubernetes/releases/other-objects.js';
import { manifestObjects } from '../../kubernetes/releases/release-contents.js';
import type { ReadyObjects } from '../../stack/plan/plan-types.js';

/**
 * The objects of a release that have to become ready besides its workloads: custom resources, what has no namespace, and what lies in
 * another one. To be closed.
 */
export class OtherObjectsReady {
  readonly #rest: Rest;
  readonly #at: ReleaseAt;
  readonly #rules: readonly ReadyObjects[];
  #found: { readonly manifest: string; readonly objects: OtherObjects } | undefined;
  /** There is none before one of them is waited for. */
  #observer: Observer<string> | undefined;
  #version = 0;

  /** @param rules - what some must say of themselves to be ready */
  constructor(rest: Rest, at: ReleaseAt, rules: readonly ReadyObjects[] = []) {
    this.#rest = rest;
    this.#at = at;
    this.#rules = rules;
  }

  /**
   * Asks the server for each object of a manifest: those that are not ready.
   *
   * @throws KubernetesError, or the signal's reason
   */
  async unready(manifest: string, signal: AbortSignal): Promise<Finding[]> {
    if (this.#found?.manifest !== manifest) {
      this.#observer?.close();
      this.#observer = undefined;
      const all = manifestObjects(manifest);
      const named = await nameOtherObjects(this.#rest, this.#at, all, this.#rules, signal);
      this.#found = { manifest, objects: Object.fromEntries(named.map((each) => [each.name, each])) };
    }
    const { objects } = this.#found;
    this.#version = this.#observer?.version ?? 0;
    const looks = await lookAtOtherObjects(this.#rest, this.#at, objects, signal);
    const findings = Object.entries(looks).flatMap(([name, look]) =>
      typeof look === 'string' || look.unready === undefined
        ? []
        : [findingOf(name, objects[name]?.path ?? '', look.unready)],
    );
    if (findings.length === 0 || this.#observer) return findings;
    const sources = await watchable(this.#rest, objects, signal);
    this.#observer = await Observer.start(this.#rest, sources, signal, { shared: true });
    // What has changed before that was not seen.
    return await this.unready(manifest, signal);
  }

  /** Waits until one of those may have changed since the last look, or the time is over. @throws KubernetesError, or the signal's reason */
  async changed(milliseconds: number): Promise<void> {
    await this.#observer?.changed(this.#version, Math.min(milliseconds, longestPause));
  }

  close(): void {
    this.#observer?.close();
  }
}

/** Milliseconds after which it looks again although nothing was seen to change: not all may be watched. */
const longestPause = 1_000;

/** @param path - of the API server */
function findingOf(name: string, path: string, { why, failed }: Unready): Finding {
  const [kind] = name.split('/');
  const namespace = /\/namespaces\/([^/]+)\/./.exec(path)?.[1];
  const where = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${basename(path)}`;
  return {
    cause: {
      type: 'ResourceFailed',
      message: why,
      where,
      next: 'read its conditions and events by `kubectl describe`, and the log of its controller',
    },
    gracePeriod: failed ? GracePeriod.lag : GracePeriod.never,
  };
}

/** Where they change; without what may not be listed, or cannot be for the dead conversion webhook of its kind. */
async function watchable(
  rest: Rest,
  objects: OtherObjects,
  signal: AbortSignal,
): Promise<Record<string, Source>> {
  const paths = [...new Set(Object.values(objects).map(({ path }) => dirname(path)))];
  const sources = paths.map(async (path): Promise<[string, Source][]> => {
    const source = { path, metadataOnly: true };
    try {
      await listAll(rest, source, signal);
      return [[path, source]];
    } catch (error) {
      if (isKubernetesError(error, 'forbidden', 'notFound', 'server')) return [];
      throw error;
    }
  });
  return Object.fromEntries((await Promise.all(sources)).flat());
}
