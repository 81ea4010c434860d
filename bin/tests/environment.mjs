/**
 * What tests may see of the person who runs them, and where the cluster that they use lies.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Nor may they find their way to a cluster or a Temporal that this person works with. */
const foreign = /^(KUBECONFIG|BIGDATA_CONTEXT|BIGDATA_KUBECONFIG|TEMPORAL_.*)$/;
/** What of a suite is run: the choice of whoever runs one suite, never of a run in tiers. */
const choice = /^BIGDATA_TEST_/;

/** Environment of everything that a test run starts. */
export function testEnvironment(root, { isInTiers }) {
  const isKept = (name) => !foreign.test(name) && !(isInTiers && choice.test(name));
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name))),
    BIGDATA_STATE: process.env.BIGDATA_STATE ?? stateFolder(root),
    TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
  };
}

/** Where passes are remembered; the cache is where `src/paths.ts` has it. */
export function ledgerFolder() {
  const home = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(resolve(process.env.BIGDATA_CACHE ?? join(home, 'bigdata')), 'passed-tests');
}

/** In the clone, unless the clone lies so deep that the paths of sockets would be too long for the kernel. */
function stateFolder(root) {
  const folder = join(root, '.bigdata', 'test');
  const id = createHash('sha256').update(root).digest('hex').slice(0, 8);
  return folder.length <= 54 ? folder : `/var/tmp/bigdata-test-${id}`;
}
