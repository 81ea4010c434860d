/**
 * Which taints keep a pod away: the scheduler does not say. Pure.
 *
 * @module
 */
import type { Node } from '../objects.js';
import { Grace, type Suspect } from './suspect.js';

/** True for a suspect that only the nodes can explain. */
export function needsNodes({ cause }: Suspect): boolean {
  return cause.type === 'Unschedulable' && /untolerated taint/.test(cause.message);
}

/** The suspect with what the nodes tell: one that is not ready may come back, and is named itself. */
export function explainTaints(suspect: Suspect, nodes: readonly Node[]): Suspect {
  if (!needsNodes(suspect)) return suspect;
  const { cause } = suspect;
  const absent = nodes.flatMap(notReady);
  const [first] = absent;
  if (first) {
    const others = absent.length > 1 ? `, and ${absent.length - 1} more` : '';
    return {
      cause: {
        type: 'NodeNotReady',
        message: `no node takes ${cause.where}: node ${first.name} is not ready (${first.why})${others}`,
        where: `Node ${first.name}`,
        next: `see \`kubectl describe node ${first.name}\` and the log of its kubelet`,
      },
      grace: Grace.never,
    };
  }
  const taints = nodes.flatMap(({ metadata, spec }) =>
    (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect} on ${metadata.name}`),
  );
  if (taints.length === 0) return suspect;
  return { ...suspect, cause: { ...cause, message: `${cause.message} (taints: ${taints.join(', ')})` } };
}

function notReady({ metadata, status }: Node): { readonly name: string; readonly why: string }[] {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return [];
  return [{ name: metadata.name, why: ready?.message ?? ready?.reason ?? 'it never was' }];
}
