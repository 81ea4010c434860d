/**
 * Kinds that the API server does not serve yet: a chart's own definitions, or those of a component that was installed a moment
 * ago. Helm asks once, and says that there is no such kind.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import { HelmError } from '../../helm/errors.js';
import { basePathOf, resourcesOf } from '../../kubernetes/api/discovery.js';
import { unlessForbidden } from '../../kubernetes/api/errors.js';
import { listAll } from '../../kubernetes/api/list.js';
import type { KubernetesObject } from '../../kubernetes/api/objects.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { definitions } from './definitions-left.js';
import type { Patience } from './refusals.js';

/** Milliseconds between two looks. */
const lookInterval = 250;

interface Kind {
  readonly kind: string;
  /** Group and version. */
  readonly apiVersion: string;
}

interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/**
 * Does the work, again as soon as the API server serves a kind that was missing and that is defined.
 *
 * @param work fine to be done twice
 * @throws whatever the last try threw; an AbortError once the signal is aborted
 */
export async function onceKindsAreServed<T>(
  rest: Rest,
  work: () => Promise<T>,
  { signal, tell }: Patience,
): Promise<T> {
  const awaited = new Set<string>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const kind = missingKind(error);
      const name = `${kind?.kind} in ${kind?.apiVersion}`;
      // It was served, and yet it is missing.
      if (!kind || signal.aborted || awaited.has(name)) throw error;
      awaited.add(name);
      while (!(await isServed(rest, kind, signal))) {
        if (!(await isDefined(rest, kind, signal))) throw error;
        tell(`waiting until the API server serves the kind ${name}, whose definition is there`);
        await pause(lookInterval, undefined, { signal });
      }
    }
  }
}

function missingKind(error: unknown): Kind | undefined {
  if (!(error instanceof HelmError)) return undefined;
  const [, kind, apiVersion] = /no matches for kind "([^"]+)" in version "([^"]+)"/.exec(error.message) ?? [];
  return kind === undefined || apiVersion === undefined ? undefined : { kind, apiVersion };
}

async function isServed(rest: Rest, { kind, apiVersion }: Kind, signal: AbortSignal): Promise<boolean> {
  const resources = await resourcesOf(rest, basePathOf(apiVersion), signal);
  return resources.some((each) => each.kind === kind);
}

/** One whose names another definition has will never be served. */
async function isDefined(rest: Rest, { kind, apiVersion }: Kind, signal: AbortSignal): Promise<boolean> {
  const found = await unlessForbidden(() => listAll<Definition>(rest, { path: definitions }, signal));
  return (found?.items ?? []).some(
    ({ spec: { group, names, versions }, metadata, status }) =>
      names.kind === kind &&
      metadata.deletionTimestamp === undefined &&
      versions.some(({ name, served }) => served && `${group}/${name}` === apiVersion) &&
      !status?.conditions?.some((each) => each.type === 'NamesAccepted' && each.status === 'False'),
  );
}
