/** @module */
import { parseArgs } from 'node:util';

/** @typedef {{ fresh: boolean, changed: string | undefined, clusterCpu: number | undefined }} Options */

const usage = `node bin/test.mjs quick|all [options]
  --fresh            all: run again what has passed with the same inputs
  --changed REV      all: of what \`npm test\` does not run, only what the change since REV touches
  --cluster-cpu N    hold the processes of the cluster to N cores, to see what is a matter of luck
`;

/** Options of `quick` and `all`; ends the process where they make no sense. @returns {Options} */
export function readOptions(suite, args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        fresh: { type: 'boolean', default: false },
        changed: { type: 'string' },
        'cluster-cpu': { type: 'string' },
      },
    });
    const clusterCpu = values['cluster-cpu'] === undefined ? undefined : Number(values['cluster-cpu']);
    if (clusterCpu !== undefined && !(clusterCpu >= 0.05))
      throw new Error('--cluster-cpu takes cores, e.g. 0.25');
    if (suite === 'quick' && (values.fresh || values.changed !== undefined)) {
      throw new Error(
        '`npm test` runs all of its tests each time: --fresh and --changed are options of `npm run test:all`',
      );
    }
    return { fresh: values.fresh, changed: values.changed, clusterCpu };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
