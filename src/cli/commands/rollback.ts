/** @module */
import { ExitCode } from '../../errors.js';
import { digestLabel } from '../../kubernetes/releases/releases.js';
import { planBack } from '../../stack/plan/go-back.js';
import { acceptLoss } from '../../stack/plan/shrinks.js';
import type { Plan, PlannedComponent } from '../../stack/plan/plan-types.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { refuseDataLossOfRollback } from '../operations/data-loss.js';
import { runOperation } from '../operations/operation.js';
import type { WatchedOperation } from '../operations/operation.js';
import type { Cluster } from '../platform/platform.js';
import {
  type ComponentRevisions,
  isOf,
  revisionToGoBackTo,
  revisionsOf,
} from '../operations/proven-revisions.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { duration } from '../render/duration.js';
import { partTitle } from '../render/stack-title.js';
import { supportHint } from '../render/support-hint.js';
import { namedPart, openSoundCluster, planOf, prepareOperation, refuseOthersNamespace } from '../target.js';

export interface RollbackOptions extends StackOptions {
  readonly component: string;
  /** Where to go back to; to what was proven before what is installed if left out. */
  readonly revision?: number;
  /** Also where it loses data. */
  readonly acceptLoss?: boolean;
}

/** Makes a component what was proven of it earlier, and proves it again, and what needs it. */
export async function rollback(context: CommandContext, options: RollbackOptions): Promise<CommandResult> {
  const { component: name } = options;
  const stated = await planOf(context, options);
  const whole = options.acceptLoss ? acceptLoss(stated, [name]) : stated;
  const alone = namedPart(whole, options, [name], 'nothing');
  const cluster = await openSoundCluster(context, options);
  await refuseOthersNamespace(cluster, whole);
  const [planned] = alone.components;
  if (planned === undefined) throw new Error(`the plan of ${name} has no component`);
  const revisions = await revisionsOf(cluster, whole, planned);
  const target = revisionToGoBackTo(name, revisions, options.revision);
  await refuseDataLossOfRollback(cluster, whole.namespace, planned, {
    installed: revisions.all[0],
    target: revisions.all.find((each) => each.revision === target.revision),
  });
  const isInstalled = await installedAsPlanned(cluster, whole);
  const plan = planBack(whole, name, target, isInstalled);
  tellLeftOut(context, whole, plan, name);
  const { revision } = target;
  const from = installedNow(planned, revisions);
  const toward = targetOptions(context, options);
  const temporal = await prepareOperation(context, cluster);
  try {
    const request = {
      operation: 'rollback',
      input: { plan, component: name, revision, from },
    } as const;
    const operation = await runOperation(context, temporal, cluster, request, toward);
    return summarize(context, operation, {
      title: partTitle(plan, [name]),
      back: `version ${target.version}, as it was in revision ${revision}`,
      target: toward,
      isPlanned: target.digest === planned.digest,
    });
  } finally {
    await temporal.close();
  }
}

/** Whether a component's release is what the plan says. */
async function installedAsPlanned(
  cluster: Cluster,
  { stack, namespace }: Plan,
): Promise<(component: PlannedComponent) => boolean> {
  const releases = await cluster.releases(namespace);
  return ({ release, digest }) => {
    const found = releases.get(release);
    return found?.stack === stack && found.status === 'deployed' && found.digest === digestLabel(digest);
  };
}

/** What needs it, and is not what the stack file says, cannot be held against that. */
function tellLeftOut({ progress }: CommandContext, whole: Plan, plan: Plan, name: string): void {
  const proven = new Set(plan.components.map((component) => component.name));
  const left = whole.components
    .filter((component) => component.needs.includes(name) && !proven.has(component.name))
    .map((component) => component.name);
  if (left.length > 0)
    progress.note(`Not proven again, as it is not installed as the stack file says: ${left.join(', ')}`);
}

/** What is there now: what was proven last, if that is it. */
function installedNow(
  { digest, version }: PlannedComponent,
  { all: [newest], proven }: ComponentRevisions,
): { digest: string; version: string } {
  const known = proven.find((each) => isOf(each, newest));
  return known ? { digest: known.digest, version: known.version } : { digest, version };
}

interface Summary {
  readonly title: string;
  /** Where it went back to. */
  readonly back: string;
  /** Options of the same stack and cluster, as people type them. */
  readonly target: string;
  /** Whether it is what the stack file says. */
  readonly isPlanned: boolean;
}

function summarize(
  { style, width }: CommandContext,
  { state, failed, link, milliseconds, workflowId }: WatchedOperation,
  { title, back, target, isPlanned }: Summary,
): CommandResult {
  const headline = failed
    ? style.bad(
        `${title} was not rolled back as it should be. \`bigdata up${target}\` installs what the stack file says.`,
      )
    : style.good(`${title} is rolled back to ${back}, and proven again (${duration(milliseconds)}).`);
  const next = isPlanned
    ? 'It is what the stack file says.'
    : `The stack file says something else, which the next \`bigdata up${target}\` installs.`;
  return {
    exitCode: failed ? ExitCode.failed : ExitCode.ok,
    text: `\n${renderComponents(state.components, style, width)}\n${failed ? renderCauses(state, style) : ''}${headline}\n${failed ? supportHint(style) : `${next}\n`}`,
    document: { ...state, milliseconds, workflowId, ...(link === undefined ? {} : { link }) },
  };
}
