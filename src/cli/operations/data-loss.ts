/**
 * What a plan would lose by making values smaller, told before anything is touched.
 *
 * @module
 */
import { ExitCode, UserError } from '../../errors.js';
import { type Revision, digestLabel } from '../../kubernetes/releases/releases.js';
import type { Plan, PlannedComponent } from '../../stack/plan/plan-types.js';
import { type Shrink, acceptLoss, describeShrink, shrinksOf } from '../../stack/plan/shrinks.js';
import { withDefaults } from '../../stack/plan/values/defaults.js';
import type { Cluster, Release } from '../platform/platform.js';

/** Of the components that change, those that would lose data. */
export async function findShrinks(
  cluster: Cluster,
  { stack, namespace, components }: Plan,
  releases: ReadonlyMap<string, Release>,
): Promise<ReadonlyMap<string, readonly Shrink[]>> {
  const looks = components.map(async ({ name, release, digest, chart, values, data }) => {
    const installed = releases.get(release);
    const isOthers = installed?.stack !== undefined && installed.stack !== stack;
    if (data.shrinks === undefined || !installed || isOthers || installed.digest === digestLabel(digest))
      return [];
    const before = await cluster.values(namespace, installed);
    const found = shrinksOf(data, before, await withDefaults(chart, values));
    return found.length === 0 ? [] : [[name, found] as const];
  });
  return new Map((await Promise.all(looks)).flat());
}

/** @throws UserError if an earlier revision of a component has less room for data than what is installed */
export async function refuseDataLossOfRollback(
  cluster: Cluster,
  namespace: string,
  { name, data }: PlannedComponent,
  { installed, target }: { readonly installed: Revision | undefined; readonly target: Revision | undefined },
): Promise<void> {
  if (data.shrinks === undefined || !installed || !target) return;
  const [before, then] = await Promise.all(
    [installed, target].map(async (each) => await cluster.values(namespace, each)),
  );
  const shrinks = shrinksOf(data, before ?? {}, then ?? {});
  const [first] = shrinks;
  if (!first) return;
  throw new UserError({
    message: shrinks.map((each) => `${name}: ${describeShrink(each)}`).join('\n'),
    where: `revision ${target.revision}`,
    unchanged: 'No component was touched',
    next: `${first.next} \`bigdata rollback ${name} ${target.revision} --accept-loss\` goes back all the same, and loses it`,
    exitCode: ExitCode.usage,
  });
}

/**
 * The plan in which the named components may lose data.
 *
 * @throws UserError if the plan has no such component
 */
export function acceptNamedLoss(plan: Plan, names: readonly string[], file: string): Plan {
  const unknown = names.find((name) => !plan.components.some((each) => each.name === name));
  if (unknown === undefined) return acceptLoss(plan, names);
  throw new UserError({
    message: `--accept-loss ${unknown} names no component of the stack`,
    where: file,
    unchanged: 'Nothing was touched',
    next: `It has ${plan.components.map(({ name }) => name).join(', ')}`,
    exitCode: ExitCode.usage,
  });
}

/** @throws UserError if the plan would lose data that nobody accepted to lose */
export async function refuseDataLoss(cluster: Cluster, plan: Plan, file: string): Promise<void> {
  if (plan.components.every(({ data }) => data.shrinks === undefined)) return;
  const shrinks = await findShrinks(cluster, plan, await cluster.releases(plan.namespace));
  const [first] = shrinks;
  if (!first) return;
  const [name, [shrink]] = first;
  const told = [...shrinks].flatMap(([each, found]) => found.map((one) => `${each}: ${describeShrink(one)}`));
  throw new UserError({
    message: told.join('\n'),
    where: file,
    unchanged: 'No component was touched',
    next: `${shrink?.next ?? ''} Or set ${name}.${shrink?.value} back to ${shrink?.from}. \`bigdata up ${[...shrinks.keys()].map((each) => `--accept-loss ${each}`).join(' ')}\` goes on, and loses it`,
    exitCode: ExitCode.usage,
  });
}
