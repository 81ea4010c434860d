/**
 * The digest of a planned component, computed anew from the chart's folder as it is now.
 *
 * @module
 */
import { digestFolder, digestJson } from '../stack/digest.js';
import type { PlannedComponent } from '../stack/plan-types.js';
import { terminal } from './failures.js';

/** @throws ApplicationFailure, terminal, if the chart's folder is missing or not what was planned */
export async function refuseChangedChart({
  name,
  chart,
  values,
  image,
  digest,
}: PlannedComponent): Promise<void> {
  const found = await digestJson({
    chart: await chartDigest(name, chart),
    values,
    image: image === undefined ? null : { ...image },
  });
  if (found === digest) return;
  throw terminal({
    type: 'ChartChanged',
    message: `the chart of ${name} is not the one that was planned`,
    where: chart,
    next: 'run the command again, which makes a new plan; with workers on other machines, give all the same release of this program',
  });
}

async function chartDigest(name: string, chart: string): Promise<string> {
  try {
    return await digestFolder(chart);
  } catch (error) {
    throw terminal({
      type: 'ChartMissing',
      message: `the chart of ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      where: chart,
      next: 'restore the folder; a worker on another machine needs it under the same path',
    });
  }
}
