/** @module */
import { ask } from '../../client/ask.js';
import { decide } from '../../client/decide.js';
import { outcomeOf } from '../../client/outcome.js';
import type { Operation } from '../../client/start.js';
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { watchOperation } from '../operations/operation.js';
import { Step } from '../progress/step.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { withRunningInstall } from '../operations/running-install.js';
import { identityOf } from '../target.js';
import { stateQuery } from '../../stack/operation/messages.js';

export interface AbortOptions extends StackOptions {
  /** Also stops what runs. */
  readonly now: boolean;
}

/** Ends the running install: what runs finishes or is stopped, nothing new is started. Waits until it has ended. */
export async function abort(context: CommandContext, options: AbortOptions): Promise<CommandResult> {
  const { style, width } = context;
  const plan = await identityOf(context, options);
  return withRunningInstall(context, options, plan, async ({ operation, temporal }) => {
    if (options.now) return await stop(context, plan.stack, operation, targetOptions(context, options));
    await decide(temporal.client, operation.handle, { decision: 'abort' });
    const target = targetOptions(context, options);
    const { stack } = plan;
    const { state, failed } = await watchOperation(context, temporal, operation, { stack, options: target });
    const end = failed
      ? `The install of ${stack} is aborted. What is proven stays; \`bigdata up${target}\` goes on from there.`
      : `The install of ${stack} had nothing left to abort: everything is proven.`;
    return {
      exitCode: ExitCode.ok,
      text: `\n${renderComponents(state.components, style, width)}\n${renderCauses(state, style)}${end}\n`,
      document: { decision: 'abort', ...state },
    };
  });
}

/** Milliseconds that a worker gets to tell where the components were. */
const patience = 10_000;

/** Cancels the operation, and waits until its activities have stopped their Helm and taken their pods away. */
async function stop(
  { progress, style, width }: CommandContext,
  stack: string,
  { handle }: Operation,
  target: string,
): Promise<CommandResult> {
  await handle.cancel();
  const stopping = new Step('Stopping what runs', [], () => outcomeOf(handle));
  await progress.steps([stopping]);
  const outcome = stopping.value;
  const state = 'state' in outcome ? outcome.state : await ask(handle.client, handle, stateQuery, patience);
  const table =
    state === undefined
      ? ''
      : `\n${renderComponents(state.components, style, width)}\n${renderCauses(state, style)}`;
  const end = `The install of ${stack} is stopped. What is proven stays; \`bigdata up${target}\` recovers what was cut off, and goes on from there.`;
  return {
    exitCode: ExitCode.ok,
    text: `${table}${end}\n`,
    document: { decision: 'abort', now: true, ...state },
  };
}
