/** @module */
import { unlessForbidden } from '../../kubernetes/api/errors.js';
import { readMetadata } from '../../kubernetes/api/metadata.js';
import type { Rest } from '../../kubernetes/api/rest.js';

/** Path of all definitions of kinds. */
export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Names that a person is told of; the others are only counted. */
const mostNamed = 5;

/**
 * For people: which of the custom resources' definitions that a chart has in `crds/` are there after its removal; undefined if
 * none is.
 *
 * @param names - of those in the chart
 * @throws KubernetesError
 */
export async function describeDefinitionsLeft(
  rest: Rest,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const looks = names.map(async (name) => {
    const found = await unlessForbidden(() => readMetadata(rest, `${definitions}/${name}`, signal));
    return found === undefined ? [] : [name];
  });
  const left = (await Promise.all(looks)).flat();
  if (left.length === 0) return undefined;
  const one = left.length === 1;
  const named = left.slice(0, mostNamed).join(one ? '' : ', ');
  const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : '';
  const remove = `\`kubectl delete crd ${left.slice(0, mostNamed).join(' ')}\``;
  return `CustomResourceDefinition${one ? '' : 's'} ${named}${more} ${one ? 'stays' : 'stay'}, as Helm removes nothing that a chart has in crds/: ${remove} removes ${one ? 'it with all objects of its kind' : 'them with all objects of their kinds'}`;
}
