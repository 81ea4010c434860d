/** @module */
import { connect } from '../../kubernetes/connect.js';
import type { Paths } from '../../paths.js';
import { gatherCluster } from '../../support/cluster-evidence.js';
import { environmentSecrets, gatherLogs, machineVersions } from '../../support/machine-evidence.js';
import type { Witnesses } from './platform.js';

export function makeWitnesses(paths: Paths, environment: NodeJS.ProcessEnv): Witnesses {
  return {
    async cluster({ kubeconfig, context }, namespace, evidence) {
      const { rest } = await connect({ kubeconfig, context });
      return gatherCluster(rest, namespace, evidence);
    },
    logs: (evidence) => gatherLogs(paths, evidence),
    versions: () => machineVersions(paths, environment),
    secrets: environmentSecrets(environment),
  };
}
