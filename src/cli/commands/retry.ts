/** @module */
import { decide } from '../../client/decide.js';
import { snapshot } from '../../client/follow.js';
import { ExitCode } from '../../errors.js';
import { replan, undecided } from '../../stack/operation/decisions.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { imageSteps } from '../operations/image-steps.js';
import { Step } from '../progress/step.js';
import { withRunningInstall } from '../operations/running-install.js';
import type { RunningInstall } from '../operations/running-install.js';
import { targetOf } from '../target.js';

export interface RetryOptions extends Omit<StackOptions, 'set'> {
  readonly component: string;
  /** `KEY=VALUE` each, over the values of the stack file. */
  readonly set: readonly string[];
}

/** Milliseconds that the install gets to tell what waits for a decision. */
const patience = 3_000;

/** Lets a component that failed be tried again as the stack file says now, perhaps with other values. */
export async function retry(context: CommandContext, options: RetryOptions): Promise<CommandResult> {
  const { component: name, set, file } = options;
  const override = { component: name, assignments: set };
  const plan = await context.platform.stacks.plan(file, targetOf(options).kind, [override]);
  const replanned = replan(plan, name);
  return withRunningInstall(context, options, plan, async (install) => {
    await bringImages(context, options, install);
    const { changed } = await decide(install.temporal.client, install.operation.handle, {
      decision: 'retry',
      component: name,
      ...(replanned === undefined ? {} : { plan: replanned }),
    });
    return taken(context, options, changed);
  });
}

/** What is tried again may be another image, or one that the local node has lost. */
async function bringImages(
  context: CommandContext,
  options: RetryOptions,
  { operation, temporal }: RunningInstall,
): Promise<void> {
  const state = await snapshot(temporal.client, operation, patience);
  const isUndecided = state !== undefined && undecided(state).includes(options.component);
  // Where the decision will be refused, nothing need be built for it.
  if (isUndecided && targetOf(options).kind === 'local') {
    const { machine } = context.platform;
    const ensured = new Step('This machine', [], (report) => machine.ensure(report));
    await context.progress.steps([ensured, ...imageSteps(context, options.file, ensured, [])]);
  }
}

function taken(context: CommandContext, options: RetryOptions, changed: boolean): CommandResult {
  const { component, set } = options;
  const lines = [
    `${component} is tried again${changed ? ' with a changed plan' : ', with the plan that it had'}. \`bigdata status --follow${targetOptions(context, options)}\` watches.`,
    ...(set.length === 0
      ? []
      : ['What --set says holds for this install only: the next `bigdata up` goes by the stack file alone.']),
  ];
  return {
    exitCode: ExitCode.ok,
    text: `${lines.join('\n')}\n`,
    document: { decision: 'retry', component, changed },
  };
}
