/**
 * Rules about what a chart makes of all values together: what changes between them, and what none of them has.
 *
 * @module
 */
import { hookMoments } from '../../kubernetes/releases/ownership.js';
import type { LoadedComponent } from '../../stack/plan/plan.js';
import { type Rendered, isHook, nameOf, podsOf } from '../rendered.js';
import type { Violation } from './rule.js';

/** A component together with what its chart makes, once for the values of each variant. */
export interface AcrossSubject {
  readonly component: LoadedComponent;
  readonly renders: readonly (readonly Rendered[])[];
}

/** Every violation; none if the rule holds. */
export type AcrossRule = (subject: AcrossSubject) => Violation[];

/** Kinds whose pods are replaced one after the other. */
const workloadKinds: ReadonlySet<string> = new Set(['StatefulSet', 'Deployment', 'DaemonSet']);

/** What `changes` speaks of is there, with some values at least. */
export const changesOfObjects: AcrossRule = ({ component, renders }) => {
  const { hooks = [], workloads = [] } = component.definition.changes ?? {};
  const objects = renders.flat();
  const isThere = (name: string, fits: (object: Rendered) => boolean) =>
    objects.some((object) => object.metadata.name === name && fits(object));
  return [
    ...hooks.flatMap(({ name }, index) =>
      isThere(name, runsAtUpgrades)
        ? []
        : [
            {
              message: `component.yaml names the hook ${name}, which no upgrade runs`,
              definition: ['changes', 'hooks', index, 'name'],
            },
          ],
    ),
    ...workloads.flatMap(({ name }, index) =>
      isThere(name, ({ kind }) => workloadKinds.has(kind))
        ? []
        : [
            {
              message: `component.yaml names the workload ${name}, which the chart does not have`,
              definition: ['changes', 'workloads', index, 'name'],
            },
          ],
    ),
  ];
};

/** What `ready` speaks of is there, with some values at least. */
export const readyObjects: AcrossRule = ({ component, renders }) => {
  const { ready = [] } = component.definition;
  const objects = renders.flat().filter((object) => !isHook(object));
  return ready.flatMap(({ kind, name }, index) =>
    objects.some((each) => each.kind === kind && (name ?? each.metadata.name) === each.metadata.name)
      ? []
      : [
          {
            message: `component.yaml waits for ${name === undefined ? `objects of the kind ${kind}` : `${kind}/${name}`}, which the chart does not have`,
            definition: ['ready', index, name === undefined ? 'kind' : 'name'],
          },
        ],
  );
};

function runsAtUpgrades(object: Rendered): boolean {
  return hookMoments(object).some((moment) => /^(pre|post)-upgrade$/.test(moment));
}

/** Pods name a ServiceAccount with all values, or with none. */
export const steadyServiceAccounts: AcrossRule = ({ renders }) => {
  const pods = renders.flatMap((objects) => podsOf(objects)).filter(({ owner }) => !isHook(owner));
  const named = new Set(
    pods.filter(({ spec }) => spec.serviceAccountName !== undefined).map(({ where }) => where),
  );
  const lacking = pods.filter(({ where, spec }) => named.has(where) && spec.serviceAccountName === undefined);
  const once = new Map(lacking.map(({ owner }) => [nameOf(owner), owner]));
  return [...once.values()].map((object) => ({
    object,
    message: 'has a serviceAccountName with some values only',
  }));
};
