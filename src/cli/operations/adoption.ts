/**
 * Taking over what somebody else made of planned components, after a person has seen how it changes.
 *
 * @module
 */
import type { Plan } from '../../stack/plan/plan-types.js';
import type { CommandContext } from '../command.js';
import { requireYes } from './confirm.js';
import type { Cluster } from '../platform/platform.js';
import { Step } from '../progress/step.js';
import { renderAdoption } from '../render/diff.js';

/**
 * Shows what there is to take over, and asks.
 *
 * @returns names of the components of which something is taken over
 * @throws UserError without a yes
 */
export async function confirmAdoption(
  context: CommandContext,
  cluster: Cluster,
  plan: Plan,
  yes: boolean,
): Promise<readonly string[]> {
  const releases = await cluster.releases(plan.namespace);
  const look = new Step('Others', [], (report) =>
    context.platform.changes.ofOthers(cluster.access, plan, releases, report),
  );
  await context.progress.steps([look]);
  const names = [...look.value.keys()];
  if (names.length === 0) {
    context.progress.note('There is nothing of somebody else to take over');
    return [];
  }
  for (const [name, changes] of look.value)
    context.progress.note(renderAdoption(name, changes, context.style));
  await requireYes(context, yes, {
    question: `Take over ${names.join(', ')} in namespace ${plan.namespace}, and change it as shown?`,
    refusal: `Taking over ${names.join(', ')} was not confirmed`,
    unchanged: 'No component was touched',
  });
  return names;
}
