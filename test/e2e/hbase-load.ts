/** @module */
import { javaProgram } from '../support/java-program.js';
import type { LoadProgram } from './load.js';

/** Writes rows to HBase and reads them all the time, and accounts for each in the end. */
export const hbaseLoad: LoadProgram = {
  program: 'hbase-load',
  where: [],
  home: {
    pod: 'hbase-region-server-0',
    files: async (folder) => ({ 'load.jar': await javaProgram(folder) }),
    command: [
      'java',
      '-Xmx128m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dlog4j.configuration=file:/etc/hbase/log4j-check.properties',
      '@/opt/hbase/java.args',
      '-classpath',
      '/load/load.jar:/opt/hadoop/libs/*:/opt/hbase/libs/*:/etc/hbase',
      'HBaseLoad',
    ],
    configuration: { name: 'hbase-config', mountPath: '/etc/hbase' },
  },
};
