/**
 * Whether an object is ready by what its controller wrote into its status. The rules are those of kstatus, by which Flux and kpt
 * wait: https://github.com/kubernetes-sigs/cli-utils, pkg/kstatus. Pure.
 *
 * @module
 */
import type { Condition, KubernetesObject, Workload } from '../api/objects.js';
import { breachOf, saidBy } from '../../stack/plan/ready-rule.js';
import { type WorkloadKind, readinessOf } from './readiness.js';

/** An object with what controllers write by convention. */
export interface ConditionedObject extends KubernetesObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** Why an object is not ready. */
export interface Unready {
  /** For people: `Ready is False: BrokersUnavailable, 1 of 3`. */
  readonly why: string;
  /** Its controller says that it does not get on. */
  readonly failed?: true;
}

/** Kubernetes' own kinds that are ready by another condition than `Ready`, and which they must have. */
const ownConditions: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/CustomResourceDefinition': 'Established',
  'apiregistration.k8s.io/APIService': 'Available',
};

/** By which a controller says that it does not get on. */
const failures: Readonly<Record<string, Condition['status']>> = { Stalled: 'True', NamesAccepted: 'False' };

const workloadKinds: ReadonlySet<string> = new Set(['apps/StatefulSet', 'apps/Deployment', 'apps/DaemonSet']);

/**
 * Undefined if it is ready, or its status tells nothing about that: most kinds have none.
 *
 * @param rules - what it must say of itself instead of `Ready`, as `kubectl wait --for` takes it
 */
export function unreadyOf(object: ConditionedObject, rules: readonly string[] = []): Unready | undefined {
  const { kind = '', apiVersion = '', metadata, status = {} } = object;
  const groupKind = `${apiVersion.replace(/\/?[^/]*$/, '')}/${kind}`;
  if (metadata.deletionTimestamp !== undefined) return { why: 'it is being deleted' };
  if (workloadKinds.has(groupKind)) return unreadyWorkload(kind as WorkloadKind, object as Workload);
  const { observedGeneration, conditions = [] } = status;
  if (observedGeneration !== undefined && observedGeneration !== metadata.generation)
    return { why: 'its controller has not seen its newest generation' };
  const of = (type: string) => conditions.find((each) => each.type === type);
  const failure = conditions.find(({ type, status: is }) => failures[type] === is);
  if (failure) return { why: inWords(failure), failed: true };
  if (rules.length > 0) {
    const [why] = rules.flatMap((rule) => breachOf(rule, object) ?? []);
    return why === undefined ? undefined : { why };
  }
  const reconciling = of('Reconciling');
  if (reconciling?.status === 'True') return { why: inWords(reconciling) };
  const own = ownConditions[groupKind];
  const ready = of(own ?? 'Ready');
  if (own !== undefined && ready === undefined) return { why: `nothing says whether it is ${own}` };
  return ready === undefined || ready.status === 'True' ? undefined : { why: inWords(ready) };
}

function unreadyWorkload(kind: WorkloadKind, workload: Workload): Unready | undefined {
  const { ready, pods } = readinessOf(kind, workload);
  return ready ? undefined : { why: `${pods.ready}/${pods.wanted} pods ready` };
}

function inWords(condition: Condition): string {
  const { type, status } = condition;
  const said = saidBy(condition);
  return `${type} is ${status}${said.length === 0 ? '' : `: ${said.join(', ')}`}`;
}
