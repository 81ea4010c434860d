/**
 * A folder a pod: what it is, its events, the last part of each container's log.
 *
 * @module
 */
import { rawLog } from '../kubernetes/api/logs.js';
import { nameOf } from '../kubernetes/api/objects.js';
import type { ClusterEvent, Pod } from '../kubernetes/api/objects.js';
import type { Rest } from '../kubernetes/api/rest.js';
import type { Bundle } from './bundle.js';

/** Lines of one log, and characters that are kept of them. */
const logLines = 2_000;
export const logLength = 256 * 1024;

export async function collectPods(
  rest: Rest,
  pods: readonly Pod[],
  events: readonly ClusterEvent[],
  bundle: Bundle,
): Promise<void> {
  for (const pod of pods) {
    const folder = `pods/${pod.metadata.name}`;
    const own = events.filter(({ involvedObject }) => involvedObject?.uid === pod.metadata.uid);
    bundle.addObjects(`${folder}/description.yaml`, { pod, events: own });
    const logs = logsOf(pod).map((log) => collectLog(rest, pod, log, folder, bundle));
    await Promise.all(logs);
  }
}

interface ContainerLog {
  readonly container: string;
  /** Of the instance before the last restart. */
  readonly previous: boolean;
}

/** Containers that never ran have no log. */
function logsOf({ status }: Pod): ContainerLog[] {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return containers
    .filter(({ state, lastState }) => state?.waiting === undefined || lastState?.terminated !== undefined)
    .flatMap(({ name, restartCount = 0 }) => [
      { container: name, previous: false },
      ...(restartCount > 0 ? [{ container: name, previous: true }] : []),
    ]);
}

async function collectLog(
  rest: Rest,
  { metadata }: Pod,
  { container, previous }: ContainerLog,
  folder: string,
  bundle: Bundle,
): Promise<void> {
  const which = `the ${previous ? 'previous ' : ''}log of ${nameOf('Pod', metadata)}, container ${container}`;
  await bundle.attempt(which, async () => {
    const text = await rawLog(rest, {
      namespace: metadata.namespace ?? '',
      pod: metadata.name,
      container,
      previous,
      lines: logLines,
    });
    bundle.add(`${folder}/${container}${previous ? '.previous' : ''}.log`, wholeLines(text, logLength));
  });
}

/** The end of a log: a line that is cut might begin in the middle of a secret, which is not found then. */
export function wholeLines(text: string, longest: number): string {
  if (text.length < longest) return text;
  const end = text.slice(-longest);
  return end.slice(end.indexOf('\n') + 1);
}
