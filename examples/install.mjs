/**
 * Installs a stack without the command line, and skips whatever fails for good.
 *
 * A worker for the cluster must run: `bigdata up --no-install` starts one, with a cluster and Temporal.
 *
 *   npx bigdata plan --output json > plan.json
 *   uid=$(npx bigdata kubectl get namespace kube-system --output 'jsonpath={.metadata.uid}')
 *   node examples/install.mjs plan.json "$uid" 127.0.0.1:7233
 */
import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import { decide, follow, outcomeOf, startInstall, status } from 'bigdata/client';

const [planFile, clusterUid, address] = process.argv.slice(2);
const plan = JSON.parse(await readFile(planFile, 'utf8'));
const connection = await Connection.connect({ address });
const client = new Client({ connection });

const operation = await startInstall(client, clusterUid, { plan, onFailure: 'wait' });
for await (const { components } of follow(client, operation)) {
  for (const { name, phase, cause } of components) {
    if (phase !== 'deciding') continue;
    console.log(`${name} failed: ${cause?.message}`);
    await decide(client, operation.handle, { decision: 'skip', component: name });
  }
}
console.log(`the install ${(await outcomeOf(operation.handle)).kind}`);

const { components } = await status(client, { clusterUid, namespace: plan.namespace });
for (const { name, phase } of components) console.log(`${name}: ${phase}`);
await connection.close();
