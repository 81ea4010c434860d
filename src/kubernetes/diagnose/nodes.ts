/**
 * Which taints keep a pod away: the scheduler does not say. Pure.
 *
 * @module
 */
import type { Node } from '../api/objects.js';
import { GracePeriod, type Finding } from './failure-detector.js';

/** True for a finding that only the nodes can explain. */
export function needsNodes({ cause }: Finding): boolean {
  return cause.type === 'Unschedulable' && /untolerated taint/.test(cause.message);
}

/** The finding with what the nodes tell: one that is not ready may come back, and is named itself. */
export function explainTaints(finding: Finding, nodes: readonly Node[]): Finding {
  if (!needsNodes(finding)) return finding;
  const { cause } = finding;
  const absent = nodes.flatMap(notReady);
  const [first] = absent;
  if (first) {
    const others = absent.length > 1 ? `, and ${absent.length - 1} more` : '';
    return {
      cause: {
        type: 'NodeNotReady',
        message: `no node takes ${cause.where}: node ${first.name} is not ready (${first.why})${others}`,
        where: `Node ${first.name}`,
        next: `run \`kubectl describe node ${first.name}\`, and read the log of its kubelet`,
      },
      gracePeriod: GracePeriod.never,
    };
  }
  const taints = nodes.flatMap(({ metadata, spec }) =>
    (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect} on ${metadata.name}`),
  );
  if (taints.length === 0) return finding;
  return { ...finding, cause: { ...cause, message: `${cause.message} (taints: ${taints.join(', ')})` } };
}

function notReady({ metadata, status }: Node): { readonly name: string; readonly why: string }[] {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return [];
  return [{ name: metadata.name, why: ready?.message ?? ready?.reason ?? 'it never was' }];
}
