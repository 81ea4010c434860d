/** @module */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { TriedCheck, TryCheckInput } from '../workflows/try-check.js';
import { operationId, taskQueue } from './naming.js';
import type { Workflows } from './request.js';

/** Runs one check of an installed component, whatever becomes of it. @param clusterUid - UID of the cluster's `kube-system` */
export async function tryCheck(
  client: Client,
  clusterUid: string,
  input: TryCheckInput,
): Promise<TriedCheck> {
  const { namespace, component, check } = input;
  return await client.workflow.execute<Workflows['tryCheck']>('tryCheck' satisfies keyof Workflows, {
    workflowId: `${operationId(clusterUid, namespace)}/try/${component.name}/${check.name}/${randomUUID()}`,
    taskQueue: taskQueue(clusterUid),
    args: [input],
    staticSummary: `try ${check.name} of ${component.name}`,
  });
}
