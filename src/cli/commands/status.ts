/** @module */
import { operationId } from '../../client/naming.js';
import { attachTo, findRunning } from '../../client/start.js';
import type { RunningOperation } from '../../client/start.js';
import { ExitCode, UserError } from '../../errors.js';
import type { Plan, PlannedComponent } from '../../stack/plan-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { watchOperation } from '../operation.js';
import type { Cluster, Proof, Release } from '../platform/platform.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { renderTable } from '../render/table.js';
import type { Style } from '../render/style.js';
import { findAccess, planOf } from '../target.js';

export interface StatusOptions extends StackOptions {
  /** Watch the running operation until it ends. */
  readonly follow: boolean;
}

/** Where a component stands when nothing is running. */
type Standing = 'proven' | 'changed' | 'unproven' | 'failed' | 'absent' | 'unknown';

interface ComponentStatus {
  readonly name: string;
  readonly version: string;
  readonly standing: Standing;
  readonly release?: Release;
  readonly proof?: Proof;
}

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
    text: `\n${renderComponents(state.components, style, width)}\n${renderCauses(state, style)}`,
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
  const components = await componentStatuses(plan, cluster);
  const rows = components.map(({ name, version, standing, proof }) => [
    style.strong(name),
    version,
    paint(standing, style),
    proofText(proof),
  ]);
  const table = renderTable(['component', 'version', 'state', 'proven'], rows, style, width);
  const lines = [
    `cluster:   ${cluster === undefined ? 'the local cluster does not run' : `${cluster.access.context} (${cluster.version})`}`,
    `temporal:  ${temporal.server?.address ?? temporal.reason ?? ''}`,
    `operation: ${running === undefined ? 'none is running' : runningText(running, temporal.server)}`,
  ];
  return {
    exitCode: ExitCode.ok,
    text: `${style.strong(plan.stack)} in namespace ${plan.namespace}\n${lines.join('\n')}\n\n${table}`,
    document: {
      stack: plan.stack,
      namespace: plan.namespace,
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

async function componentStatuses(plan: Plan, cluster: Cluster | undefined): Promise<ComponentStatus[]> {
  if (cluster === undefined) {
    return plan.components.map(({ name, version }) => ({ name, version, standing: 'unknown' }));
  }
  const [proofs, releases] = await Promise.all([
    cluster.proofs(plan.namespace),
    cluster.releases(plan.namespace),
  ]);
  return plan.components.map((component) => {
    const proof = proofs.get(component.name);
    const release = releases.get(component.release);
    return {
      name: component.name,
      version: component.version,
      standing: standingOf(component, proof, release),
      ...(release === undefined ? {} : { release }),
      ...(proof === undefined ? {} : { proof }),
    };
  });
}

function standingOf(
  { digest }: PlannedComponent,
  proof: Proof | undefined,
  release: Release | undefined,
): Standing {
  if (release === undefined) {
    return 'absent';
  }
  if (release.status !== 'deployed') {
    return release.status === 'failed' ? 'failed' : 'unproven';
  }
  if (proof === undefined || proof.revision !== release.revision) {
    return 'unproven';
  }
  return proof.digest === digest ? 'proven' : 'changed';
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

function runningText(
  { kind, startedAt, id }: RunningOperation,
  temporal: TemporalServer | undefined,
): string {
  const link = temporal?.workflowLink(id);
  return `${kind} since ${startedAt.toISOString()}${link === undefined ? '' : `, ${link}`} (\`bigdata status --follow\` watches)`;
}
