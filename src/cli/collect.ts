/**
 * Collects for a support bundle, one source at a time, also from those that are half down.
 *
 * @module
 */
import type { Plan } from '../stack/plan/plan-types.js';
import type { Bundle } from '../support/bundle.js';
import type { Versions } from '../support/collect-machine.js';
import { collectOperations } from '../support/collect-operations.js';
import type { LastOperation } from '../support/collect-operations.js';
import type { SecretValue } from '../redaction/redactor.js';
import type { CommandContext, StackOptions } from './command.js';
import { doctor } from './commands/doctor.js';
import { plan as showPlan } from './commands/plan.js';
import { status } from './commands/status.js';
import type { Cluster } from './platform/platform.js';
import { makeStyle } from './render/style.js';
import { findAccess } from './target.js';

/** Columns of the tables in the bundle. */
const width = 160;

/** What a person would look at first, as text and as JSON. */
export async function showCommands(
  context: CommandContext,
  options: StackOptions,
  bundle: Bundle,
): Promise<void> {
  const plain = { ...context, style: makeStyle(false), width };
  const commands = {
    plan: () => showPlan(plain, { ...options, diff: false }),
    status: () => status(plain, { ...options, follow: false }),
    doctor: () => doctor(plain),
  };
  for (const [name, command] of Object.entries(commands)) {
    const result = await bundle.attempt(`the output of \`bigdata ${name}\``, command);
    if (result !== undefined) {
      bundle.add(`${name}.txt`, result.text);
      bundle.addObjects(`${name}.json`, result.document);
    }
  }
}

/** What the cluster told. */
export interface FromCluster {
  readonly cluster?: Cluster;
  readonly versions: Versions;
  /** Undefined if they are not known. */
  readonly secrets?: readonly SecretValue[];
}

/** Objects, logs, releases; what cannot be had is noted. */
export async function collectFromCluster(
  context: CommandContext,
  options: StackOptions,
  plan: Plan | undefined,
  bundle: Bundle,
): Promise<FromCluster> {
  const what = 'objects, logs and releases of the cluster';
  const found = await bundle.attempt(what, async () => {
    const access = await findAccess(context, options);
    return access === undefined ? 'stopped' : context.platform.clusters.open(access);
  });
  if (found === undefined) {
    return { versions: {} };
  }
  if (found === 'stopped') {
    bundle.missing(what, 'the local cluster does not run');
    return { versions: {} };
  }
  const versions = { kubernetes: found.version };
  if (plan === undefined) {
    bundle.missing(what, 'without the plan the namespace is not known');
    return { cluster: found, versions };
  }
  const secrets = await bundle.attempt(what, () =>
    context.platform.collectors.cluster(found.access, plan.namespace, bundle),
  );
  return { cluster: found, versions, ...(secrets === undefined ? {} : { secrets }) };
}

/** What Temporal told. */
export interface FromTemporal {
  readonly versions: Versions;
  readonly last?: LastOperation;
}

/** Histories, and how the last operation went; what cannot be had is noted. */
export async function collectFromTemporal(
  { platform }: CommandContext,
  plan: Plan | undefined,
  cluster: Cluster | undefined,
  bundle: Bundle,
): Promise<FromTemporal> {
  const what = 'the histories of operations';
  const found = await bundle.attempt(what, async () => (await platform.temporal.find()) ?? 'stopped');
  if (found === undefined) {
    return { versions: {} };
  }
  if (found === 'stopped') {
    bundle.missing(what, 'the local Temporal server does not run');
    return { versions: {} };
  }
  try {
    const filter = {
      ...(plan === undefined ? {} : { namespace: plan.namespace }),
      ...(cluster === undefined ? {} : { clusterUid: cluster.uid }),
    };
    const last = await bundle.attempt(what, () => collectOperations(found.client, filter, bundle));
    const version = await bundle.attempt('the version of Temporal', async () => {
      const { serverVersion } = await found.client.workflowService.getSystemInfo({});
      return serverVersion;
    });
    return {
      versions: version === undefined ? {} : { temporal: version },
      ...(last === undefined ? {} : { last }),
    };
  } finally {
    await found.close();
  }
}
