/**
 * The catalogue of causes: whatever a component can fail of. The table in docs/failures.md, `bigdata explain` and the type of a cause come
 * from it. Pure.
 *
 * @module
 */

/** What is to be known about a cause, whichever object it is met on. */
export interface CauseDescription {
  /** What is wrong, without a subject of its own: it stands in a table. */
  readonly what: string;
  /** When it is told: how long it is seen, waited for or tried again before. */
  readonly told: string;
  /** What people do about it. */
  readonly next: string;
}

const atOnce = 'at once';
const tried = 'after six minutes of trying';

/** In the order in which an operation may meet them. */
export const causes = {
  ImagePull: {
    what: 'an image that is absent, or whose registry lets nobody pull',
    told: 'at once; after 90 s if the registry does not answer, after 30 s if nobody knows its name',
    next: 'Correct the image’s name or the pull secret in the values. On the local cluster, which has no internet: give the component an `image/` folder.',
  },
  Unschedulable: {
    what: 'a pod that fits no node: cpu, memory, selector, taint',
    told: 'after 14 s; after 30 s if it would fit, were others not there',
    next: 'Lower its requests in the values, free or add a node, or correct its node selector and tolerations.',
  },
  NodeNotReady: {
    what: 'a pod that only a node could take that is not ready',
    told: 'by `ReadyTimeout`, as its reason',
    next: 'See `kubectl describe node` and the log of its kubelet.',
  },
  PortTaken: {
    what: 'a port of the node that another Service or pod has',
    told: 'at once, or after 14 s',
    next: 'Choose another port in the values, or stop what has it; the cause names it.',
  },
  ClaimPending: {
    what: 'a claim without a StorageClass, or with one that is not there or makes no volume',
    told: 'after 10 s',
    next: 'Add the component `volumes`, make a StorageClass the default, or turn persistence off in the values.',
  },
  ClaimMissing: {
    what: 'a claim that a pod names and nobody made',
    told: 'after 10 s, when it was looked for once more',
    next: 'Create the PersistentVolumeClaim, or correct its name in the values.',
  },
  ClaimLost: {
    what: 'a claim whose volume is gone',
    told: atOnce,
    next: 'Restore the volume, or delete the claim and its data.',
  },
  CrashLoop: {
    what: 'a container that dies again and again: bad configuration, a full volume, no permission, a name that is not resolved',
    told: 'at the fourth death',
    next: 'Read its last log lines, which the cause has; what they mostly mean is said below them.',
  },
  OutOfMemory: {
    what: 'a container above its memory limit, again and again',
    told: 'at the fourth death',
    next: 'Raise its memory limit in the values, or lower what the program takes, e.g. its heap.',
  },
  ContainerStart: {
    what: 'a command or a mount that is not there',
    told: 'after 10 s',
    next: 'Correct the command or the mounts in the chart or its values.',
  },
  ConfigMissing: {
    what: 'a ConfigMap or a Secret that is missing, or a key of it',
    told: 'after 10 s, when it was looked for once more',
    next: 'Create what it names, or correct the name in the values.',
  },
  MountFailed: {
    what: 'a volume that the node cannot mount',
    told: 'by `ReadyTimeout`, as its reason',
    next: 'See the node’s kubelet and the driver of the volume; the cause has the kubelet’s words.',
  },
  ServiceAccountMissing: {
    what: 'a ServiceAccount that is missing',
    told: 'after 10 s, when it was looked for once more',
    next: 'Create the ServiceAccount, or correct its name in the values.',
  },
  QuotaExceeded: {
    what: 'pods that a ResourceQuota or LimitRange refuses',
    told: 'after 10 s',
    next: 'Raise it, or lower the requests in the values.',
  },
  AdmissionDenied: {
    what: 'objects that a policy or a webhook refuses',
    told: 'after 10 s',
    next: 'Adjust the policy, or the values to what the policy allows.',
  },
  CreateFailed: {
    what: 'pods that the API server refuses for another reason',
    told: 'after 30 s',
    next: 'Do what the message says, or correct the values.',
  },
  JobFailed: {
    what: 'a Job of the chart that failed for good',
    told: atOnce,
    next: 'Read the log of its pods and correct the values.',
  },
  ReadyTimeout: {
    what: 'anything else that does not get ready',
    told: 'after `timeouts.ready` without progress',
    next: 'Read what it waits for. What is only slow gets longer by `timeouts` in its component.yaml.',
  },
  CheckFailed: {
    what: 'a check that fails although everything is up',
    told: 'with the check',
    next: 'Read its log lines: the last one says what is not as it should be.',
  },
  CheckTimeout: {
    what: 'a check that does not end',
    told: 'after `timeouts.check` without progress',
    next: 'Read its log lines: it hangs after the last one.',
  },
  CheckUntried: {
    what: 'a check that others leave no room for, on a node or in what it checks; it says nothing about the component',
    told: 'after some minutes of trying; an install that waits tries on',
    next: 'Wait until others leave room, or make some.',
  },
  CheckInterrupted: {
    what: 'a check whose pod was taken away: evicted, preempted, its node lost; it says nothing about the component',
    told: 'after some minutes of trying; an install that waits tries on',
    next: 'See that the nodes have room for its pods.',
  },
  CheckMissing: {
    what: 'a check whose pod the chart does not have',
    told: atOnce,
    next: 'Correct `checks` or `sentinel` in component.yaml, or the hook in the chart.',
  },
  SentinelLost: {
    what: 'records that were written before a change, and cannot be read after it',
    told: 'with the check',
    next: 'Leave its volumes alone. `bigdata up` with the stack file that was proven reads them again; the cause says how to accept the loss.',
  },
  ChartInvalid: {
    what: 'a chart that cannot be rendered, or whose objects the API server cannot read',
    told: atOnce,
    next: 'Correct the chart; the cause names template and line, or object and field.',
  },
  ChartChanged: {
    what: 'a chart that changed since it was planned',
    told: atOnce,
    next: 'Run the command again, which makes a new plan. Workers on other machines need the same release of this program.',
  },
  ChartMissing: {
    what: 'a chart’s folder that the worker cannot read',
    told: atOnce,
    next: 'Restore the folder; a worker on another machine needs it under the same path.',
  },
  ValuesInvalid: {
    what: 'values that a chart refuses',
    told: atOnce,
    next: 'Correct the values in the stack file.',
  },
  ImmutableField: {
    what: 'a field that cannot be changed in place',
    told: atOnce,
    next: 'Undo the change of this field; or set `enabled: false` for the component, run `bigdata up`, which removes it and keeps its data, then set it back and run `bigdata up` again.',
  },
  ObjectRefused: {
    what: 'an object that the API server refuses',
    told: atOnce,
    next: 'Correct the values or the chart as the message says.',
  },
  HookFailed: {
    what: 'a hook of the chart that failed',
    told: 'at once, or at the fourth failed pod of its Job',
    next: 'Read the log of the hook’s pods and correct the values.',
  },
  HookTimeout: {
    what: 'a hook of the chart that does not end',
    told: 'after `timeouts.ready` without progress',
    next: 'Read its log lines: it hangs after the last one.',
  },
  ForeignObject: {
    what: 'an object of the same name that belongs to somebody else',
    told: atOnce,
    next: 'Take it over by `bigdata up --adopt`, remove or rename it, or use another namespace.',
  },
  ForeignRelease: {
    what: 'a release of the same name that belongs to somebody else',
    told: atOnce,
    next: 'Take it over by `bigdata up --adopt` if it is no other stack’s, or give this stack another namespace.',
  },
  NamespaceTaken: {
    what: 'a namespace of another stack',
    told: atOnce,
    next: 'Give this stack another namespace in its stack file, or uninstall the other stack.',
  },
  NamespaceStuck: {
    what: 'an old namespace that does not go',
    told: 'after 90 s',
    next: 'Start the controller that owns the finalizer, or take the finalizer off what is left; or give this stack another namespace.',
  },
  Drift: {
    what: 'something installed that another hand changed, or that is gone, found by `verify`',
    told: atOnce,
    next: 'Run `bigdata up`, which puts back what is planned and proves it.',
  },
  NotInstalled: {
    what: 'a component to be verified that is not installed',
    told: atOnce,
    next: 'Run `bigdata up`.',
  },
  ReleasePending: {
    what: 'a release in which another Helm is at work',
    told: 'after 15 minutes of waiting',
    next: 'Wait for the other Helm to end, then run the command again.',
  },
  ReleaseMissing: {
    what: 'a release that is gone in the middle of the work',
    told: atOnce,
    next: 'Install the component: `bigdata up`.',
  },
  RevisionGone: {
    what: 'a revision to go back to that Helm no longer remembers',
    told: atOnce,
    next: 'Run `bigdata up` with the stack file that was proven.',
  },
  RollbackFailed: {
    what: 'going back to what was proven, which failed as well',
    told: 'with both causes',
    next: 'Mend what the second cause names, then run `bigdata up`.',
  },
  NeedNotProven: {
    what: 'a component whose need is not proven',
    told: atOnce,
    next: 'Mend the other component, then run the command again.',
  },
  StillNeeded: {
    what: 'a component that is to be removed, and that another one needs which could not be removed',
    told: atOnce,
    next: 'Mend the other component, then run the command again.',
  },
  NotRemoved: {
    what: 'an unlisted component that stays, for the listed ones are not all proven',
    told: atOnce,
    next: 'Mend the other component, then run the command again.',
  },
  RemoveTimeout: {
    what: 'an object that does not go, with what holds it',
    told: 'after `timeouts.remove` without progress',
    next: 'See what holds the object (its finalizers, its node), then run the command again.',
  },
  ProvisionerMissing: {
    what: 'data to be deleted whose provisioner was removed before',
    told: atOnce,
    next: 'Run `bigdata up`, which brings the provisioner back, then `bigdata uninstall --delete-data`.',
  },
  Forbidden: {
    what: 'rights that are missing',
    told: 'at once, or after 10 s',
    next: 'Ask for this right, or use another context.',
  },
  Unauthorized: {
    what: 'credentials that the API server does not take',
    told: atOnce,
    next: 'Renew the credentials in the kubeconfig.',
  },
  ClusterUntrusted: {
    what: 'an API server whose certificate the kubeconfig does not vouch for',
    told: atOnce,
    next: 'Correct `certificate-authority-data` in the kubeconfig.',
  },
  ClusterUnreachable: {
    what: 'an API server that does not answer',
    told: tried,
    next: 'See that the cluster runs, then run the command again.',
  },
  NotFound: {
    what: 'an object that was gone in the middle of the work',
    told: tried,
    next: 'Run the command again.',
  },
  Conflict: {
    what: 'an object that somebody else keeps changing at the same time',
    told: tried,
    next: 'Run the command again.',
  },
  LeaseLost: {
    what: 'a worker that could not renew its lease of a release in time, and stopped Helm',
    told: tried,
    next: 'See that the API server is well, then run the command again.',
  },
  HelmMissing: {
    what: 'a worker that finds no Helm',
    told: atOnce,
    next: 'Install Helm 4.1 where the worker runs, or start the worker by `bigdata`.',
  },
  HelmTimeout: {
    what: 'a Helm that does not end',
    told: tried,
    next: 'See why the cluster is slow, then run the command again.',
  },
  HelmFailed: {
    what: 'a Helm that fails for a reason that is not known here',
    told: tried,
    next: 'Do what the message says, then run the command again.',
  },
  NoAnswer: {
    what: 'a step that no worker ended in time',
    told: 'after the time-out of the step',
    next: 'See the worker’s log, then run the command again.',
  },
  Aborted: {
    what: 'a component that did not have its turn before the install was aborted',
    told: atOnce,
    next: '`bigdata up` goes on from here.',
  },
  Terminated: {
    what: 'a workflow that somebody terminated in Temporal',
    told: atOnce,
    next: 'Run the command again.',
  },
  Unexpected: {
    what: 'a fault of this program',
    told: tried,
    next: 'Report it, with what `bigdata support-bundle` collects.',
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
  const rows = Object.entries(causes).map(([type, { what, told }]) => `| \`${type}\` | ${what} | ${told} |`);
  return ['| cause | what is wrong | told |', '| --- | --- | --- |', ...rows].join('\n');
}
