/** @module */
import { connect } from '../../kubernetes/api/connect.js';
import type { Paths } from '../../paths.js';
import { collectCluster } from '../../support/collect-cluster.js';
import { environmentSecrets, collectLogs, machineVersions } from '../../support/collect-machine.js';
import type { Collectors } from './platform.js';

export function makeCollectors(paths: Paths, environment: NodeJS.ProcessEnv): Collectors {
  return {
    async cluster({ kubeconfig, context }, namespace, bundle) {
      const { rest } = await connect({ kubeconfig, context });
      return collectCluster(rest, namespace, bundle);
    },
    logs: (bundle) => collectLogs(paths, bundle),
    versions: () => machineVersions(paths, environment),
    secrets: environmentSecrets(environment),
  };
}
