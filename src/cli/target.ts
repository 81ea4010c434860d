/** @module */
import { resolve } from 'node:path';

import { ExitCode, UserError } from '../errors.js';
import { type Companions, partOf } from '../stack/plan/part-of.js';
import type { Plan } from '../stack/plan/plan-types.js';
import type { ClusterOptions, CommandContext, StackOptions } from './command.js';
import type { TemporalServer } from '../temporal/connect.js';
import type { Cluster, ClusterAccess, Override, Target } from './platform/platform.js';
import { Step } from './progress/step.js';

/**
 * The local cluster, unless the user names another; empty counts as not named, as variables in Compose files are.
 * The file's path becomes absolute, because the worker, which reads it too, runs in another folder.
 */
export function targetOf({ context = '', kubeconfig = '' }: ClusterOptions): Target {
  if (context === '' && kubeconfig === '') {
    return { kind: 'local' };
  }
  return {
    kind: 'cluster',
    ...(context === '' ? {} : { context }),
    ...(kubeconfig === '' ? {} : { kubeconfig: resolve(kubeconfig) }),
  };
}

/** Which cluster is meant, for people, before anybody has looked at it. */
export function describeTarget(options: ClusterOptions): string {
  const target = targetOf(options);
  if (target.kind === 'local') return 'the local cluster';
  return target.context === undefined ? 'the current cluster of the kubeconfig' : `cluster ${target.context}`;
}

/** `kafka.replicas=5`: the first dot ends the component's name, which has none. */
function overrideOf(text: string): Override {
  const [, component, assignment] = /^([a-z][-a-z0-9]*)\.([^]*)$/.exec(text) ?? [];
  if (component !== undefined && assignment !== undefined) return { component, assignments: [assignment] };
  throw new UserError({
    // Without the value, which may be a secret.
    message: `--set ${text.replace(/=[^]*/, '=…')} does not say which component is meant`,
    unchanged: 'Nothing was touched',
    next: 'Write it as COMPONENT.KEY=VALUE, e.g. --set kafka.replicas=5',
    exitCode: ExitCode.usage,
  });
}

/** The plan of the stack file for the target. */
export function planOf({ platform }: CommandContext, options: StackOptions): Promise<Plan> {
  return platform.stacks.plan(options.file, targetOf(options).kind, (options.set ?? []).map(overrideOf));
}

/** Name and namespace of the stack, with no components: for commands that plan nothing, whatever the file says of components. */
export function identityOf({ platform }: CommandContext, { file }: StackOptions): Promise<Plan> {
  return platform.stacks.empty(file);
}

/**
 * One component of the stack file, without what only an install needs: no registry has to be named.
 *
 * @throws UserError if the stack file lists no such component
 */
export async function listedPart(
  { platform }: CommandContext,
  options: StackOptions,
  name: string,
): Promise<Plan> {
  return namedPart(await platform.stacks.plan(options.file, 'local'), options, [name], 'nothing');
}

/**
 * The plan of components of the stack file, or of all of it if none is named.
 *
 * @param companions - what else is part of it
 * @throws UserError if the stack file lists no such component
 */
export async function partialPlanOf(
  context: CommandContext,
  options: StackOptions,
  names: readonly string[],
  companions: Companions,
): Promise<Plan> {
  return namedPart(await planOf(context, options), options, names, companions);
}

/** As {@link partialPlanOf}, of a plan that is there. @throws UserError if it has no such component */
export function namedPart(
  plan: Plan,
  options: Pick<StackOptions, 'file'>,
  names: readonly string[],
  companions: Companions,
): Plan {
  if (names.length === 0) return plan;
  const part = partOf(plan, names, companions);
  if (!('unknown' in part)) return part;
  throw new UserError({
    message: `The stack file lists no component ${part.unknown}`,
    where: options.file,
    unchanged: 'Nothing was touched',
    next: part.hint,
    exitCode: ExitCode.usage,
  });
}

/** How to reach the cluster; undefined if the local one is meant and does not run. Starts nothing. */
export async function findAccess(
  { platform }: CommandContext,
  options: ClusterOptions,
): Promise<ClusterAccess | undefined> {
  const target = targetOf(options);
  return target.kind === 'local' ? platform.node.find() : platform.clusters.resolve(target);
}

/**
 * The running cluster that a command works on.
 *
 * @throws UserError if the local one does not run, or the user's cannot be reached
 */
export async function openRunningCluster(context: CommandContext, options: ClusterOptions): Promise<Cluster> {
  const access = await findAccess(context, options);
  if (access === undefined) {
    throw new UserError({
      message: 'The local cluster does not run',
      unchanged: 'Nothing was touched',
      next: '`bigdata up` starts it; for your own cluster: --context NAME',
      exitCode: ExitCode.environment,
    });
  }
  return context.platform.clusters.open(access);
}

/**
 * The running cluster that an operation works on. The local one is repaired first, if something of it died: what the
 * operation waits for would never come.
 *
 * @throws as {@link openRunningCluster}
 */
export async function openSoundCluster(context: CommandContext, options: ClusterOptions): Promise<Cluster> {
  const { clusters, node } = context.platform;
  if (targetOf(options).kind !== 'local' || !(await node.isBroken()))
    return await openRunningCluster(context, options);
  const repair = new Step('Kubernetes', [], async (report) => clusters.open(await node.ensure(report)));
  await context.progress.steps([repair]);
  return repair.value;
}

/**
 * Stacks do not share a namespace that was made for one of them: what is there would be taken for this one's.
 *
 * @throws UserError if the namespace was made for another stack
 */
export async function refuseOthersNamespace(
  cluster: Cluster,
  { stack, namespace }: Pick<Plan, 'stack' | 'namespace'>,
): Promise<void> {
  const owner = await cluster.stackOf(namespace);
  if (owner === undefined || owner === stack) return;
  throw new UserError({
    message: `The namespace belongs to the stack ${owner}, not to ${stack}`,
    where: `Namespace ${namespace} in ${cluster.access.context}`,
    unchanged: 'No component was touched',
    next: `Rename the stack to ${owner} in the stack file, or give it another namespace; or uninstall ${owner} first`,
    exitCode: ExitCode.usage,
  });
}

/**
 * Temporal and a worker for a running cluster: what an operation needs that installs nothing new.
 *
 * @returns the connection to Temporal, for the caller to close
 */
export async function prepareOperation(
  { platform, progress }: CommandContext,
  cluster: Cluster,
): Promise<TemporalServer> {
  const temporal = new Step('Temporal', [], (report) => platform.temporal.connect({}, report));
  const worker = new Step('Worker', [temporal], (report) =>
    platform.workers.ensure(cluster, temporal.value, report),
  );
  await progress.steps([temporal, worker]);
  return temporal.value;
}
