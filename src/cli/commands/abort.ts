/** @module */
import { decide } from '../../client/decide.js';
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../command-line.js';
import { watchOperation } from '../operation.js';
import { renderComponents } from '../render/components.js';
import { withRunningInstall } from '../running-install.js';
import { planOf } from '../target.js';

/** Ends the running install: what runs finishes, nothing new is started. Waits until it has ended. */
export async function abort(context: CommandContext, options: StackOptions): Promise<CommandResult> {
  const { style, width } = context;
  const plan = await planOf(context, options);
  return withRunningInstall(context, options, plan, async ({ operation, temporal }) => {
    await decide(temporal.client, operation.handle, { decision: 'abort' });
    const target = targetOptions(context, options);
    const { stack } = plan;
    const { state, failed } = await watchOperation(context, temporal, operation, { stack, options: target });
    const end = failed
      ? `The install of ${stack} is aborted. What is proven stays; \`bigdata up${target}\` goes on from there.`
      : `The install of ${stack} had nothing left to abort: everything is proven.`;
    return {
      exitCode: ExitCode.ok,
      text: `\n${renderComponents(state.components, style, width)}\n${end}\n`,
      document: { decision: 'abort', ...state },
    };
  });
}
