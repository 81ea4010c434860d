/**
 * What is wrong with a pod. Pure.
 *
 * @module
 */
import { type ClusterEvent, type Pod, nameOf } from '../objects.js';
import { diagnoseContainers } from './containers.js';
import { Grace, type Suspect, eventsAbout } from './suspect.js';

/** Suspects of one pod: its scheduling, its volumes, its containers. */
export function diagnosePod(pod: Pod, events: readonly ClusterEvent[]): Suspect[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [];
  const about = eventsAbout(events, pod.metadata.uid);
  return [...scheduling(pod, about), ...mounting(pod, about), ...diagnoseContainers(pod)];
}

/** Nodes that are about to become usable, and claims that a provisioner is about to bind. */
const passing =
  /unbound immediate PersistentVolumeClaims|node\.kubernetes\.io\/(not-ready|unreachable|network-unavailable)|node\.cloudprovider/;

function scheduling(pod: Pod, events: readonly ClusterEvent[]): Suspect[] {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return [];
  const message = condition.message ?? 'no node takes it';
  const portTaken = /didn't have free ports/.test(message);
  const nodesComing = events.some(({ reason }) => reason === 'TriggeredScaleUp');
  return [
    {
      cause: {
        type: portTaken ? 'PortTaken' : 'Unschedulable',
        message: `no node takes the pod: ${message}`,
        where: nameOf('Pod', pod.metadata),
        next: portTaken
          ? 'choose another host port in the values, or stop what holds it'
          : 'lower its requests in the values, free or add a node, or correct its node selector and tolerations',
      },
      grace: nodesComing || passing.test(message) ? Grace.never : Grace.shuffle,
    },
  ];
}

/** `MountVolume.SetUp failed for volume "x" : secret "y" not found` */
const missingObject = /(secret|configmap) "[^"]+" not found|references non-existent (secret|config) key/i;

function mounting(pod: Pod, events: readonly ClusterEvent[]): Suspect[] {
  const started =
    pod.status?.containerStatuses?.some(({ state }) => state?.running ?? state?.terminated) ?? false;
  const newest = events.at(-1);
  if (started || !newest || !['FailedMount', 'FailedAttachVolume'].includes(newest.reason ?? '')) return [];
  const missing = missingObject.test(newest.message ?? '');
  return [
    {
      cause: {
        type: missing ? 'ConfigMissing' : 'MountFailed',
        message: `a volume cannot be mounted: ${newest.message ?? newest.reason}`,
        where: nameOf('Pod', pod.metadata),
        next: missing
          ? 'create the Secret or ConfigMap that it names, or correct the name in the values'
          : 'see the node’s log and the volume’s driver',
      },
      // Mounts are tried again with growing pauses; only what names a missing object is not cured by patience.
      grace: missing ? Grace.shuffle : Grace.never,
    },
  ];
}
