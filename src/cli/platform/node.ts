/** @module */
import { deleteCluster, ensureCluster, stopCluster } from '../../local/cluster.js';
import { loadImages } from '../../local/images.js';
import { clusterStatus, deadDaemons } from '../../local/status.js';
import type { ClusterStatus, DaemonStatus } from '../../local/status.js';
import type { Paths } from '../../paths.js';
import { exemptFromProxies } from '../../processes/proxies.js';
import type { Finding, LocalNode } from './platform.js';

export function makeLocalNode(paths: Paths, environment: NodeJS.ProcessEnv): LocalNode {
  return {
    async ensure(report) {
      const { kubeconfig, context } = await ensureCluster(paths, report, environment);
      return { kind: 'local', kubeconfig, context };
    },
    async find() {
      const { apiReady, kubeconfig, context, nodeAddress } = await clusterStatus(paths);
      if (nodeAddress !== undefined) exemptFromProxies(environment, [nodeAddress]);
      return apiReady ? { kind: 'local', kubeconfig, context } : undefined;
    },
    isBroken: async () => (await clusterStatus(paths)).phase === 'broken',
    dead: () => deadDaemons(paths),
    findings: async () => findingsOf(await clusterStatus(paths)),
    loadImages: (images, report) => loadImages(paths, images, report),
    stop: (report) => stopCluster(paths, report),
    delete: (report) => deleteCluster(paths, report),
  };
}

const mebibyte = 1024 ** 2;

function findingsOf(status: ClusterStatus): Finding[] {
  if (status.phase === 'stopped') {
    return [{ name: 'local cluster', state: 'off', detail: 'does not run' }];
  }
  const node: Finding = status.nodeReady
    ? {
        name: 'node',
        state: 'good',
        detail: `${status.context}, ${status.nodeAddress}, KUBECONFIG=${status.kubeconfig}`,
      }
    : {
        name: 'node',
        state: 'bad',
        detail: status.nodeReason ?? (status.apiReady ? 'not ready' : 'the API server does not answer'),
        next: '`bigdata up` repairs it',
      };
  return [node, ...status.daemons.map(daemonFinding)];
}

function daemonFinding({ name, status, pid, residentBytes, logFile }: DaemonStatus): Finding {
  if (status === 'running') {
    const memory = Math.round((residentBytes ?? 0) / mebibyte);
    return { name, state: 'good', detail: `process ${pid}, ${memory} MiB` };
  }
  const detail = status === 'dead' ? `it died, log ${logFile}` : 'was not started';
  return { name, state: 'bad', detail, next: '`bigdata up` starts it' };
}
