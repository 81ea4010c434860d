/**
 * What is wrong with a pod's containers. Pure.
 *
 * @module
 */
import { defined } from '../../util/defined.js';
import type { Cause } from '../../stack/operation/operation-types.js';
import { type ContainerStateDetail, type ContainerStatus, type Pod, nameOf } from '../api/objects.js';
import { missingIn } from './missing.js';
import { GracePeriod, type Finding } from './failure-detector.js';

/**
 * Crashes before a crash loop is believed. Members of a quorum that wait for each other's names may die once or
 * twice in a healthy start; Kubernetes' back-off (10 s, 20 s, …) brings the fourth crash after about 40 s.
 */
const crashes = 4;

/** Findings among the containers, init containers first. */
export function diagnoseContainers(pod: Pod): Finding[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.flatMap((status) => diagnoseContainer(pod, status));
}

function diagnoseContainer(pod: Pod, status: ContainerStatus): Finding[] {
  const waiting = status.state?.waiting;
  if (!waiting) return [];
  switch (waiting.reason) {
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'ImageInspectError':
    case 'RegistryUnavailable':
      return [imagePull(pod, status, waiting)];
    case 'CreateContainerConfigError':
      return [configMissing(pod, status, waiting)];
    case 'CreateContainerError':
    case 'RunContainerError':
      return [cannotStart(pod, status, waiting)];
    case 'CrashLoopBackOff':
      return [neverStarted(pod, status) ?? crashLoop(pod, status)];
    default:
      return [];
  }
}

/** Images under this name are loaded into the local node; no registry has them. */
const localRegistry = 'bigdata.local/';

/** A registry that stumbles is asked again by the kubelet; these answers do not change by asking. */
const finalPullAnswer =
  /not found|manifest unknown|name unknown|does not exist|unauthorized|denied|forbidden|authentication required|invalid reference|no match for platform|not present with pull policy/i;

/** The registry itself is not reached. */
const unreached = /no such host|network is unreachable|no route to host|i\/o timeout|server misbehaving/i;

function imagePull(pod: Pod, status: ContainerStatus, waiting: ContainerStateDetail): Finding {
  const named = pod.spec?.containers?.find(({ name }) => name === status.name)?.image;
  const image = named ?? status.image ?? 'its image';
  const isLocal = image.startsWith(localRegistry);
  const cause: Cause = {
    type: 'ImagePull',
    message: isLocal
      ? `the node does not have the image ${image}`
      : `the image ${image} cannot be pulled: ${waiting.message || waiting.reason}`,
    where: nameOf('Pod', pod.metadata),
    next: isLocal
      ? 'if it is the image of a component, run `bigdata up`, which builds and loads it; no other image has this registry: correct its name in the stack file'
      : unreached.test(waiting.message ?? '')
        ? 'see that the node reaches the registry; the local cluster has no internet: give the component an image/ folder, from which its image is built'
        : 'see that the image exists under this name and that the node may pull it (registry, credentials)',
  };
  return { cause, gracePeriod: isLocal ? GracePeriod.none : pullGrace(waiting) };
}

function pullGrace({ reason, message = '' }: ContainerStateDetail): number {
  if (reason === 'InvalidImageName' || reason === 'ErrImageNeverPull' || finalPullAnswer.test(message)) {
    return GracePeriod.none;
  }
  return /no such host/.test(message) ? GracePeriod.shuffle : GracePeriod.outage;
}

function configMissing(pod: Pod, status: ContainerStatus, waiting: ContainerStateDetail): Finding {
  const message = waiting.message ?? waiting.reason ?? '';
  const missing = missingIn(message, pod);
  return {
    cause: {
      type: 'ConfigMissing',
      message: `container ${status.name} cannot be configured: ${message}`,
      where: nameOf('Pod', pod.metadata),
      next: 'create the Secret or ConfigMap, or correct the name in the values',
    },
    gracePeriod: GracePeriod.lag,
    ...defined({ missing }),
  };
}

/** The runtime's word for a command that the image does not have, or that is none. */
const noSuchCommand =
  /exec: .*(no such file or directory|executable file not found|permission denied|exec format error|is a directory)/;

function cannotStart(pod: Pod, status: ContainerStatus, waiting: ContainerStateDetail): Finding {
  const message = waiting.message ?? waiting.reason ?? '';
  return {
    cause: {
      type: 'ContainerStart',
      message: `container ${status.name} cannot start: ${message}`,
      where: nameOf('Pod', pod.metadata),
      next: 'correct the command or the mounts in the chart or its values',
    },
    // A container name that is still reserved, or a slow runtime, resolves itself within moments.
    gracePeriod: noSuchCommand.test(message) ? GracePeriod.lag : GracePeriod.shuffle,
  };
}

/** The runtime's word for a command that it cannot run, which the kubelet tries again and again as if it had crashed. */
function neverStarted(pod: Pod, status: ContainerStatus): Finding | undefined {
  const last = status.lastState?.terminated;
  return last?.reason === 'StartError' ? cannotStart(pod, status, last) : undefined;
}

function crashLoop(pod: Pod, status: ContainerStatus): Finding {
  const last = status.lastState?.terminated;
  const outOfMemory = diedOfMemory(pod, status);
  return {
    cause: {
      type: outOfMemory === undefined ? 'CrashLoop' : 'OutOfMemory',
      message:
        outOfMemory ??
        `container ${status.name} crashes again and again (${ending(last)}, restarts: ${status.restartCount ?? 0})`,
      where: nameOf('Pod', pod.metadata),
      next:
        outOfMemory === undefined
          ? 'read its last log lines and correct the values'
          : 'raise the memory limit, or lower the heap, in the values',
    },
    gracePeriod: (status.restartCount ?? 0) + 1 >= crashes ? GracePeriod.none : GracePeriod.never,
    logs: { pod: pod.metadata.name, container: status.name, previous: true },
  };
}

/** Exit code of a process that SIGKILL ended. */
const killed = 137;

/**
 * What to say of a container that its memory limit ended. The runtime's word comes from another channel than the exit
 * and may be too late for it: then a kill is left that only the limit explains, where no probe of the kubelet kills.
 */
function diedOfMemory(pod: Pod, { name, lastState }: ContainerStatus): string | undefined {
  const last = lastState?.terminated;
  if (last?.reason === 'OOMKilled') return `container ${name} ran out of its memory limit`;
  if (last?.exitCode !== killed) return undefined;
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  const container = [...initContainers, ...containers].find((one) => one.name === name);
  if (container?.livenessProbe || container?.startupProbe) return undefined;
  const limit = container?.resources?.limits?.['memory'];
  return limit === undefined
    ? undefined
    : `container ${name} was killed (exit code ${killed}), as happens above its memory limit of ${limit}`;
}

/** How a container ended, for people. */
export function ending(state: ContainerStateDetail | undefined): string {
  if (!state) return 'it ended';
  if (state.message && state.reason !== 'Error' && state.reason !== 'Completed')
    return `${state.reason}: ${state.message}`;
  return `exit code ${state.exitCode ?? 'unknown'}`;
}
