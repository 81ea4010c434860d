/**
 * Objects that others name and that are not there. Pure.
 *
 * @module
 */
import type { Pod } from '../api/objects.js';
import { GracePeriod, type MissingObject, type Finding } from './failure-detector.js';

const resources = { secret: 'secrets', configmap: 'configmaps' } as const;

/** The object that the kubelet does not find: `secret "y" not found`, in a container's state or an event. */
export function missingIn(message: string, { metadata }: Pod): MissingObject | undefined {
  const [, kind, name] = /\b(secret|configmap) "([^"]+)" not found/i.exec(message) ?? [];
  if (kind === undefined || name === undefined || metadata.namespace === undefined) return undefined;
  const resource = resources[kind.toLowerCase() as keyof typeof resources];
  return { resource, namespace: metadata.namespace, name };
}

/**
 * The finding, when somebody has looked: none if the object is there by now, for whoever missed it tries again, with growing
 * pauses; and no patience is needed for these tries if it is not.
 */
export function whenLookedFor(finding: Finding, isThere: boolean): Finding[] {
  return isThere ? [] : [{ ...finding, gracePeriod: GracePeriod.lag }];
}
