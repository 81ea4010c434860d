/**
 * Which tests run when: cheapest first. Data; a file that no tier names runs in none.
 *
 * @module
 */

/**
 * @typedef {object} Tier
 * @property {string} name what people call it
 * @property {string} project of vitest.config.ts
 * @property {string[]} [files] in this order; without it, all of the project
 * @property {'boots' | 'needs'} [cluster] boots: it starts the cluster and does not wait for it
 * @property {'platform'} [uses] an installation that tiers use in turn; the last one of a run takes it down
 * @property {'sample'} [kills] of the moments at which a worker is killed, one of each class
 */

/** @type {Tier[]} What `npm test` runs. */
export const quickTiers = [
  { name: 'unit', project: 'unit' },
  { name: 'workflows', project: 'workflow' },
  { name: 'replay', project: 'replay' },
  {
    name: 'rules of components',
    project: 'contract',
    files: ['test/contract/rules.test.ts', 'test/contract/component.test.ts', 'test/contract/chart.test.ts'],
    cluster: 'boots',
  },
  { name: 'dry runs', project: 'contract', files: ['test/contract/api-server.test.ts'], cluster: 'needs' },
  {
    name: 'engine',
    project: 'e2e',
    files: [
      'test/e2e/refusals.test.ts',
      'test/e2e/activities-apply.test.ts',
      'test/e2e/activities-check.test.ts',
      'test/e2e/activities-ready.test.ts',
      'test/e2e/activities-fence.test.ts',
      'test/e2e/activities-component.test.ts',
      'test/e2e/unlisted.test.ts',
      'test/e2e/kept-data.test.ts',
      'test/e2e/upgrades.test.ts',
      'test/e2e/decisions.test.ts',
    ],
    cluster: 'needs',
  },
  { name: 'a real slice', project: 'e2e', files: ['test/e2e/slice.test.ts'], cluster: 'needs' },
  { name: 'causes', project: 'faults', files: ['test/faults/causes.test.ts'], cluster: 'needs' },
  {
    name: 'killed workers',
    project: 'faults',
    files: ['test/faults/worker.test.ts'],
    cluster: 'needs',
    kills: 'sample',
  },
];

/** @type {Tier[]} What `npm run test:all` runs besides. The first three share one installation of the whole platform. */
export const restTiers = [
  {
    name: 'platform',
    project: 'e2e',
    files: ['test/e2e/platform.test.ts'],
    cluster: 'needs',
    uses: 'platform',
  },
  {
    name: 'broken components',
    project: 'contract',
    files: ['test/contract/broken.test.ts'],
    cluster: 'needs',
    uses: 'platform',
  },
  {
    name: 'removed platform',
    project: 'e2e',
    files: ['test/e2e/platform-removal.test.ts'],
    cluster: 'needs',
    uses: 'platform',
  },
  {
    name: 'subsets, clones, secrets',
    project: 'e2e',
    files: [
      'test/e2e/compose.test.ts',
      'test/e2e/dev-server.test.ts',
      'test/e2e/activities-together.test.ts',
      'test/e2e/secrets.test.ts',
      'test/e2e/subsets.test.ts',
      'test/e2e/stack.test.ts',
      'test/e2e/local-cluster.test.ts',
    ],
    cluster: 'needs',
  },
  {
    name: 'what all stand on',
    project: 'faults',
    files: ['test/faults/broken-ground.test.ts', 'test/faults/servers.test.ts'],
    cluster: 'needs',
  },
];
