/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../command-line.js';
import { runOperation } from '../operation.js';
import { renderCauses, renderComponents } from '../render/components.js';
import { duration } from '../render/duration.js';
import { supportHint } from '../render/support-hint.js';
import { openSoundCluster, planOf, prepareOperation, refuseOthersNamespace } from '../target.js';

export interface VerifyOptions extends StackOptions {
  /** Also the checks that disturb users, e.g. restart a pod. */
  readonly disruptive: boolean;
}

/** Proves again that everything works, and changes nothing. */
export async function verify(context: CommandContext, options: VerifyOptions): Promise<CommandResult> {
  const { style, width } = context;
  const plan = await planOf(context, options);
  const cluster = await openSoundCluster(context, options);
  await refuseOthersNamespace(cluster, plan);
  const temporal = await prepareOperation(context, cluster);
  try {
    const request = { operation: 'verify', input: { plan, disruptive: options.disruptive } } as const;
    const target = targetOptions(context, options);
    const operation = await runOperation(context, temporal, cluster, request, target);
    const { state, failed, link, milliseconds } = operation;
    const headline = failed
      ? style.bad(`${plan.stack} does not work as it should.`)
      : style.good(`${plan.stack} works: every check passed (${duration(milliseconds)}).`);
    return {
      exitCode: failed ? ExitCode.failed : ExitCode.ok,
      text: `\n${renderComponents(state.components, style, width)}\n${failed ? renderCauses(state, style) : ''}${headline}\n${failed ? supportHint(style) : ''}`,
      document: { ...state, milliseconds, ...(link === undefined ? {} : { link }) },
    };
  } finally {
    await temporal.close();
  }
}
