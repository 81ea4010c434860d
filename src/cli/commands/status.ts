/** @module */
import { snapshot } from '../../client/follow.js';
import { operationId } from '../../client/naming.js';
import { type EndedOperation, type RunningOperation, findNewest } from '../../client/running.js';
import { attachTo } from '../../client/start.js';
import { findWatch } from '../../client/watch.js';
import { ExitCode, UserError } from '../../errors.js';
import type { Cause, OperationState } from '../../stack/operation/operation-types.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { watchOperation } from '../operations/operation.js';
import { type ComponentStatus, componentStatuses, isUnhealthy } from '../operations/component-status.js';
import { lookAtStack, type StackLook } from '../operations/look-at-stack.js';
import { unfinishedRotations } from '../operations/rotation.js';
import { type LastOperation, lookBack } from '../operations/last-operation.js';
import type { Cluster } from '../platform/platform.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { explainDecisions, openDecisions, renderDecisions } from '../render/decisions.js';
import { stackTitle } from '../render/stack-title.js';
import {
  operationText,
  renderStatuses,
  renderUnfinishedRotation,
  renderUnhealthy,
} from '../render/status.js';
import { supportHint } from '../render/support-hint.js';
import { summarizeWatch } from '../render/watch.js';
import { findAccess, planOf, refuseOthersNamespace } from '../target.js';
import { begun } from '../../util/begun.js';

export interface StatusOptions extends StackOptions {
  /** Watch the running operation until it ends. */
  readonly follow: boolean;
}

/** Milliseconds that a running operation gets to tell where it stands. */
const patience = 3_000;

/** Shows what runs, what is installed and what was proven when, also where Temporal or the cluster is down. */
export async function status(context: CommandContext, options: StatusOptions): Promise<CommandResult> {
  // The cluster answers while the plan is made.
  const opening = begun(openCluster(context, options));
  const plan = await planOf(context, options);
  const target = targetOptions(context, options);
  const finding = begun(findTemporal(context));
  try {
    const cluster = await opening;
    if (cluster !== undefined) await refuseOthersNamespace(cluster, plan);
    const looking = cluster === undefined ? undefined : begun(lookAtStack(cluster, plan));
    const temporal = await finding;
    const { running, ended } =
      cluster === undefined || temporal.server === undefined
        ? {}
        : await findNewest(temporal.server.client, operationId(cluster.uid, plan.namespace));
    if (options.follow && running !== undefined && temporal.server !== undefined) {
      return await followRunning(context, temporal.server, running, plan, target);
    }
    return await describe(context, { plan, cluster, look: await looking, temporal, running, ended, target });
  } finally {
    await (await finding).server?.close();
  }
}

async function openCluster(context: CommandContext, options: StatusOptions): Promise<Cluster | undefined> {
  const access = await findAccess(context, options);
  return access === undefined ? undefined : await context.platform.clusters.open(access);
}

interface FoundTemporal {
  readonly server?: TemporalServer;
  /** Why there is no server. */
  readonly reason?: string;
}

/** Status must tell what the cluster remembers even where Temporal is out of reach. */
async function findTemporal({ platform }: CommandContext): Promise<FoundTemporal> {
  try {
    const server = await platform.temporal.find();
    return server === undefined ? { reason: 'the local server does not run' } : { server };
  } catch (error) {
    if (error instanceof UserError) {
      return { reason: error.message };
    }
    throw error;
  }
}

async function followRunning(
  context: CommandContext,
  temporal: TemporalServer,
  running: RunningOperation,
  { stack }: Plan,
  target: string,
): Promise<CommandResult> {
  const operation = attachTo(temporal.client, running);
  const watched = await watchOperation(context, temporal, operation, { stack, options: target });
  const { state, failed, waiting, milliseconds } = watched;
  const { style, width } = context;
  const parts = [
    renderComponents(state.components, style, width),
    renderCauses(state, style),
    ...(waiting ? [renderDecisions(state, target, style)] : []),
  ];
  return {
    exitCode: waiting ? ExitCode.decision : failed ? ExitCode.failed : ExitCode.ok,
    text: `\n${parts.join('\n')}${failed || waiting ? supportHint(style) : ''}`,
    document: { ...state, milliseconds, ...(waiting ? { decisions: openDecisions(state, target) } : {}) },
  };
}

interface Found {
  readonly plan: Plan;
  readonly cluster: Cluster | undefined;
  readonly look: StackLook | undefined;
  readonly temporal: FoundTemporal;
  readonly running: RunningOperation | undefined;
  readonly ended: EndedOperation | undefined;
  /** Options of the same stack and cluster, as people type them. */
  readonly target: string;
}

async function describe(context: CommandContext, found: Found): Promise<CommandResult> {
  const { plan, cluster, look, temporal, running, ended, target } = found;
  const { style, width } = context;
  const { server } = temporal;
  const [live, watch] = await Promise.all([
    running === undefined || server === undefined ? undefined : liveState(server, running),
    cluster === undefined || server === undefined
      ? undefined
      : findWatch(server.client, cluster.uid, plan.namespace),
  ]);
  const components = componentStatuses(plan, look, live?.components ?? []);
  // What is being worked on is not yet what it will be.
  const unhealthy = running === undefined ? components.filter(isUnhealthy) : [];
  const last =
    unhealthy.length === 0 || ended === undefined || server === undefined
      ? undefined
      : await lookBack(server.client, ended);
  const lines = [
    `cluster:   ${cluster === undefined ? 'the local cluster does not run' : `${cluster.access.context} (${cluster.version})`}`,
    `temporal:  ${server?.address ?? temporal.reason ?? ''}`,
    `operation: ${operationText({ cluster, temporal: server, running, live, ended })}`,
    ...(watch === undefined ? [] : [`watch:     ${summarizeWatch(watch, style)}`]),
  ];
  const proofs = new Map(components.map(({ name, proof }) => [name, proof]));
  const rotating = cluster
    ? await unfinishedRotations(cluster, plan.namespace, plan.components, (name) => proofs.get(name))
    : [];
  const told = [
    renderStatuses(components, style, width),
    ...rotating.map((name) => renderUnfinishedRotation(name, target)),
    live === undefined ? '' : explainDecisions(live, target, style),
    renderUnhealthy(unhealthy, last, target, style),
  ];
  return {
    exitCode: live?.waitsForDecision
      ? ExitCode.decision
      : unhealthy.length > 0
        ? ExitCode.failed
        : cluster === undefined
          ? ExitCode.environment
          : ExitCode.ok,
    text: `${stackTitle(plan, style)}\n${lines.join('\n')}\n\n${told.join('')}`,
    document: {
      stack: plan.stack,
      namespace: plan.namespace,
      profile: plan.profile,
      healthy: cluster === undefined ? null : unhealthy.length === 0,
      cluster:
        cluster === undefined
          ? { running: false }
          : { running: true, context: cluster.access.context, version: cluster.version },
      temporal:
        server === undefined
          ? { running: false, reason: temporal.reason }
          : { running: true, address: server.address },
      operation: running === undefined ? null : { ...running, link: server?.workflowLink(running.id) },
      lastOperation:
        ended === undefined ? null : { ...ended, link: server?.workflowLink(ended.id, ended.runId) },
      watch: watch ?? null,
      components: components.map((component) => withCause(component, unhealthy, last)),
      rotating,
      decisions: live === undefined ? [] : openDecisions(live, target),
    },
  };
}

/** What the last operation said of a component that is not as it should be. */
function withCause(
  component: ComponentStatus,
  unhealthy: readonly ComponentStatus[],
  last: LastOperation | undefined,
): ComponentStatus & { readonly cause?: Cause } {
  const cause = last?.state?.components.find(({ name }) => name === component.name)?.cause;
  return cause === undefined || !unhealthy.includes(component) ? component : { ...component, cause };
}

async function liveState(
  { client }: TemporalServer,
  running: RunningOperation,
): Promise<OperationState | undefined> {
  return snapshot(client, attachTo(client, running), patience);
}
