/** @module */
import { ExitCode, UserError } from '../../errors.js';
import type { Paths } from '../../paths.js';
import { environmentSecrets } from '../../support/collect-machine.js';
import { temporalAddress } from '../../temporal/connect.js';
import {
  deleteWorkers,
  ensureWorker,
  helmHome,
  stopWorkers,
  workerStates,
} from '../../processes/worker-daemon.js';
import { findHelm } from '../../helm/find-helm.js';
import type { Cluster, Finding, Workers } from './platform.js';

export function makeWorkers(paths: Paths, environment: NodeJS.ProcessEnv): Workers {
  return {
    async ensure({ uid, access: { kubeconfig, context } }, temporal, report) {
      // Here, where a person sees how far it is, and not in the background: Helm may have to be compiled first.
      await findHelm(paths, report, environment);
      await ensureWorker(paths, { uid, kubeconfig, context }, temporal, report, environment);
    },
    run: (cluster) => run(paths, cluster, environment),
    async replay(history, workflowId) {
      const { replayHistory, muteReplay } = await import('../../temporal/replay.js');
      muteReplay();
      return replayHistory(history, workflowId);
    },
    findings: () => findings(paths),
    stopAll: () => stopWorkers(paths),
    delete: () => deleteWorkers(paths),
  };
}

async function run(paths: Paths, cluster: Cluster, environment: NodeJS.ProcessEnv): Promise<void> {
  const temporal = await temporalAddress(paths, environment);
  if (temporal === undefined) {
    throw new UserError({
      message: 'There is no Temporal server: none is configured, and the local one does not run',
      unchanged: 'Nothing was started',
      next: '`bigdata up` starts the local one; for another set TEMPORAL_ADDRESS or TEMPORAL_PROFILE',
      exitCode: ExitCode.environment,
    });
  }
  const { uid, access } = cluster;
  const programs = await findHelm(paths, ({ text }) => process.stderr.write(`${text}\n`), environment);
  // The SDK's native part takes a while to load, and only workers need it.
  const { runWorker } = await import('../../worker.js');
  await runWorker({
    temporal,
    cluster: { uid, kubeconfig: access.kubeconfig, context: access.context },
    helm: { ...programs, home: helmHome(paths) },
    secrets: environmentSecrets(environment),
  });
}

async function findings(paths: Paths): Promise<Finding[]> {
  const states = [...(await workerStates(paths))];
  if (states.length === 0) {
    return [{ name: 'worker', state: 'off', detail: 'does not run' }];
  }
  return states.map(([cluster, state]): Finding => {
    const name = `worker for cluster ${cluster}`;
    switch (state.status) {
      case 'running':
        return { name, state: 'good', detail: `process ${state.record.pid}, log ${state.record.logFile}` };
      case 'dead':
        return {
          name,
          state: 'bad',
          detail: `it died, log ${state.record.logFile}`,
          next: '`bigdata up` starts it again; what it worked on goes on',
        };
      case 'absent':
        return { name, state: 'off', detail: 'does not run' };
    }
  });
}
