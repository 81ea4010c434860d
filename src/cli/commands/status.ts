/** @module */
import { snapshot } from '../../client/follow.js';
import { operationId } from '../../client/naming.js';
import { attachTo, findRunning } from '../../client/start.js';
import type { RunningOperation } from '../../client/start.js';
import { ExitCode, UserError } from '../../errors.js';
import type { ComponentState } from '../../stack/operation-types.js';
import type { Plan } from '../../stack/plan-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { watchOperation } from '../operation.js';
import { componentStatuses } from '../component-status.js';
import type { Standing } from '../component-status.js';
import type { Cluster, Proof } from '../platform/platform.js';
import { describeComponent } from '../progress/describe.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { stackTitle } from '../render/stack-title.js';
import { supportHint } from '../render/support-hint.js';
import { renderTable } from '../render/table.js';
import type { Style } from '../render/style.js';
import { findAccess, planOf } from '../target.js';

export interface StatusOptions extends StackOptions {
  /** Watch the running operation until it ends. */
  readonly follow: boolean;
}

/** Milliseconds that a running operation gets to tell where it stands. */
const patience = 3_000;

/** Shows what runs, what is installed and what was proven when, also where Temporal or the cluster is down. */
export async function status(context: CommandContext, options: StatusOptions): Promise<CommandResult> {
  const plan = await planOf(context, options);
  const access = await findAccess(context, options);
  const cluster = access === undefined ? undefined : await context.platform.clusters.open(access);
  const temporal = await findTemporal(context);
  try {
    const running =
      cluster === undefined || temporal.server === undefined
        ? undefined
        : await findRunning(temporal.server.client, operationId(cluster.uid, plan.namespace));
    if (options.follow && running !== undefined && temporal.server !== undefined) {
      return await followRunning(context, temporal.server, running, plan);
    }
    return await describe(context, { plan, cluster, temporal, running });
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
  plan: Plan,
): Promise<CommandResult> {
  const operation = attachTo(temporal.client, running);
  const { state, failed, milliseconds } = await watchOperation(context, temporal, operation, plan.stack);
  const { style, width } = context;
  return {
    exitCode: failed ? ExitCode.failed : ExitCode.ok,
    text: `\n${renderComponents(state.components, style, width)}\n${renderCauses(state, style)}${failed ? supportHint(style) : ''}`,
    document: { ...state, milliseconds },
  };
}

interface Found {
  readonly plan: Plan;
  readonly cluster: Cluster | undefined;
  readonly temporal: FoundTemporal;
  readonly running: RunningOperation | undefined;
}

async function describe(
  context: CommandContext,
  { plan, cluster, temporal, running }: Found,
): Promise<CommandResult> {
  const { style, width } = context;
  const live =
    running === undefined || temporal.server === undefined ? [] : await liveStates(temporal.server, running);
  const components = await componentStatuses(plan, cluster, live);
  const rows = components.map(({ name, version, standing, proof, live: now }) => [
    style.strong(name),
    version,
    now === undefined ? paint(standing, style) : style.busy(describeComponent(now)),
    proofText(proof),
  ]);
  const table = renderTable(['component', 'version', 'state', 'proven'], rows, style, width);
  const lines = [
    `cluster:   ${cluster === undefined ? 'the local cluster does not run' : `${cluster.access.context} (${cluster.version})`}`,
    `temporal:  ${temporal.server?.address ?? temporal.reason ?? ''}`,
    `operation: ${operationText(running, temporal.server)}`,
  ];
  return {
    exitCode: ExitCode.ok,
    text: `${stackTitle(plan, style)}\n${lines.join('\n')}\n\n${table}`,
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
      components,
    },
  };
}

async function liveStates(
  { client }: TemporalServer,
  running: RunningOperation,
): Promise<readonly ComponentState[]> {
  return (await snapshot(client, attachTo(client, running).handle, patience))?.components ?? [];
}

function paint(standing: Standing, style: Style): string {
  switch (standing) {
    case 'proven':
      return style.good(standing);
    case 'failed':
      return style.bad(standing);
    case 'changed':
    case 'unproven':
      return style.busy(standing);
    default:
      return style.faint(standing);
  }
}

function proofText(proof: Proof | undefined): string {
  return proof === undefined
    ? ''
    : `${proof.provenAt}: ${proof.checks.map(({ proves }) => proves).join('; ')}`;
}

function operationText(running: RunningOperation | undefined, temporal: TemporalServer | undefined): string {
  if (temporal === undefined) {
    return 'unknown, as Temporal does not answer; `bigdata up` brings it back, and what ran goes on';
  }
  if (running === undefined) {
    return 'none is running';
  }
  const { kind, startedAt, id } = running;
  const link = temporal.workflowLink(id);
  return `${kind} since ${startedAt.toISOString()}${link === undefined ? '' : `, ${link}`} (\`bigdata status --follow\` watches)`;
}
