/** @module */
import { readValues } from '../../kubernetes/releases/release-contents.js';
import type { Release, Revision } from '../../kubernetes/releases/releases.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { DataPolicy, PlannedComponent, Values } from '../../stack/plan/plan-types.js';
import { type Shrink, describeShrink, shrinksOf } from '../../stack/plan/shrinks.js';
import { withDefaults } from '../../stack/plan/values/defaults.js';
import { nonRetryable } from '../failures.js';
import type { RollBackInput } from '../contract.js';

/** @throws ApplicationFailure, non-retryable, if a value becomes smaller with which data would go; KubernetesError */
export async function refuseDataLoss(
  rest: Rest,
  namespace: string,
  installed: Release,
  { name, chart, values, data }: PlannedComponent,
  signal: AbortSignal,
): Promise<void> {
  await refuseShrinks(rest, namespace, installed, data, {
    after: async () => await withDefaults(chart, values),
    next: ({ value, from }) =>
      `Or set ${value} back to ${from} in the stack file. \`bigdata up --accept-loss ${name}\` goes on, and loses it`,
    signal,
  });
}

/** As {@link refuseDataLoss}, for values that become smaller because an earlier revision had them so. */
export async function refuseDataLossOfRollback(
  rest: Rest,
  installed: Release,
  target: Revision,
  { namespace, component, data = {} }: RollBackInput,
  signal: AbortSignal,
): Promise<void> {
  await refuseShrinks(rest, namespace, installed, data, {
    after: async () => await readValues(rest, namespace, target.secret, signal),
    next: () => `\`bigdata rollback ${component} --accept-loss\` goes back all the same, and loses it`,
    signal,
  });
}

interface Change {
  /** The values that there are to be, the chart's defaults among them. */
  readonly after: () => Promise<Values>;
  /** What else there is to do. */
  readonly next: (shrink: Shrink) => string;
  readonly signal: AbortSignal;
}

async function refuseShrinks(
  rest: Rest,
  namespace: string,
  installed: Release,
  data: DataPolicy,
  { after, next, signal }: Change,
): Promise<void> {
  if (data.shrinks === undefined) return;
  const before = await readValues(rest, namespace, installed.secret, signal);
  const [first, ...more] = shrinksOf(data, before, await after());
  if (!first) return;
  throw nonRetryable({
    type: 'DataLoss',
    message: `${describeShrink(first)}; nothing was changed`,
    where: `release ${namespace}/${installed.name}`,
    details: more.map(describeShrink),
    next: `${first.next} ${next(first)}`,
  });
}
