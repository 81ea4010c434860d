/**
 * The catalogue of causes: everything that a component can fail of. The table in docs/failures.md, `bigdata explain` and the type of a cause come
 * from it. Pure.
 *
 * @module
 */

/** Describes a cause, whatever object it concerns. */
export interface CauseDescription {
  /** What is wrong, as a clause for a table. */
  readonly what: string;
  /** When it is reported: how long `bigdata` waits or retries first. */
  readonly reported: string;
  /** What to do about it. */
  readonly next: string;
}

const atOnce = 'at once';
const tried = 'after six minutes of trying';

/** In the order in which an operation may meet them. */
export const causes = {
  ImagePull: {
    what: 'the image does not exist, or the registry refuses the pull',
    reported: 'at once; after 90 s if the registry does not answer, after 30 s if its name does not resolve',
    next: 'Correct the image’s name or the pull secret in the values. On the local cluster, which has no internet: give the component an `image/` folder.',
  },
  Unschedulable: {
    what: 'no node has room for the pod: CPU, memory, node selector, taints',
    reported: 'after 14 s; after 30 s if it would fit without the other pods',
    next: 'Lower its requests in the values, free or add a node, or correct its node selector and tolerations.',
  },
  NodeNotReady: {
    what: 'the only node that could run the pod is not ready',
    reported: 'as the reason of a `ReadyTimeout`',
    next: 'Run `kubectl describe node`, and read the log of its kubelet.',
  },
  PortTaken: {
    what: 'another Service or pod uses the node’s port',
    reported: 'at once, or after 14 s',
    next: 'Choose another port in the values, or stop the Service or pod that the cause names.',
  },
  ClaimPending: {
    what: 'a claim has no StorageClass, or one that does not exist or creates no volume',
    reported: 'after 10 s',
    next: 'Add the component `volumes`, make a StorageClass the default, or turn persistence off in the values.',
  },
  ClaimMissing: {
    what: 'the pod names a claim that does not exist',
    reported: 'after 10 s and a second look',
    next: 'Create the PersistentVolumeClaim, or correct its name in the values.',
  },
  ClaimLost: {
    what: 'the claim’s volume is gone',
    reported: atOnce,
    next: 'Restore the volume, or delete the claim and its data.',
  },
  ClaimNotExpandable: {
    what: 'a claim is to become larger, and its StorageClass does not let volumes be expanded',
    reported: atOnce,
    next: 'Set the size back in the stack file; or set `allowVolumeExpansion` of the StorageClass, if what makes its volumes can expand them.',
  },
  ExpansionTimeout: {
    what: 'a volume is not expanded',
    reported: 'after `timeouts.ready` without progress',
    next: 'Read the events of the claim, and the log of what expands volumes of its StorageClass.',
  },
  CrashLoop: {
    what: 'a container crashes again and again: bad configuration, a full volume, no permission, a name that does not resolve',
    reported: 'at the fourth crash',
    next: 'Read the last log lines in the cause, and the hint below them.',
  },
  OutOfMemory: {
    what: 'a container exceeds its memory limit again and again',
    reported: 'at the fourth crash',
    next: 'Raise the memory limit in the values, or lower the program’s memory use, for example its heap.',
  },
  ContainerStart: {
    what: 'the container’s command or mount does not exist',
    reported: 'after 10 s',
    next: 'Correct the command or the mounts in the chart or its values.',
  },
  ConfigMissing: {
    what: 'a ConfigMap, a Secret or one of their keys does not exist',
    reported: 'after 10 s and a second look',
    next: 'Create the object that the cause names, or correct the name in the values.',
  },
  MountFailed: {
    what: 'the node cannot mount a volume',
    reported: 'as the reason of a `ReadyTimeout`',
    next: 'Check the node’s kubelet and the volume’s driver; the cause has the kubelet’s message.',
  },
  ServiceAccountMissing: {
    what: 'the ServiceAccount does not exist',
    reported: 'after 10 s and a second look',
    next: 'Create the ServiceAccount, or correct its name in the values.',
  },
  QuotaExceeded: {
    what: 'a ResourceQuota or LimitRange refuses the pods, or larger volumes',
    reported: 'after 10 s',
    next: 'Raise the quota, or lower the requests in the values.',
  },
  AdmissionDenied: {
    what: 'a policy or a webhook refuses the objects',
    reported: 'after 10 s',
    next: 'Change the policy, or choose values that it allows.',
  },
  CreateFailed: {
    what: 'the API server refuses the pods for another reason',
    reported: 'after 30 s',
    next: 'Do what the message says, or correct the values.',
  },
  JobFailed: {
    what: 'a Job of the chart failed for good',
    reported: atOnce,
    next: 'Read the log of its pods and correct the values.',
  },
  ResourceFailed: {
    what: 'a custom resource cannot get ready: its controller says so, by the condition `Stalled`',
    reported: 'after 10 s',
    next: 'Read its conditions by `kubectl describe`, and the log of its controller.',
  },
  ReadyTimeout: {
    what: 'the component does not become ready, for any other reason',
    reported: 'after `timeouts.ready` without progress',
    next: 'Read what the component waits for. If it is only slow, raise its `timeouts` in the stack file.',
  },
  CheckFailed: {
    what: 'a check fails although everything is up',
    reported: 'when the check fails',
    next: 'Read the check’s log: the last line says what is wrong.',
  },
  CheckTimeout: {
    what: 'a check does not end',
    reported: 'after `timeouts.check` without progress',
    next: 'Read the log: it hangs after the last line.',
  },
  CheckUntried: {
    what: 'a check could not run, because others leave no room on a node or in the service it checks; this says nothing about the component',
    reported: 'after some minutes of trying; a waiting install keeps trying',
    next: 'Wait for free capacity, or add some.',
  },
  CheckInterrupted: {
    what: 'a check’s pod was evicted or preempted, or its node was lost; this says nothing about the component',
    reported: 'after some minutes of trying; a waiting install keeps trying',
    next: 'Make sure that the nodes have room for the check’s pods.',
  },
  CheckMissing: {
    what: 'the chart has no pod for a check',
    reported: atOnce,
    next: 'Correct `checks` or `sentinel` in component.yaml, or the hook in the chart.',
  },
  SentinelLost: {
    what: 'records written before a change cannot be read after it',
    reported: 'when the check fails',
    next: 'Leave its volumes alone. `bigdata up` with the stack file that was proven reads them again; the cause says how to accept the loss.',
  },
  ChartInvalid: {
    what: 'the chart does not render, or the API server cannot read its objects',
    reported: atOnce,
    next: 'Correct the chart; the cause names template and line, or object and field.',
  },
  ChartChanged: {
    what: 'the chart changed after it was planned',
    reported: atOnce,
    next: 'Run the command again, which makes a new plan. Workers on other machines need the same release of this program.',
  },
  ChartMissing: {
    what: 'the worker cannot read the chart’s folder',
    reported: atOnce,
    next: 'Restore the folder; a worker on another machine needs it under the same path.',
  },
  ValuesInvalid: {
    what: 'the chart refuses the values',
    reported: atOnce,
    next: 'Correct the values in the stack file.',
  },
  ImmutableField: {
    what: 'a changed field cannot be changed in place',
    reported: atOnce,
    next: 'Undo the change of this field; or set `enabled: false` for the component, run `bigdata up`, which removes it and keeps its data, then set it back and run `bigdata up` again.',
  },
  DataLoss: {
    what: 'a change of values would take data away, such as fewer DataNodes',
    reported: atOnce,
    next: 'Move the data first, as the cause says; or set the value back. `bigdata up --accept-loss COMPONENT` goes on, and loses it.',
  },
  ObjectRefused: {
    what: 'the API server refuses an object',
    reported: atOnce,
    next: 'Correct the values or the chart as the message says.',
  },
  HookFailed: {
    what: 'a hook of the chart failed',
    reported: 'at once, or at the fourth failed pod of its Job',
    next: 'Read the log of the hook’s pods and correct the values.',
  },
  HookTimeout: {
    what: 'a hook of the chart does not end',
    reported: 'after `timeouts.ready` without progress',
    next: 'Read the log: it hangs after the last line.',
  },
  ForeignObject: {
    what: 'an object of the same name belongs to somebody else',
    reported: atOnce,
    next: 'Take it over by `bigdata up --adopt`, remove or rename it, or use another namespace.',
  },
  ForeignRelease: {
    what: 'a release of the same name belongs to somebody else',
    reported: atOnce,
    next: 'Take it over by `bigdata up --adopt` if it is no other stack’s, or give this stack another namespace.',
  },
  NamespaceTaken: {
    what: 'the namespace belongs to another stack',
    reported: atOnce,
    next: 'Give this stack another namespace in its stack file, or uninstall the other stack.',
  },
  NamespaceStuck: {
    what: 'an old namespace does not go away',
    reported: 'after 90 s',
    next: 'Start the controller that owns the finalizer, or take the finalizer off what is left; or give this stack another namespace.',
  },
  Drift: {
    what: 'something installed was changed or deleted by somebody else, found by `verify`',
    reported: atOnce,
    next: 'Run `bigdata up`, which restores the plan and proves it.',
  },
  NotInstalled: {
    what: 'a component to verify is not installed',
    reported: atOnce,
    next: 'Run `bigdata up`.',
  },
  ReleasePending: {
    what: 'another Helm is changing the release',
    reported: 'after 15 minutes of waiting',
    next: 'Wait for the other Helm to end, then run the command again.',
  },
  ReleaseMissing: {
    what: 'the release disappeared during the operation',
    reported: atOnce,
    next: 'Install the component: `bigdata up`.',
  },
  RevisionGone: {
    what: 'Helm no longer has the revision to roll back to',
    reported: atOnce,
    next: 'Run `bigdata up` with the stack file that was proven.',
  },
  RollbackFailed: {
    what: 'the rollback to the proven revision failed too',
    reported: 'with both causes',
    next: 'Fix what the second cause names, then run `bigdata up`.',
  },
  NeedNotProven: {
    what: 'a component that this one needs is not proven',
    reported: atOnce,
    next: 'Fix the other component, then run the command again.',
  },
  StillNeeded: {
    what: 'a component that needs this one could not be removed',
    reported: atOnce,
    next: 'Fix the other component, then run the command again.',
  },
  NotRemoved: {
    what: 'an unlisted component stays, because not all listed ones are proven',
    reported: atOnce,
    next: 'Fix the other component, then run the command again.',
  },
  RemoveTimeout: {
    what: 'an object does not go away; the cause says what holds it',
    reported: 'after `timeouts.remove` without progress',
    next: 'Release what holds the object (a finalizer, a node), then run the command again.',
  },
  ProvisionerMissing: {
    what: 'the provisioner of the data to delete was removed earlier',
    reported: atOnce,
    next: 'Run `bigdata up`, which brings the provisioner back, then `bigdata uninstall --delete-data`.',
  },
  Forbidden: {
    what: 'the credentials lack a right',
    reported: 'at once, or after 10 s',
    next: 'Ask for the right that the cause names, or use another context.',
  },
  Unauthorized: {
    what: 'the API server refuses the credentials',
    reported: atOnce,
    next: 'Renew the credentials in the kubeconfig.',
  },
  ClusterUntrusted: {
    what: 'the kubeconfig does not trust the API server’s certificate',
    reported: atOnce,
    next: 'Correct `certificate-authority-data` in the kubeconfig.',
  },
  ClusterUnreachable: {
    what: 'the API server does not answer',
    reported: tried,
    next: 'Make sure that the cluster runs, then run the command again.',
  },
  NotFound: {
    what: 'an object disappeared during the operation',
    reported: tried,
    next: 'Run the command again.',
  },
  Conflict: {
    what: 'somebody else keeps changing the object at the same time',
    reported: tried,
    next: 'Run the command again.',
  },
  LeaseLost: {
    what: 'a worker could not renew its lease on a release in time, and stopped Helm',
    reported: tried,
    next: 'Make sure that the API server is healthy, then run the command again.',
  },
  HelmMissing: {
    what: 'the worker finds no Helm',
    reported: atOnce,
    next: 'Install Helm 4.1 where the worker runs, or start the worker by `bigdata`.',
  },
  HelmTimeout: {
    what: 'Helm does not end',
    reported: tried,
    next: 'Find out why the cluster is slow, then run the command again.',
  },
  HelmFailed: {
    what: 'Helm fails for a reason that `bigdata` does not know',
    reported: tried,
    next: 'Do what the message says, then run the command again.',
  },
  NoAnswer: {
    what: 'no worker completed a step in time',
    reported: 'after the time-out of the step',
    next: 'Read the worker’s log, then run the command again.',
  },
  Aborted: {
    what: 'the install was aborted before this component’s turn',
    reported: atOnce,
    next: '`bigdata up` goes on from here.',
  },
  Terminated: {
    what: 'somebody terminated the workflow in Temporal',
    reported: atOnce,
    next: 'Run the command again.',
  },
  Unexpected: {
    what: 'this is a bug in `bigdata`; running the command again is safe',
    reported: tried,
    next: 'Run the command again. If it happens again, report it with the archive of `bigdata support-bundle`.',
  },
} as const satisfies Record<string, CauseDescription>;

/** A constant word for a cause, for programs. */
export type CauseType = keyof typeof causes;

/** Whether a word is one of the catalogue's: what comes from Temporal may be of another version of this program. */
export function isCauseType(word: string): word is CauseType {
  return Object.hasOwn(causes, word);
}

/** The table of docs/failures.md, in Markdown. */
export function renderCausesTable(): string {
  const rows = Object.entries(causes).map(
    ([type, { what, reported }]) => `| \`${type}\` | ${what} | ${reported} |`,
  );
  return ['| cause | what is wrong | reported |', '| --- | --- | --- |', ...rows].join('\n');
}
