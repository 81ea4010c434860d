/** @module */
import { snapshot } from '../../client/follow.js';
import { operationId } from '../../client/naming.js';
import { type RunningOperation, findRunning } from '../../client/running.js';
import { attachTo } from '../../client/start.js';
import { findWatch } from '../../client/watch.js';
import { ExitCode, UserError } from '../../errors.js';
import type { ComponentState, OperationState } from '../../stack/operation-types.js';
import { describePhase } from '../../stack/phases.js';
import type { Plan } from '../../stack/plan-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../command-line.js';
import { watchOperation } from '../operation.js';
import { componentStatuses } from '../component-status.js';
import type { Standing } from '../component-status.js';
import type { Cluster, Proof } from '../platform/platform.js';
import { describeComponent } from '../progress/describe.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { explainDecisions, openDecisions, renderDecisions } from '../render/decisions.js';
import { stackTitle } from '../render/stack-title.js';
import { supportHint } from '../render/support-hint.js';
import { renderTable } from '../render/table.js';
import { summarizeWatch } from '../render/watch.js';
import type { Style } from '../render/style.js';
import { findAccess, planOf, refuseOthersNamespace } from '../target.js';

export interface StatusOptions extends StackOptions {
  /** Watch the running operation until it ends. */
  readonly follow: boolean;
}

/** Milliseconds that a running operation gets to tell where it stands. */
const patience = 3_000;

/** Shows what runs, what is installed and what was proven when, also where Temporal or the cluster is down. */
export async function status(context: CommandContext, options: StatusOptions): Promise<CommandResult> {
  const plan = await planOf(context, options);
  const target = targetOptions(context, options);
  const access = await findAccess(context, options);
  const cluster = access === undefined ? undefined : await context.platform.clusters.open(access);
  if (cluster !== undefined) await refuseOthersNamespace(cluster, plan);
  const temporal = await findTemporal(context);
  try {
    const running =
      cluster === undefined || temporal.server === undefined
        ? undefined
        : await findRunning(temporal.server.client, operationId(cluster.uid, plan.namespace));
    if (options.follow && running !== undefined && temporal.server !== undefined) {
      return await followRunning(context, temporal.server, running, plan, target);
    }
    return await describe(context, { plan, cluster, temporal, running, target });
  } finally {
    await temporal.server?.close();
  }
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
    return server === undefined ? { reason: 'the embedded server does not run' } : { server };
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
  readonly temporal: FoundTemporal;
  readonly running: RunningOperation | undefined;
  /** Options of the same stack and cluster, as people type them. */
  readonly target: string;
}

async function describe(
  context: CommandContext,
  { plan, cluster, temporal, running, target }: Found,
): Promise<CommandResult> {
  const { style, width } = context;
  const { server } = temporal;
  const [live, watch] = await Promise.all([
    running === undefined || server === undefined ? undefined : liveState(server, running),
    cluster === undefined || server === undefined
      ? undefined
      : findWatch(server.client, cluster.uid, plan.namespace),
  ]);
  const components = await componentStatuses(plan, cluster, live?.components ?? []);
  const rows = components.map(({ name, version, standing, missing, proof, live: now }) => [
    style.strong(name),
    version,
    now === undefined ? standingText(standing, missing, style) : liveText(now, style),
    proofText(proof),
  ]);
  const table = renderTable(['component', 'version', 'state', 'proven'], rows, style, width);
  const lines = [
    `cluster:   ${cluster === undefined ? 'the local cluster does not run' : `${cluster.access.context} (${cluster.version})`}`,
    `temporal:  ${temporal.server?.address ?? temporal.reason ?? ''}`,
    `operation: ${operationText(cluster, temporal.server, running, live)}`,
    ...(watch === undefined ? [] : [`watch:     ${summarizeWatch(watch, style)}`]),
  ];
  return {
    exitCode: ExitCode.ok,
    text: `${stackTitle(plan, style)}\n${lines.join('\n')}\n\n${table}${live === undefined ? '' : explainDecisions(live, target, style)}`,
    document: {
      stack: plan.stack,
      namespace: plan.namespace,
      profile: plan.profile,
      cluster:
        cluster === undefined
          ? { running: false }
          : { running: true, context: cluster.access.context, version: cluster.version },
      temporal:
        temporal.server === undefined
          ? { running: false, reason: temporal.reason }
          : { running: true, address: temporal.server.address },
      operation:
        running === undefined ? null : { ...running, link: temporal.server?.workflowLink(running.id) },
      watch: watch ?? null,
      components,
      decisions: live === undefined ? [] : openDecisions(live, target),
    },
  };
}

async function liveState(
  { client }: TemporalServer,
  running: RunningOperation,
): Promise<OperationState | undefined> {
  return snapshot(client, attachTo(client, running).handle, patience);
}

/** What waits for a decision is explained below the table, with its cause. */
function liveText(live: ComponentState, style: Style): string {
  return live.phase === 'deciding' ? style.bad(describePhase(live)) : style.busy(describeComponent(live));
}

function standingText(standing: Standing, missing: string | undefined, style: Style): string {
  switch (standing) {
    case 'proven':
      return style.good(standing);
    case 'failed':
      return style.bad(standing);
    case 'drifted':
      return style.bad(`drifted: without ${missing}`);
    case 'not-ready':
      return style.bad(`not ready: ${missing?.replace('readiness: ', '')}`);
    case 'unproven':
      return style.busy(missing === undefined ? standing : `${standing}: ${missing}`);
    case 'changed':
      return style.busy(standing);
    case 'unlisted':
      return style.busy('not in the stack file');
    default:
      return style.faint(standing);
  }
}

function proofText(proof: Proof | undefined): string {
  if (proof === undefined) {
    return '';
  }
  const { provenAt, checks, rolledBack } = proof;
  const proven = `${provenAt}: ${checks.map(({ proves }) => proves).join('; ')}`;
  return rolledBack === undefined
    ? proven
    : `${proven}\nrolled back to this from a change to version ${rolledBack.version}, which failed: ${rolledBack.why}`;
}

function operationText(
  cluster: Cluster | undefined,
  temporal: TemporalServer | undefined,
  running: RunningOperation | undefined,
  live: OperationState | undefined,
): string {
  if (temporal === undefined) {
    return 'unknown, as Temporal does not answer; `bigdata up` brings it back, and what ran goes on';
  }
  if (cluster === undefined) {
    return 'unknown, as the cluster does not answer; `bigdata up` brings it back, and what ran goes on';
  }
  if (running === undefined) {
    return 'none is running';
  }
  const { kind, startedAt, id } = running;
  const link = temporal.workflowLink(id);
  const next =
    live === undefined
      ? 'no worker answers, so it does not go on: `bigdata up` starts one'
      : '`bigdata status --follow` watches';
  return `${kind} since ${startedAt.toISOString()}${link === undefined ? '' : `, ${link}`} (${next})`;
}
