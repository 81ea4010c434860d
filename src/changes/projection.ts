/**
 * What is live of the fields that a chart sets. Pure.
 *
 * @module
 */

import type { KubernetesObject } from '../kubernetes/api/objects.js';
import { isSecret } from '../kubernetes/secrets/values.js';

type Mapping = Readonly<Record<string, unknown>>;

/** A live object reduced to the fields of a planned one, see {@link projected}; of a Secret also those that it is told as text. */
export function projectedObject(live: KubernetesObject, planned: KubernetesObject): unknown {
  if (!isSecret(planned) || planned.stringData === undefined) return projected(live, planned);
  // The API server keeps them as data.
  const { stringData, ...others } = planned;
  return projected(live, { ...others, data: { ...planned.data, ...stringData } });
}

/**
 * A live object reduced to the fields of a planned one: what the API server defaults and what others added is left out.
 * Entries of lists belong together by their names, or else by their places.
 */
export function projected(live: unknown, planned: unknown): unknown {
  if (isMapping(live) && isMapping(planned))
    return Object.fromEntries(
      Object.keys(planned)
        .filter((key) => key in live)
        .map((key) => [key, projected(live[key], planned[key])]),
    );
  if (Array.isArray(live) && Array.isArray(planned)) {
    const others: readonly unknown[] = live;
    return planned.flatMap((entry: unknown, index) => {
      const match = isNamed(entry)
        ? others.find((each) => isNamed(each) && each.name === entry.name)
        : others[index];
      return match === undefined ? [] : [projected(match, entry)];
    });
  }
  return live;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamed(value: unknown): value is { readonly name: string } {
  return isMapping(value) && typeof value['name'] === 'string';
}
