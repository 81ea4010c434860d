/**
 * Starting the processes of the node, each when what it needs answers.
 *
 * @module
 */
import { execa } from 'execa';
import type { Report } from '../../progress.js';
import {
  type DaemonOptions,
  daemonState,
  fingerprint,
  startDaemon,
  stopDaemon,
} from '../../processes/daemon.js';
import { answersOn, saysOk } from './answers.js';
import { askApi, isApiReady, nodeCondition } from './api.js';
import { ensureCgroup } from '../kernel/cgroups.js';
import { writeConfiguration } from '../configuration/files.js';
import { nodeDaemons, stopTimeout } from './daemons.js';
import { ensureNetwork, namespaceIdentity } from '../network/namespace.js';
import { type DaemonName, type LocalNode, recordFile } from './layout.js';
import { ensurePauseImage } from './pause-image.js';
import { ensurePki } from '../configuration/pki.js';
import { clientKubeconfig } from '../configuration/pki-files.js';
import { findProgram } from '../programs.js';
import { waitFor } from './waiting.js';
import { makePrivateFolder } from '../../util/private-folder.js';

/**
 * Brings up what is not up and restarts what would be started otherwise today; returns when pods can run.
 *
 * @throws UserError with the log of the daemon that failed.
 */
export async function startNode(node: LocalNode, report: Report): Promise<void> {
  const { layout, addresses } = node;
  await makePrivateFolder(layout.folder);
  await makePrivateFolder(layout.etcdData);
  report({ text: 'preparing the network namespace' });
  await ensureNetwork(layout, addresses);
  await ensureCgroup(layout.cgroup);
  report({ text: 'preparing certificates' });
  const configuration = await writeConfiguration(node);
  const daemons = nodeDaemons(node, {
    configuration,
    pki: await ensurePki(node, configuration.kubeadm),
    namespace: await namespaceIdentity(layout),
    etcd: await findProgram('etcd'),
    containerd: await findProgram('containerd'),
  });
  const start = (name: DaemonName): Promise<void> => ensureDaemon(name, daemons[name], report);
  const kubeconfig = clientKubeconfig(layout, 'super-admin');

  await start('etcd');
  await start('containerd');
  await start('kube-apiserver');
  await waitFor(layout, {
    until: 'containerd answers',
    daemon: 'containerd',
    quiet: 120_000,
    isDone: () => answersOn(layout.containerdSocket),
  });
  await ensurePauseImage(layout, node.binaries);
  report({ text: 'waiting for the API server' });
  await waitFor(layout, {
    until: 'the API server is ready',
    daemon: 'kube-apiserver',
    quiet: 120_000,
    isDone: () => isApiReady(kubeconfig),
  });
  await start('kubelet');
  await start('kube-controller-manager');
  await start('kube-scheduler');
  await applySystem(node, configuration.system.path, kubeconfig);
  await start('coredns');
  report({ text: 'waiting for the node' });
  await waitFor(layout, {
    until: 'the node is ready',
    daemon: 'kubelet',
    quiet: 120_000,
    isDone: () => isNodeReady(node, kubeconfig),
  });
  // Not before: it looks for its node once a second, and races with the kubelet's first rules.
  await start('kube-proxy');
  await waitFor(layout, {
    until: 'the controllers work',
    daemon: 'kube-controller-manager',
    quiet: 120_000,
    isDone: async () =>
      (await askApi(kubeconfig, '/api/v1/namespaces/default/serviceaccounts/default'))?.status === 200,
  });
  await waitFor(layout, {
    until: 'names of Services resolve',
    daemon: 'coredns',
    quiet: 120_000,
    isDone: () => saysOk(addresses.nodeAddress, 8181, '/ready'),
  });
  await waitFor(layout, {
    until: 'Services are routed',
    daemon: 'kube-proxy',
    quiet: 120_000,
    isDone: () => saysOk(addresses.nodeAddress, 10_256, '/healthz'),
  });
}

/** The kubelet that runs now said so itself: what the one before it said proves nothing. */
async function isNodeReady(node: LocalNode, kubeconfig: string): Promise<boolean> {
  const condition = await nodeCondition(kubeconfig, node.layout.name);
  const kubelet = await daemonState(recordFile(node.layout, 'kubelet'));
  if (condition === undefined || kubelet.status !== 'running') {
    return false;
  }
  // Heartbeats are told in whole seconds.
  return condition.ready && condition.heartbeat + 1000 > kubelet.record.startedAt;
}

async function ensureDaemon(name: DaemonName, options: DaemonOptions, report: Report): Promise<void> {
  const state = await daemonState(options.recordFile);
  if (state.status === 'running') {
    if (state.record.fingerprint === fingerprint(options)) {
      return;
    }
    report({ text: `stopping ${name}, to start it as it is wanted now` });
    await stopDaemon(state.record, { timeout: stopTimeout(name) });
  }
  report({ text: `starting ${name}` });
  await startDaemon(options);
}

async function applySystem(node: LocalNode, file: string, kubeconfig: string): Promise<void> {
  const { kubectl } = node.binaries.programs;
  const apply = [
    'apply',
    '--server-side',
    '--force-conflicts',
    '--field-manager=bigdata',
    '--filename',
    file,
  ];
  await execa(kubectl, ['--kubeconfig', kubeconfig, ...apply]);
}
