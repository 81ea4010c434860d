/**
 * A worker in this process.
 *
 * @module
 */
import { NativeConnection, Worker } from '@temporalio/worker';

import { taskQueue } from '../client/naming.js';
import { type TemporalAddress, encryptedBy } from '../temporal/connect.js';
import { unreachable } from '../temporal/reach.js';
import { workerIdentity } from './identity.js';
import { workflowBundle } from './workflow-bundle.js';

export interface WorkerInput {
  readonly temporal: TemporalAddress;
  /** UID of `kube-system` of the cluster that the activities reach. */
  readonly clusterUid: string;
  readonly activities: object;
}

/**
 * Runs until SIGINT or SIGTERM, which the SDK turns into a graceful shutdown: no new work is taken, running activities
 * get a moment to end, then they are cancelled and another worker takes them up.
 *
 * @throws what the SDK throws if Temporal is lost for good, or if activities outlast the shutdown
 */
export async function runWorker({ temporal, clusterUid, activities }: WorkerInput): Promise<void> {
  const connection = await connect(temporal);
  try {
    const worker = await Worker.create({
      connection,
      namespace: temporal.namespace,
      taskQueue: taskQueue(clusterUid),
      identity: workerIdentity(process.pid),
      workflowBundle: { codePath: workflowBundle },
      activities,
      ...encryptedBy(temporal.codec),
      // Long enough for one Helm call, short enough for a person who waits for `down`.
      shutdownGraceTime: '5s',
      shutdownForceTime: '20s',
      // After the death of a worker its workflows wait this long for it before another gets them; the default is 10 s.
      // One that it was just thinking about waits for the end of the server's 10 s for a workflow task.
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

async function connect({ connectionOptions, source }: TemporalAddress): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (error) {
    throw unreachable(connectionOptions, source, error);
  }
}
