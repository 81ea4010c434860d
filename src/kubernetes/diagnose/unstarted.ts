/**
 * Whom a pod waits for of which nothing has started: without a container there is no log to read. Pure.
 *
 * @module
 */
import type { ContainerStatus, Pod } from '../api/objects.js';

/** For people. */
export interface Unstarted {
  readonly why: string;
  readonly next: string;
}

/** Undefined once one of its containers has started. */
export function whyUnstarted(pod: Pod): Unstarted | undefined {
  const { spec, status = {} } = pod;
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  if ((status.phase ?? 'Pending') !== 'Pending' || containers.some(hasStarted)) return undefined;
  const node = spec?.nodeName;
  if (node === undefined) return unscheduled(pod);
  const waiting = containers.find(({ state }) => state?.waiting !== undefined)?.state?.waiting;
  const look = `run \`kubectl describe node ${node}\`, and read the log of its kubelet`;
  if (waiting === undefined) return { why: `the kubelet of node ${node} has not begun with it`, next: look };
  const { reason = 'waiting', message } = waiting;
  const said = message === undefined ? reason : `${reason}, ${message}`;
  return { why: `the kubelet of node ${node} has started none of its containers: ${said}`, next: look };
}

function unscheduled({ status }: Pod): Unstarted {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.message === undefined)
    return {
      why: 'no scheduler has looked at it',
      next: 'see whether the scheduler of the cluster runs, and read its log',
    };
  return { why: `no node takes it: ${scheduled.message}`, next: 'free or add a node' };
}

function hasStarted({ state, restartCount }: ContainerStatus): boolean {
  return (restartCount ?? 0) > 0 || (state?.running ?? state?.terminated) !== undefined;
}
