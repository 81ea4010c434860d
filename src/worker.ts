/**
 * A worker: executes the workflows, and the activities on one cluster.
 *
 * @module
 */
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from './activities/index.js';
import { taskQueue } from './client/naming.js';
import { type HelmPrograms, createHelm } from './helm/helm.js';
import { connect, kubeconfigSecrets } from './kubernetes/api/connect.js';
import type { SecretValue } from './redaction/redactor.js';
import { type TemporalAddress, encryptedBy } from './temporal/connect.js';
import { unreachable } from './temporal/reach.js';
import { workerIdentity } from './temporal/worker-identity.js';
import { workflowBundle } from './temporal/workflow-bundle.js';

export interface WorkerOptions {
  readonly temporal: TemporalAddress;
  readonly cluster: {
    /** UID of `kube-system`. */
    readonly uid: string;
    readonly kubeconfig: string;
    readonly context: string;
  };
  readonly helm: HelmPrograms & {
    /** Folder for Helm's cache, configuration and data. */
    readonly home: string;
  };
  /** To be redacted, besides those of the kubeconfig and of the namespaces' Secrets. */
  readonly secrets: readonly SecretValue[];
}

/**
 * Runs until SIGINT or SIGTERM, which the SDK turns into a graceful shutdown: the worker takes no new tasks, running activities
 * get a moment to end, then they are cancelled and another worker takes them up.
 *
 * @throws UserError if the cluster or Temporal cannot be reached; what the SDK throws if Temporal is lost for good, or if
 * activities outlast the shutdown
 */
export async function runWorker({ temporal, cluster, helm, secrets }: WorkerOptions): Promise<void> {
  const activities = createActivities({
    helm: createHelm({ ...helm, ...cluster }),
    kubernetes: await connect(cluster),
    secrets: [...secrets, ...kubeconfigSecrets(cluster)],
  });
  const connection = await connectTo(temporal);
  try {
    const worker = await Worker.create({
      connection,
      namespace: temporal.namespace,
      taskQueue: taskQueue(cluster.uid),
      identity: workerIdentity(process.pid),
      workflowBundle: { codePath: workflowBundle },
      activities,
      ...encryptedBy(temporal.codec),
      // Long enough for one Helm call, short enough for a person who waits for `down`.
      shutdownGraceTime: '5s',
      shutdownForceTime: '20s',
      // After a worker's death its workflows wait this long for it before another worker gets them; the default is 10 s.
      // A workflow task that was running waits for the end of its time-out on the server, 10 s.
      stickyQueueScheduleToStartTimeout: '2s',
      // Most of them wait; how often Helm runs at once is limited by itself.
      maxConcurrentActivityTaskExecutions: 200,
      maxHeartbeatThrottleInterval: '2s',
      defaultHeartbeatThrottleInterval: '2s',
    });
    await worker.run();
  } finally {
    await connection.close();
  }
}

async function connectTo({ connectionOptions, source }: TemporalAddress): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (error) {
    throw unreachable(connectionOptions, source, error);
  }
}
