/**
 * Which tests run when: cheapest first. Data; a file that no tier names runs in none.
 *
 * @module
 */

/**
 * @typedef {object} Step test files that run one after the other
 * @property {string} [name] what people call it, where its lane has several
 * @property {string} project of vitest.config.ts
 * @property {string[]} [files] in this order; without it, all of the project
 * @property {number} [workers] files that run beside each other after all
 * @property {true} [apart] on a second cluster, with a Temporal and a worker of its own, for what disturbs others
 * @property {'sample'} [kills] of the moments at which a worker is killed, one of each class
 * @property {'platform'} [uses] an installation that steps of a lane use in turn; the last one that runs takes it down
 */

/** @typedef {Step[]} Lane steps that run one after the other, beside other lanes of their tier */

/**
 * @typedef {object} Tier
 * @property {string} name what people call it
 * @property {Lane[]} lanes
 * @property {'boots' | 'needs'} [cluster] boots: it starts the cluster and does not wait for it
 * @property {'temporal' | 'helm'} [program] that is compiled first if it is not there; no test's time-out counts that
 */

/** @type {Tier[]} What `npm test` runs. */
export const quickTiers = [
  { name: 'unit', lanes: [[{ project: 'unit' }]] },
  { name: 'workflows', program: 'temporal', lanes: [[{ project: 'workflow', workers: 3 }]] },
  { name: 'replay', lanes: [[{ project: 'replay' }]] },
  {
    name: 'rules of components',
    program: 'helm',
    lanes: [
      [
        {
          project: 'contract',
          files: [
            'test/contract/rules.test.ts',
            'test/contract/check-component.test.ts',
            'test/contract/component.test.ts',
          ],
        },
      ],
    ],
    cluster: 'boots',
  },
  {
    name: 'dry runs',
    lanes: [[{ project: 'contract', files: ['test/contract/api-server.test.ts'] }]],
    cluster: 'needs',
  },
  {
    // What goes through the command line shares a worker; what calls activities has none; what kills workers is apart.
    // The longest first, so that no file is left to the end of the others.
    name: 'engine, slice, causes, kills',
    lanes: [
      [
        {
          project: 'e2e',
          workers: 3,
          files: [
            'test/e2e/slice.test.ts',
            'test/e2e/upgrades.test.ts',
            'test/e2e/unlisted.test.ts',
            'test/e2e/decisions.test.ts',
            'test/e2e/kept-data.test.ts',
            'test/e2e/adoption.test.ts',
            'test/e2e/objections.test.ts',
          ],
        },
      ],
      [
        {
          project: 'engine',
          workers: 2,
          files: [
            'test/e2e/activities-lock.test.ts',
            'test/e2e/activities-apply.test.ts',
            'test/e2e/activities-failed-upgrade.test.ts',
            'test/e2e/activities-check.test.ts',
            'test/e2e/activities-ready.test.ts',
            'test/e2e/activities-component.test.ts',
            'test/faults/causes.test.ts',
            'test/e2e/refusals.test.ts',
            'test/e2e/activities-crds.test.ts',
            'test/e2e/activities-secrets.test.ts',
            'test/e2e/helm-service.test.ts',
          ],
        },
      ],
      [
        {
          project: 'killing',
          files: ['test/faults/worker.test.ts'],
          apart: true,
          kills: 'sample',
        },
      ],
    ],
    cluster: 'needs',
  },
];

/**
 * What `npm run test:all` runs besides: two lanes, each on a cluster of its own. Three are more than two cores bear.
 *
 * @type {Tier[]}
 */
export const restTiers = [
  {
    name: 'platform, servers, changes under load',
    lanes: [
      [
        {
          name: 'platform',
          project: 'e2e',
          files: ['test/e2e/platform.test.ts'],
          uses: 'platform',
        },
        {
          name: 'broken components',
          project: 'contract',
          files: ['test/contract/broken.test.ts'],
          uses: 'platform',
        },
        {
          name: 'removed platform',
          project: 'e2e',
          files: ['test/e2e/platform-removal.test.ts'],
          uses: 'platform',
        },
        {
          // Of these, the last four bring clusters of their own.
          name: 'subsets, clones',
          project: 'e2e',
          files: [
            'test/e2e/component.test.ts',
            'test/e2e/activities-together.test.ts',
            'test/e2e/secrets.test.ts',
            'test/e2e/subsets.test.ts',
            'test/e2e/compose.test.ts',
            'test/e2e/dev-server.test.ts',
            'test/e2e/local-cluster.test.ts',
            'test/e2e/stack.test.ts',
          ],
        },
        { name: 'healthy twins', project: 'engine', files: ['test/faults/twins.test.ts'] },
        {
          name: 'changes under load',
          project: 'killing',
          files: [
            'test/e2e/zookeeper-size.test.ts',
            'test/e2e/volume-size.test.ts',
            'test/e2e/kafka-size.test.ts',
            'test/e2e/version-upgrade.test.ts',
            'test/e2e/secret-rotation.test.ts',
            'test/e2e/presto-size.test.ts',
          ],
        },
      ],
      [
        {
          name: 'killed servers, broken cluster',
          project: 'faults',
          files: [
            'test/faults/servers.test.ts',
            'test/faults/broken-cluster.test.ts',
            'test/faults/clock.test.ts',
          ],
          apart: true,
        },
        {
          name: 'changes under load, upon HDFS',
          project: 'killing',
          files: [
            'test/e2e/decisions-worker.test.ts',
            'test/e2e/hdfs-size.test.ts',
            'test/e2e/hbase-size.test.ts',
            'test/e2e/spark-size.test.ts',
            'test/e2e/failover.test.ts',
            'test/e2e/namenodes.test.ts',
            'test/e2e/ha.test.ts',
            'test/e2e/spark-masters.test.ts',
          ],
          apart: true,
        },
      ],
    ],
    cluster: 'needs',
  },
];
