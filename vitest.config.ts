import { defineConfig } from 'vitest/config';

import { GivenOrder } from './test/support/given-order.js';

const minute = 60_000;

/** Files that run beside each other, where that is possible. */
const workers = Number(process.env['BIGDATA_TEST_WORKERS'] ?? 1);

/** Suites by what they need: `vitest run --project unit`, or `npm run test:unit`. */
export default defineConfig({
  test: {
    // The native part of the Temporal SDK crashes in worker threads.
    pool: 'forks',
    sequence: { sequencer: GivenOrder },
    // The default of a second is a matter of luck on a busy machine.
    expect: { poll: { timeout: minute } },
    projects: [
      {
        extends: true,
        // Files and pure code: no server, no cluster.
        test: {
          name: 'unit',
          include: [
            'test/{docs,stack,changes,processes,local,images,helm,kubernetes,activities,cli,client,temporal,support-bundle,redaction,bin}/**/*.test.ts',
          ],
          // One that hangs is found; a machine under load takes its time.
          testTimeout: minute,
          hookTimeout: minute,
          // Starting a process a file takes longer than the tests, half of which wait for a process of their own.
          isolate: false,
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        // Workflows on real Temporal servers, with activities that only pretend.
        test: {
          name: 'workflow',
          include: ['test/workflows/**/*.test.ts'],
          // What hangs is found, and what is slow on a busy machine is waited for.
          testTimeout: 5 * minute,
          hookTimeout: 10 * minute,
          fileParallelism: workers > 1,
          maxWorkers: workers,
        },
      },
      {
        extends: true,
        // Histories of earlier releases against today's workflows.
        test: {
          name: 'replay',
          include: ['test/replay/**/*.test.ts'],
          testTimeout: minute,
          hookTimeout: 2 * minute,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // Every component folder against the real API server.
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 10 * minute,
          hookTimeout: 10 * minute,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // Everything together on the local cluster.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 20 * minute,
          hookTimeout: 20 * minute,
          fileParallelism: workers > 1,
          maxWorkers: workers,
        },
      },
      {
        extends: true,
        // Of the suites around it what calls activities without a worker, so that it can run beside what has one.
        test: {
          name: 'engine',
          include: [
            'test/e2e/{refusals,helm-service,activities-*}.test.ts',
            'test/faults/{causes,twins}.test.ts',
          ],
          maxConcurrency: 12,
          testTimeout: 20 * minute,
          hookTimeout: 20 * minute,
          fileParallelism: workers > 1,
          maxWorkers: workers,
        },
      },
      {
        extends: true,
        // What kills workers.
        test: {
          name: 'killing',
          include: [
            'test/e2e/{decisions-worker,zookeeper-size,volume-size,kafka-size,hdfs-size,presto-size,hbase-size,spark-size,version-upgrade,secret-rotation,failover,namenodes,ha,spark-masters}.test.ts',
            'test/faults/worker.test.ts',
          ],
          testTimeout: 90 * minute,
          hookTimeout: 20 * minute,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // Measurements, which judge nothing.
        test: {
          name: 'bench',
          include: ['bench/**/*.bench.ts'],
          testTimeout: 60 * minute,
          hookTimeout: 10 * minute,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // Everything is killed once, on the local cluster.
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          maxConcurrency: 12,
          testTimeout: 90 * minute,
          hookTimeout: 20 * minute,
          fileParallelism: false,
        },
      },
    ],
  },
});
