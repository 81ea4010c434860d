/**
 * The fields of Kubernetes objects that are read here, as the API server sends them (dates are text).
 *
 * @module
 */

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** What the API server remembers of one writer of an object. */
export interface ManagedFields {
  readonly manager?: string;
  readonly subresource?: string;
  /** RFC 3339. */
  readonly time?: string;
  /** Keys as server-side apply has them: `f:name`, `k:{…}`, `v:…`, `.`. */
  readonly fieldsV1?: object;
}

export interface Metadata {
  readonly managedFields?: readonly ManagedFields[];
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Metadata;
}

export interface List<T> {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: readonly T[];
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStateDetail {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly signal?: number;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string;
  readonly ready?: boolean;
  /** True once its startup probe, if it has one, succeeded. */
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: ContainerStateDetail;
    readonly running?: object;
    readonly terminated?: ContainerStateDetail;
  };
  readonly lastState?: { readonly terminated?: ContainerStateDetail };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly resources?: { readonly limits?: Readonly<Record<string, string | number>> };
  readonly livenessProbe?: object;
  readonly startupProbe?: object;
  readonly env?: readonly {
    readonly valueFrom?: { readonly secretKeyRef?: SecretSource & { readonly key: string } };
  }[];
  readonly envFrom?: readonly { readonly secretRef?: SecretSource }[];
}

/** A Secret, as variables of a container name it. */
interface SecretSource {
  readonly name?: string;
  readonly optional?: boolean;
}

export interface Pod extends KubernetesObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly activeDeadlineSeconds?: number;
    readonly initContainers?: readonly Container[];
    readonly containers?: readonly Container[];
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status?: {
    readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface Node extends KubernetesObject {
  readonly spec?: {
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface Claim extends KubernetesObject {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly resources?: {
      readonly requests?: { readonly storage?: string };
      readonly limits?: { readonly storage?: string };
    };
  };
  readonly status?: {
    readonly phase?: 'Pending' | 'Bound' | 'Lost';
    readonly capacity?: { readonly storage?: string };
    readonly allocatedResources?: { readonly storage?: string };
    readonly allocatedResourceStatuses?: { readonly storage?: string };
    readonly conditions?: readonly Condition[];
  };
}

export interface PersistentVolume extends KubernetesObject {
  readonly spec?: {
    readonly claimRef?: { readonly namespace: string; readonly name: string; readonly uid?: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly storageClassName?: string;
  };
  readonly status?: { readonly phase?: string };
}

/** An event of the core group. */
export interface ClusterEvent extends KubernetesObject {
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly eventTime?: string | null;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
}

/** StatefulSet, Deployment, DaemonSet, ReplicaSet and Job, in one. */
export interface Workload extends KubernetesObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly completions?: number;
    readonly suspend?: boolean;
    readonly backoffLimit?: number;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number };
    };
    readonly ordinals?: { readonly start?: number };
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: {
        readonly maxSurge?: number | string;
        readonly maxUnavailable?: number | string;
      };
    };
    readonly template?: PodTemplate;
    readonly volumeClaimTemplates?: readonly KubernetesObject[];
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberReady?: number;
    readonly numberAvailable?: number;
    readonly succeeded?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** What a workload makes pods from. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Pick<NonNullable<Pod['spec']>, 'initContainers' | 'containers'> & {
    readonly volumes?: readonly unknown[];
  };
}

/** `Pod bigdata/kafka-0`, as causes name objects. */
export function nameOf(kind: string, { namespace, name }: Metadata): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
