/**
 * What is wrong with a pod. Pure.
 *
 * @module
 */
import { defined } from '../../util/defined.js';
import { type ClusterEvent, type Pod, nameOf } from '../api/objects.js';
import { diagnoseContainers } from './containers.js';
import { missingIn } from './missing.js';
import { diagnoseScheduling } from './scheduling.js';
import { GracePeriod, type Finding, eventsAbout } from './failure-detector.js';

/** Findings of one pod, among the `others` of its namespace: its scheduling, its volumes, its containers. */
export function diagnosePod(
  pod: Pod,
  events: readonly ClusterEvent[],
  others: readonly Pod[] = [],
): Finding[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [];
  const about = eventsAbout(events, pod.metadata.uid);
  return [...diagnoseScheduling(pod, about, others), ...mounting(pod, about), ...diagnoseContainers(pod)];
}

/** The object is there, but not this key of it. */
const missingKey = /references non-existent (secret|config) key/i;

function mounting(pod: Pod, events: readonly ClusterEvent[]): Finding[] {
  const started =
    pod.status?.containerStatuses?.some(({ state }) => state?.running ?? state?.terminated) ?? false;
  const newest = events.at(-1);
  if (started || !newest || !['FailedMount', 'FailedAttachVolume'].includes(newest.reason ?? '')) return [];
  const message = newest.message ?? newest.reason ?? '';
  const missing = missingIn(message, pod);
  const isConfiguration = missing !== undefined || missingKey.test(message);
  return [
    {
      cause: {
        type: isConfiguration ? 'ConfigMissing' : 'MountFailed',
        message: `a volume cannot be mounted: ${message}`,
        where: nameOf('Pod', pod.metadata),
        next: isConfiguration
          ? 'create the Secret or ConfigMap, or correct the name in the values'
          : 'see the node’s log and the volume’s driver',
      },
      // Mounts are tried again with growing pauses; only what names a missing object is not cured by patience.
      gracePeriod: isConfiguration ? GracePeriod.shuffle : GracePeriod.never,
      ...defined({ missing }),
    },
  ];
}
