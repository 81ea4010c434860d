/** @module */
import { readValues } from '../../kubernetes/releases/release-contents.js';
import type { Release } from '../../kubernetes/releases/releases.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import type { PlannedComponent } from '../../stack/plan/plan-types.js';
import { describeShrink, shrinksOf } from '../../stack/plan/shrinks.js';
import { withDefaults } from '../../stack/plan/values/defaults.js';
import { nonRetryable } from '../failures.js';

/** @throws ApplicationFailure, non-retryable, if a value becomes smaller with which data would go; KubernetesError */
export async function refuseDataLoss(
  rest: Rest,
  namespace: string,
  installed: Release,
  { name, chart, values, data }: PlannedComponent,
  signal: AbortSignal,
): Promise<void> {
  if (data.shrinks === undefined) return;
  const before = await readValues(rest, namespace, installed.secret, signal);
  const [first, ...more] = shrinksOf(data, before, await withDefaults(chart, values));
  if (!first) return;
  throw nonRetryable({
    type: 'DataLoss',
    message: `${describeShrink(first)}; nothing was changed`,
    where: `release ${namespace}/${installed.name}`,
    details: more.map(describeShrink),
    next: `${first.next} Or set ${first.value} back to ${first.from} in the stack file. \`bigdata up --accept-loss ${name}\` goes on, and loses it`,
  });
}
