/** @module */
import { endWatch } from '../../client/watch.js';
import { ExitCode, UserError } from '../../errors.js';
import { StackFileError } from '../../stack/files/document/issue.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { requireYes } from '../operations/confirm.js';
import { runOperation } from '../operations/operation.js';
import type { Cluster } from '../platform/platform.js';
import type { WatchedOperation } from '../operations/operation.js';
import { renderCauses, renderComponents, renderLeft } from '../render/components.js';
import { supportHint } from '../render/support-hint.js';
import {
  describeTarget,
  findAccess,
  namedPart,
  openSoundCluster,
  identityOf,
  planOf,
  prepareOperation,
} from '../target.js';

export interface UninstallOptions extends StackOptions {
  readonly deleteData: boolean;
  readonly yes: boolean;
  /** Components that are removed, with all that need them, instead of all of the stack. */
  readonly only?: readonly string[];
}

/** Removes the stack in reverse order and proves that nothing of it is left. */
export async function uninstall(context: CommandContext, options: UninstallOptions): Promise<CommandResult> {
  const { only = [] } = options;
  const whole = await planToRemove(context, options, only);
  const plan = namedPart(whole, options, only, 'dependants');
  await confirmDependants(context, plan, only, options.yes);
  if (options.deleteData) {
    const claims = options.yes || !context.interactive ? '' : await describeClaims(context, options, plan);
    await requireYes(context, options.yes, {
      question: `${claims}Delete all data of ${plan.stack} on ${describeTarget(options)}, namespace ${plan.namespace}?`,
      refusal: 'Not confirmed',
    });
  }
  const cluster = await openSoundCluster(context, options);
  if (only.length > 0) await refuseUnlistedDependants(cluster, whole, plan);
  const temporal = await prepareOperation(context, cluster);
  try {
    const input = {
      plan,
      deleteData: options.deleteData,
      ...(only.length > 0 ? { part: true as const } : {}),
    };
    const request = { operation: 'uninstall', input } as const;
    const target = targetOptions(context, options);
    const operation = await runOperation(context, temporal, cluster, request, target);
    const result = summarize(context, plan, only, operation);
    if (result.exitCode !== ExitCode.ok || only.length > 0) return result;
    const wasWatched = await endWatch(temporal.client, cluster.uid, plan.namespace);
    return wasWatched ? { ...result, text: `${result.text}It is watched no more.\n` } : result;
  } finally {
    await temporal.close();
  }
}

/** Who names a component may not think of what needs it. @throws UserError without a yes */
async function confirmDependants(
  context: CommandContext,
  { components }: Plan,
  only: readonly string[],
  yes: boolean,
): Promise<void> {
  const more = components.map(({ name }) => name).filter((name) => !only.includes(name));
  if (only.length === 0 || more.length === 0) return;
  const names = more.join(', ');
  await requireYes(context, yes, {
    question: `Remove ${only.join(', ')}, and what needs it: ${names}?`,
    refusal: `Not confirmed: ${names} would be removed, too`,
    unchanged: 'Nothing was removed',
  });
}

/**
 * What was installed, is no longer listed, and needs what is to be removed, is no part of the plan: it would stay, broken.
 *
 * @throws UserError naming it
 */
async function refuseUnlistedDependants(cluster: Cluster, whole: Plan, { components }: Plan): Promise<void> {
  const removed = new Set(components.map(({ name }) => name));
  const unlisted = await cluster.unlisted(whole);
  const needing = unlisted.filter(({ removal }) => removal?.needs.some((need) => removed.has(need)));
  if (needing.length === 0) return;
  const names = needing.map(({ release }) => release).join(', ');
  throw new UserError({
    message: `${names} ${needing.length === 1 ? 'is' : 'are'} installed but not listed in the stack file, and would not work without what is to be removed`,
    unchanged: 'Nothing was removed',
    next: 'Run `bigdata up`, which removes what is not listed, or list it again',
    exitCode: ExitCode.usage,
  });
}

/** What there is to delete, one a line, as far as it is known before anything is started. */
async function describeClaims(
  context: CommandContext,
  options: UninstallOptions,
  plan: Plan,
): Promise<string> {
  const access = await findAccess(context, options);
  if (access === undefined) return '';
  const claims = await (await context.platform.clusters.open(access)).claims(plan);
  return claims.map(({ name, size }) => `  PersistentVolumeClaim ${name}, ${size}\n`).join('');
}

/** To remove a stack, its components need not be there any more: the cluster remembers what was installed, and how it goes. */
async function planToRemove(
  context: CommandContext,
  options: UninstallOptions,
  only: readonly string[],
): Promise<Plan> {
  try {
    return await planOf(context, options);
  } catch (error) {
    if (!(error instanceof StackFileError) || only.length > 0) throw error;
    const plan = await identityOf(context, options);
    context.progress.note(
      `The stack cannot be planned, so all is removed that the cluster remembers of it:\n${error.message}`,
    );
    return plan;
  }
}

function summarize(
  { style, width }: CommandContext,
  plan: Plan,
  only: readonly string[],
  { state, failed, link, milliseconds }: WatchedOperation,
): CommandResult {
  const left = state.left ?? [];
  const stuck = left.filter(({ why }) => why === 'stuck');
  const complete = !failed && stuck.length === 0;
  const headline = complete
    ? style.good(
        only.length > 0
          ? `${state.components.map(({ name }) => name).join(', ')} removed from ${plan.stack}; \`bigdata up\` brings back what the stack file lists.`
          : left.length === 0
            ? `${plan.stack} is gone: nothing that it owned is left.`
            : `${plan.stack} is gone; what is listed above was kept on purpose.`,
      )
    : style.bad(`${plan.stack} is not completely gone. \`bigdata uninstall\` tries again.`);
  const parts = [
    renderComponents(state.components, style, width),
    ...(failed ? [renderCauses(state, style)] : []),
    ...(left.length === 0 ? [] : [`Left:\n${renderLeft(left, style)}`]),
    `${headline}\n${complete ? '' : supportHint(style)}`,
  ];
  return {
    exitCode: complete ? ExitCode.ok : ExitCode.failed,
    text: `\n${parts.join('\n')}`,
    document: { ...state, left, milliseconds, ...(link === undefined ? {} : { link }) },
  };
}
