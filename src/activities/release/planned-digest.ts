/**
 * The digest of a planned component, computed anew from the chart's folder as it is now.
 *
 * @module
 */
import { digestComponent } from '../../stack/plan/digest.js';
import type { PlannedComponent } from '../../stack/plan/plan-types.js';
import { nonRetryable } from '../failures.js';
import { errorText } from '../../util/error-text.js';

/** @throws ApplicationFailure, non-retryable, if the chart's folder is missing or not what was planned */
export async function refuseChangedChart(component: PlannedComponent): Promise<void> {
  const { name, chart, digest } = component;
  if ((await currentDigest(component)) === digest) return;
  throw nonRetryable({
    type: 'ChartChanged',
    message: `the chart of ${name} changed after it was planned`,
    where: chart,
    next: 'run the command again, which makes a new plan; workers on other machines need the same version of bigdata',
  });
}

async function currentDigest(component: PlannedComponent): Promise<string> {
  const { name, chart } = component;
  try {
    return await digestComponent(component);
  } catch (error) {
    throw nonRetryable({
      type: 'ChartMissing',
      message: `the chart of ${name} cannot be read: ${errorText(error)}`,
      where: chart,
      next: 'restore the folder; a worker on another machine needs it under the same path',
    });
  }
}
