/** @module */
import { decide } from '../../client/decide.js';
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { withRunningInstall } from '../operations/running-install.js';
import { listedPart } from '../target.js';

export interface SkipOptions extends StackOptions {
  readonly component: string;
}

/** Lets the install go on without a component that failed, and without what needs it. */
export async function skip(context: CommandContext, options: SkipOptions): Promise<CommandResult> {
  const { component } = options;
  const plan = await listedPart(context, options, component);
  return withRunningInstall(context, options, plan, async ({ operation, temporal }) => {
    await decide(temporal.client, operation.handle, { decision: 'skip', component });
    const watch = `\`bigdata status --follow${targetOptions(context, options)}\` watches the rest`;
    return {
      exitCode: ExitCode.ok,
      text: `${component} is skipped: what needs it is not installed. ${watch}.\n`,
      document: { decision: 'skip', component },
    };
  });
}
