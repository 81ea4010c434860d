/**
 * Test hooks of a chart: checks and sentinels, which component.yaml declares.
 *
 * @module
 */
import { isTestHook } from '../../kubernetes/releases/ownership.js';
import type { Path } from '../../stack/files/document/source-document.js';
import { isHook, type Rendered } from '../rendered.js';
import { type Rule, type Subject, type Violation, unless } from './rule.js';

/** The checks and the sentinel of component.yaml are the test hooks of the chart. */
export const checks: Rule = ({ component, objects }) => {
  const { checks: declared } = component.definition;
  const names = [...declared.flatMap(({ pods }) => pods), ...sentinelPods(component)];
  const hooks = objects.filter(isTestHook);
  return [
    ...(declared.some(({ disruptive }) => !disruptive)
      ? []
      : [{ message: 'no check that disturbs nobody', definition: ['checks'] }]),
    ...names
      .filter((name) => !hooks.some(({ kind, metadata }) => kind === 'Pod' && metadata.name === name))
      .map((name) => ({
        message: `component.yaml names the pod ${name}, which the chart does not have`,
        definition: placeOf(name, component),
      })),
    ...hooks.flatMap((hook) =>
      unless(
        hook.kind === 'Pod' && names.includes(hook.metadata.name),
        hook,
        'is a test hook that component.yaml does not name',
      ),
    ),
    ...hooks.flatMap((hook) => hookViolations(hook)),
    ...declared.flatMap(({ name, pods }, index) =>
      risesFrom(Number.NEGATIVE_INFINITY, pods, objects)
        ? []
        : [
            {
              message: `the pods of the check ${name} do not have rising weights`,
              definition: ['checks', index, 'pods'],
            },
          ],
    ),
  ];
};

/** What keeps data has a sentinel, whose steps a plain `helm test` runs in their order after the checks. */
export const sentinels: Rule = ({ component, objects }) => {
  const { checks: declared, data, sentinel } = component.definition;
  if (sentinel === undefined) {
    return data.claims === undefined
      ? []
      : [{ message: 'data.claims without a sentinel in component.yaml', definition: ['data', 'claims'] }];
  }
  const ofChecks = declared.flatMap(({ pods }) => pods).map((pod) => weightOf(pod, objects));
  return risesFrom(Math.max(...ofChecks), sentinelPods(component), objects)
    ? []
    : [
        {
          message: 'the pods of the sentinel do not have rising weights above those of the checks',
          definition: ['sentinel'],
        },
      ];
};

/** Where `component.yaml` names a pod. */
function placeOf(pod: string, { definition: { checks: declared } }: Subject['component']): Path {
  const index = declared.findIndex(({ pods }) => pods.includes(pod));
  return index === -1 ? ['sentinel'] : ['checks', index, 'pods'];
}

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

function hookViolations(hook: Rendered): Violation[] {
  const annotations = hook.metadata.annotations ?? {};
  const policy = annotations['helm.sh/hook-delete-policy'];
  return [
    ...unless(
      policy === 'before-hook-creation',
      hook,
      `the log must still be there after the check: its policy is ${policy ?? 'missing'}`,
    ),
    ...unless(hook.spec?.restartPolicy === 'Never', hook, 'restartPolicy is not Never'),
  ];
}
