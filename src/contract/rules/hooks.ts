/**
 * Test hooks of a chart: checks and sentinels, which component.yaml declares.
 *
 * @module
 */
import { isHook, nameOf, type Rendered } from '../support/objects.js';
import type { Rule, Subject } from './rule.js';

/** The checks and the sentinel of component.yaml are the test hooks of the chart, and the chart has no other hooks. */
export const checks: Rule = ({ component, objects }) => {
  const { checks: declared } = component.definition;
  const names = [...declared.flatMap(({ pods }) => pods), ...sentinelPods(component)];
  const hooks = objects.filter(isHook);
  return [
    ...(declared.some(({ disruptive }) => !disruptive) ? [] : ['no check that disturbs nobody']),
    ...names
      .filter((name) => !hooks.some(({ kind, metadata }) => kind === 'Pod' && metadata.name === name))
      .map((name) => `component.yaml names the pod ${name}, which the chart does not have`),
    ...hooks
      .filter(({ kind, metadata }) => kind !== 'Pod' || !names.includes(metadata.name))
      .map((hook) => `${nameOf(hook)} is a hook that component.yaml does not name`),
    ...hooks.flatMap((hook) => hookViolations(hook)),
    ...declared
      .filter(({ pods }) => !risesFrom(Number.NEGATIVE_INFINITY, pods, objects))
      .map(({ name }) => `the pods of the check ${name} do not have rising weights`),
  ];
};

/** What keeps data has a sentinel, whose steps a plain `helm test` runs in their order after the checks. */
export const sentinels: Rule = ({ component, objects }) => {
  const { checks: declared, data, sentinel } = component.definition;
  if (sentinel === undefined) {
    return data.claims === undefined ? [] : ['data.claims without a sentinel in component.yaml'];
  }
  const ofChecks = declared.flatMap(({ pods }) => pods).map((pod) => weightOf(pod, objects));
  return risesFrom(Math.max(...ofChecks), sentinelPods(component), objects)
    ? []
    : ['the pods of the sentinel do not have rising weights above those of the checks'];
};

function sentinelPods({ definition: { sentinel } }: Subject['component']): string[] {
  return sentinel === undefined ? [] : [sentinel.write, sentinel.read, sentinel.remove];
}

function risesFrom(
  weight: number,
  [first, ...others]: readonly string[],
  objects: Subject['objects'],
): boolean {
  if (first === undefined) {
    return true;
  }
  const next = weightOf(first, objects);
  return next > weight && risesFrom(next, others, objects);
}

function weightOf(pod: string, objects: Subject['objects']): number {
  const hook = objects.filter(isHook).find(({ metadata }) => metadata.name === pod);
  return Number(hook?.metadata.annotations?.['helm.sh/hook-weight'] ?? 0);
}

function hookViolations(hook: Rendered): string[] {
  const annotations = hook.metadata.annotations ?? {};
  const policy = annotations['helm.sh/hook-delete-policy'];
  return [
    ...(annotations['helm.sh/hook'] === 'test' ? [] : [`${nameOf(hook)}: is no test hook`]),
    ...(policy === 'before-hook-creation'
      ? []
      : [
          `${nameOf(hook)}: the log must still be there after the check: its policy is ${policy ?? 'missing'}`,
        ]),
    ...(hook.spec?.restartPolicy === 'Never' ? [] : [`${nameOf(hook)}: restartPolicy is not Never`]),
  ];
}
