/** @module */
import { refreshWatch } from '../../client/watch.js';
import { ExitCode } from '../../errors.js';
import { timed } from '../../stack/operation/critical-path.js';
import { undecided } from '../../stack/operation/decisions.js';
import type { DriftPolicy, OnFailure, Unlisted } from '../../stack/operation/operation-types.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { TemporalPorts } from '../../temporal/ports.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { setOptions, targetOptions } from '../program/command-line.js';
import { confirmAdoption } from '../operations/adoption.js';
import { acceptNamedLoss, refuseDataLoss } from '../operations/data-loss.js';
import { imageSteps } from '../operations/image-steps.js';
import { runOperation } from '../operations/operation.js';
import type { WatchedOperation } from '../operations/operation.js';
import type { Cluster, Target } from '../platform/platform.js';
import { Step } from '../progress/step.js';
import { describeInstalled, renderCauses, renderComponents } from '../render/components.js';
import { openDecisions, renderDecisions } from '../render/decisions.js';
import { duration } from '../render/duration.js';
import { renderTimings } from '../render/timings.js';
import { reachableEndpoints, renderEndpoints } from '../render/endpoints.js';
import type { ReachableEndpoint } from '../render/endpoints.js';
import { partTitle } from '../render/stack-title.js';
import { supportHint } from '../render/support-hint.js';
import type { Style } from '../render/style.js';
import { partialPlanOf, refuseOthersNamespace, targetOf } from '../target.js';

export interface UpOptions extends StackOptions {
  readonly temporalPort?: number;
  readonly uiPort?: number;
  /** Components that are installed with all that they need, instead of all of the stack. */
  readonly only?: readonly string[];
  /** False: everything up to the worker, but no component. */
  readonly install: boolean;
  /** What happens when a component fails for good. */
  readonly onFailure: OnFailure;
  /** What becomes of what the stack installed and the stack file no longer lists. */
  readonly unlisted: Unlisted;
  readonly drift: DriftPolicy;
  /** Takes over what others made of the components, once it was shown and confirmed. */
  readonly adopt: boolean;
  readonly yes: boolean;
  /** Components whose data may be lost by the change. */
  readonly acceptLoss?: readonly string[];
  /** Shows when each component did its own work. */
  readonly timings?: boolean;
}

/** Brings up what is missing of cluster, Temporal, images and worker, then installs and proves the stack. */
export async function up(context: CommandContext, options: UpOptions): Promise<CommandResult> {
  const start = performance.now();
  const { only = [], acceptLoss = [] } = options;
  const planned = await partialPlanOf(context, options, only, 'needs');
  const plan = acceptNamedLoss(planned, acceptLoss, options.file);
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
    const { onFailure, drift } = options;
    // What a part leaves out is not unlisted.
    const unlisted = only.length > 0 ? 'keep' : options.unlisted;
    await refuseOthersNamespace(cluster, plan);
    await refuseDataLoss(cluster, plan, options.file);
    const adopt = options.adopt ? await confirmAdoption(context, cluster, plan, options.yes) : [];
    if (only.length === 0) {
      await tellUnlisted(context, cluster, plan, unlisted);
      // From now on this plan is what the stack is held against.
      await refreshWatch(temporal.client, cluster.uid, plan);
    }
    const target = targetOptions(context, options);
    const request = { operation: 'install', input: { plan, onFailure, unlisted, drift, adopt } } as const;
    const operation = await runOperation(context, temporal, cluster, request, target);
    const endpoints = await reachableEndpoints(plan, cluster);
    return summarize(context, {
      title: partTitle(plan, only),
      plan,
      operation,
      endpoints,
      target,
      set: setOptions(options.set),
      timings: options.timings === true,
      // Of what was attached to, all of it counts.
      milliseconds: Math.max(performance.now() - start, operation.milliseconds),
    });
  } finally {
    await temporal.close();
  }
}

/** Before anything begins, while there is time to detach and put it back. */
async function tellUnlisted(
  { progress }: CommandContext,
  cluster: Cluster,
  plan: Plan,
  policy: Unlisted,
): Promise<void> {
  const found = await cluster.unlisted(plan);
  if (found.length > 0) {
    const names = found.map(({ release }) => release).join(', ');
    progress.note(
      policy === 'keep'
        ? `The stack file no longer lists, and --unlisted keep leaves alone: ${names}`
        : `The stack file no longer lists, so it is removed once the rest is proven, and its data is kept: ${names}`,
    );
  }
}

interface Prepared {
  readonly cluster: Cluster;
  readonly temporal: TemporalServer;
}

/** Starts what the operation needs, each part as soon as its own needs are there. */
async function prepare(context: CommandContext, options: UpOptions): Promise<Prepared> {
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
  const images = imageSteps(context, options.file, machine, [node]);
  await progress.steps([machine, node, temporal, ...images, workerOf(node, temporal)]);
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

interface Summary {
  /** The stack, and which part of it is meant. */
  readonly title: string;
  readonly plan: Plan;
  readonly operation: WatchedOperation;
  readonly endpoints: readonly ReachableEndpoint[];
  /** Options of the same stack and cluster, as people type them. */
  readonly target: string;
  /** Options that give the same values over those of the stack file. */
  readonly set: string;
  readonly timings: boolean;
  readonly milliseconds: number;
}

function summarize(context: CommandContext, summary: Summary): CommandResult {
  const { style, width } = context;
  const { operation, endpoints, target, milliseconds } = summary;
  const { state, failed, waiting, workflowId, link } = operation;
  const unchanged = state.components.every((component) => component.unchanged);
  const times = summary.timings ? timed(state.components, summary.plan.components) : [];
  const parts = [
    renderComponents(state.components, style, width),
    ...(times.length > 0 ? [renderTimings(times, style, width)] : []),
    ...(failed || waiting ? [renderCauses(state, style)] : []),
    renderEndpoints(endpoints, style, width),
    ...(waiting ? [renderDecisions(state, target, style)] : []),
    `${link === undefined ? '' : `Web UI: ${link}\n`}${headline(summary, unchanged, style)}\n${failed || waiting ? supportHint(style) : ''}`,
  ];
  return {
    exitCode: waiting ? ExitCode.decision : failed ? ExitCode.failed : ExitCode.ok,
    text: `\n${parts.join('\n')}`,
    document: {
      ...state,
      unchanged,
      milliseconds: Math.round(milliseconds),
      workflowId,
      ...(link === undefined ? {} : { link }),
      ...(waiting ? { decisions: openDecisions(state, target) } : {}),
      endpoints,
    },
  };
}

function headline(
  { title, operation: { state, failed, waiting }, target, set, milliseconds }: Summary,
  unchanged: boolean,
  style: Style,
): string {
  const took = duration(milliseconds);
  if (waiting) {
    return style.bad(
      `${title} waits for a decision about ${undecided(state).join(', ')} (${took}). \`bigdata up${set}${target}\` attaches again.`,
    );
  }
  if (failed) {
    const rolledBack = state.components.filter(({ phase }) => phase === 'rolled-back');
    const names = rolledBack.map(({ name }) => name).join(', ');
    return style.bad(
      `${title} is not complete (${took}). ${names === '' ? '' : `Rolled back to what was proven before: ${names}. `}What is proven stays; \`bigdata up${set}\` tries the rest again.`,
    );
  }
  if (unchanged) {
    return style.good(`${title} is ${describeInstalled(state)}; nothing was changed (${took}).`);
  }
  const removed = state.components.filter(({ phase }) => phase === 'removed').map(({ name }) => name);
  return style.good(
    removed.length === 0
      ? `${title} is ${describeInstalled(state)} (${took}).`
      : `${title} is ${describeInstalled(state)}; removed, as the stack file no longer lists it: ${removed.join(', ')} (${took}).`,
  );
}
