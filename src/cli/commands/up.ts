/** @module */
import { ExitCode } from '../../errors.js';
import type { Plan } from '../../stack/plan-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { TemporalPorts } from '../../temporal/ports.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { runOperation } from '../operation.js';
import type { EndedOperation } from '../operation.js';
import type { Cluster, Target } from '../platform/platform.js';
import { Step } from '../progress/step.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { duration } from '../render/duration.js';
import { reachableEndpoints, renderEndpoints } from '../render/endpoints.js';
import type { ReachableEndpoint } from '../render/endpoints.js';
import { supportHint } from '../render/support-hint.js';
import { planOf, targetOf } from '../target.js';

export interface UpOptions extends StackOptions {
  readonly temporalPort?: number;
  readonly uiPort?: number;
  /** False: everything up to the worker, but no component. */
  readonly install: boolean;
}

/** Brings up what is missing of cluster, Temporal, images and worker, then installs and proves the stack. */
export async function up(context: CommandContext, options: UpOptions): Promise<CommandResult> {
  const start = performance.now();
  const plan = await planOf(context, options);
  await context.platform.temporal.checkPorts(portsOf(options));
  context.onInterrupt({
    text: 'Interrupted. What is done stays: `bigdata up` goes on from there.\n',
    document: { interrupted: true },
  });
  const { cluster, temporal } = await prepare(context, options);
  try {
    if (!options.install) {
      return ready(performance.now() - start);
    }
    const operation = await runOperation(context, temporal, cluster, {
      operation: 'install',
      input: { plan },
    });
    const endpoints = await reachableEndpoints(plan, cluster);
    return summarize(context, plan, operation, endpoints, performance.now() - start);
  } finally {
    await temporal.close();
  }
}

interface Ground {
  readonly cluster: Cluster;
  readonly temporal: TemporalServer;
}

/** What the operation stands on, each part as soon as what it needs is there. */
async function prepare(context: CommandContext, options: UpOptions): Promise<Ground> {
  const { platform, progress } = context;
  const target = targetOf(options);
  const temporalOf = (needs: readonly Step[]): Step<TemporalServer> =>
    new Step('Temporal', needs, (report) => platform.temporal.connect(portsOf(options), report));
  const workerOf = (cluster: Step<Cluster>, temporal: Step<TemporalServer>): Step =>
    new Step('Worker', [cluster, temporal], (report) =>
      platform.workers.ensure(cluster.value, temporal.value, report),
    );

  if (target.kind === 'cluster') {
    const cluster = new Step('Cluster', [], () => openGiven(context, target));
    // A cluster out of reach leaves no server behind that nobody needs.
    const temporal = temporalOf([cluster]);
    await progress.steps([cluster, temporal, workerOf(cluster, temporal)]);
    return { cluster: cluster.value, temporal: temporal.value };
  }

  const machine = new Step('This machine', [], (report) => platform.machine.ensure(report));
  const node = new Step('Kubernetes', [machine], async (report) =>
    platform.clusters.open(await platform.node.ensure(report)),
  );
  const temporal = temporalOf([machine]);
  const images = new Step('Images', [machine], (report) =>
    platform.images.build(options.file, target.kind, report),
  );
  const load = new Step('Images on the node', [node, images], (report) =>
    platform.node.loadImages(images.value, report),
  );
  await progress.steps([machine, node, temporal, images, load, workerOf(node, temporal)]);
  return { cluster: node.value, temporal: temporal.value };
}

async function openGiven(
  { platform }: CommandContext,
  target: Extract<Target, { kind: 'cluster' }>,
): Promise<Cluster> {
  return platform.clusters.open(await platform.clusters.resolve(target));
}

function portsOf({ temporalPort, uiPort }: UpOptions): Partial<TemporalPorts> {
  return {
    ...(temporalPort === undefined ? {} : { port: temporalPort }),
    ...(uiPort === undefined ? {} : { uiPort }),
  };
}

function ready(milliseconds: number): CommandResult {
  return {
    exitCode: ExitCode.ok,
    text: `Cluster, Temporal and worker are up (${duration(milliseconds)}). \`bigdata up\` installs the stack.\n`,
    document: { ready: true, milliseconds: Math.round(milliseconds) },
  };
}

function summarize(
  { style, width }: CommandContext,
  plan: Plan,
  { state, failed, workflowId, link }: EndedOperation,
  endpoints: readonly ReachableEndpoint[],
  milliseconds: number,
): CommandResult {
  const unchanged = state.components.every((component) => component.unchanged);
  const took = duration(milliseconds);
  const headline = failed
    ? style.bad(
        `${plan.stack} is not complete (${took}). What is proven stays; \`bigdata up\` tries the rest again.`,
      )
    : unchanged
      ? style.good(`${plan.stack} is in place and proven already: nothing was changed (${took}).`)
      : style.good(`${plan.stack} is installed and proven (${took}).`);
  const parts = [
    renderComponents(state.components, style, width),
    ...(failed ? [renderCauses(state, style)] : []),
    renderEndpoints(endpoints, style, width),
    `${link === undefined ? '' : `Web UI: ${link}\n`}${headline}\n${failed ? supportHint(style) : ''}`,
  ];
  return {
    exitCode: failed ? ExitCode.failed : ExitCode.ok,
    text: `\n${parts.join('\n')}`,
    document: {
      ...state,
      unchanged,
      milliseconds: Math.round(milliseconds),
      workflowId,
      ...(link === undefined ? {} : { link }),
      endpoints,
    },
  };
}
