/**
 * The fields of rendered objects that the rules look at.
 *
 * @module
 */
import { documentsOf } from '../kubernetes/releases/release-contents.js';

export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  // Of whatever kind: each rule knows what it reads.
  readonly spec?: Spec;
}

export type Labels = Readonly<Record<string, string>>;

export interface Spec extends PodSpec {
  readonly replicas?: number;
  readonly template?: PodTemplate;
  readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
  readonly selector?: Labels | { readonly matchLabels?: Labels };
  readonly ports?: readonly { readonly port: number; readonly targetPort?: number | string }[];
  readonly volumeClaimTemplates?: readonly {
    readonly metadata: { readonly name: string; readonly labels?: Labels };
  }[];
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: PodSpec;
}

export interface PodSpec {
  readonly restartPolicy?: string;
  readonly enableServiceLinks?: boolean;
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly affinity?: {
    readonly podAntiAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[];
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
        readonly podAffinityTerm: AffinityTerm;
      }[];
    };
  };
}

export interface AffinityTerm {
  readonly topologyKey: string;
  readonly labelSelector?: { readonly matchLabels?: Labels };
}

export interface Probe {
  /** Default 10. */
  readonly periodSeconds?: number;
  /** Default 3. */
  readonly failureThreshold?: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: object;
  readonly livenessProbe?: Probe;
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly privileged?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly runAsUser?: number;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
}

export interface Volume {
  readonly name: string;
  readonly hostPath?: object;
  readonly configMap?: { readonly name: string };
}

/** A pod that the chart makes, itself or through a workload. */
export interface RenderedPod {
  /** For people: `StatefulSet/kafka`. */
  readonly where: string;
  readonly owner: Rendered;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
  /** Whether it is a check. */
  readonly isHook: boolean;
}

/** What a chart makes, and the template of each object by `Kind/name`. */
export interface Render {
  readonly objects: readonly Rendered[];
  readonly templateOf: ReadonlyMap<string, string>;
}

/**
 * What `helm template` prints.
 *
 * @param chartFolder - that the templates' paths are given in, instead of the chart's name
 */
export function parseRender(output: string, chartFolder: string): Render {
  const templateOf = new Map<string, string>();
  const objects: Rendered[] = [];
  for (const part of output.split(/^---$/m)) {
    const template = /^# Source: [^/]+\/(.+)$/m.exec(part)?.[1];
    for (const object of documentsOf(part) as Rendered[]) {
      objects.push(object);
      if (template !== undefined) templateOf.set(nameOf(object), `${chartFolder}/${template}`);
    }
  }
  return { objects, templateOf };
}

/** For people: `StatefulSet/kafka`. */
export function nameOf({ kind, metadata }: Rendered): string {
  return `${kind}/${metadata.name}`;
}

/** Whether Helm runs it on its own, apart from the release's objects. */
export function isHook({ metadata }: Rendered): boolean {
  return metadata.annotations?.['helm.sh/hook'] !== undefined;
}

/** All pods, of workloads and hooks. */
export function podsOf(objects: readonly Rendered[]): RenderedPod[] {
  return objects.flatMap((owner) => {
    const template =
      owner.kind === 'Pod'
        ? { metadata: owner.metadata, spec: owner.spec ?? {} }
        : (owner.spec?.template ?? owner.spec?.jobTemplate?.spec.template);
    return template === undefined
      ? []
      : [
          {
            where: nameOf(owner),
            owner,
            labels: template.metadata?.labels ?? {},
            annotations: template.metadata?.annotations ?? {},
            spec: template.spec,
            isHook: isHook(owner),
          },
        ];
  });
}

/** Init containers included. */
export function containersOf({ spec }: RenderedPod): readonly Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
}

/** Whether labels have everything that is selected. */
export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** `a=b,c=d` as a mapping. */
export function parseSelector(text: string): Labels {
  return Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string]));
}
