/**
 * The digest of a planned component, computed anew from the chart's folder as it is now.
 *
 * @module
 */
import { digestComponent, digestFolder } from '../../stack/plan/digest.js';
import type { PlannedComponent } from '../../stack/plan/plan-types.js';
import { nonRetryable } from '../failures.js';
import { errorText } from '../../util/error-text.js';

/** @throws ApplicationFailure, non-retryable, if the chart's folder is missing or not what was planned */
export function refuseChangedChart(component: PlannedComponent): void {
  const { name, chart, digest } = component;
  if (currentDigest(component) === digest) return;
  throw nonRetryable({
    type: 'ChartChanged',
    message: `the chart of ${name} changed after it was planned`,
    where: chart,
    next: 'run the command again, which makes a new plan; workers on other machines need the same version of bigdata',
  });
}

function currentDigest(component: PlannedComponent): string {
  const { name, chart } = component;
  try {
    return digestComponent({ ...component, chart: digestFolder(chart) });
  } catch (error) {
    throw nonRetryable({
      type: 'ChartMissing',
      message: `the chart of ${name} cannot be read: ${errorText(error)}`,
      where: chart,
      next: 'restore the folder; a worker on another machine needs it under the same path',
    });
  }
}
