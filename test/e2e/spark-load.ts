/** @module */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ChangingStack } from './changing-stack.js';
import type { LoadProgram } from './load.js';

/** An application that runs jobs on Spark all the time, and accounts for each in the end. */
export const sparkLoad: LoadProgram = {
  program: 'spark-load',
  where: [],
  home: {
    pod: 'spark-master-0',
    files: async (folder) => ({ 'load.py': await readFile(join(folder, 'load.py')) }),
    command: ['/opt/spark/bin/spark-submit', '--conf', 'spark.cores.max=2', '/load/load.py'],
    env: [
      { name: 'SPARK_CONF_DIR', value: '/etc/spark' },
      { name: 'SPARK_LOCAL_HOSTNAME', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    configuration: { name: 'spark-config', mountPath: '/etc/spark' },
  },
};

/** Both executors of the application may be on one worker: the check has the third core of each. */
export const room = { cores: 3, memory: '2g', resources: { limits: { memory: '3Gi' } } };

/** Ends the application; gives what it found. */
export async function endSparkLoad(stack: ChangingStack): Promise<Record<string, number>> {
  await stack.exec('spark-load-run', 'touch', '/tmp/stop');
  return await stack.load.result();
}
