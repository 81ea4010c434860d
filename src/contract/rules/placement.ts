/**
 * Where pods run.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { type AffinityTerm, podsOf, type RenderedPod, selects } from '../rendered.js';
import type { Rule } from './rule.js';

const node = 'kubernetes.io/hostname';

/** Of the profile `standard`: the replicas of a workload prefer nodes of their own, or insist on them. */
export const replicasApart: Rule = ({ objects }) =>
  podsOf(objects)
    .filter(({ isHook, owner }) => !isHook && (owner.spec?.replicas ?? 1) > 1)
    .filter((pod) => !termsOf(pod).some((term) => keepsApart(term, pod)))
    .map(({ owner: object }) => ({
      message: 'several replicas without an anti-affinity to each other on one node',
      object,
    }));

function termsOf({ spec }: RenderedPod): readonly AffinityTerm[] {
  const rules = spec.affinity?.podAntiAffinity;
  return [
    ...(rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ];
}

/** The term means the workload's own pods, neither others of the release nor checks. */
function keepsApart({ topologyKey, labelSelector }: AffinityTerm, { owner, labels }: RenderedPod): boolean {
  const own = (owner.spec?.selector ?? {}) as { readonly matchLabels?: object };
  const selected = labelSelector?.matchLabels ?? {};
  return topologyKey === node && isDeepStrictEqual(selected, own.matchLabels) && selects(selected, labels);
}
