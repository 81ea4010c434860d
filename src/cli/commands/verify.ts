/** @module */
import { ExitCode } from '../../errors.js';
import type { OperationState } from '../../stack/operation/operation-types.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { runOperation } from '../operations/operation.js';
import { renderCauses, renderComponents, withoutChecks } from '../render/components.js';
import { duration } from '../render/duration.js';
import { partTitle } from '../render/stack-title.js';
import { supportHint } from '../render/support-hint.js';
import { openSoundCluster, partialPlanOf, prepareOperation, refuseOthersNamespace } from '../target.js';

export interface VerifyOptions extends StackOptions {
  /** Also the checks that disturb users, e.g. restart a pod. */
  readonly disruptive: boolean;
  /** Components that are verified, instead of all of the stack. */
  readonly only?: readonly string[];
}

/** Proves again that everything works, and changes nothing. */
export async function verify(context: CommandContext, options: VerifyOptions): Promise<CommandResult> {
  const { style, width } = context;
  const { only = [] } = options;
  const plan = await partialPlanOf(context, options, only, 'nothing');
  const cluster = await openSoundCluster(context, options);
  await refuseOthersNamespace(cluster, plan);
  const temporal = await prepareOperation(context, cluster);
  try {
    const request = { operation: 'verify', input: { plan, disruptive: options.disruptive } } as const;
    const target = targetOptions(context, options);
    const operation = await runOperation(context, temporal, cluster, request, target);
    const { state, failed, link, milliseconds } = operation;
    const title = partTitle(plan, only);
    const headline = failed
      ? style.bad(`${title} does not work as it should.`)
      : style.good(`${title} works: ${passed(state)} (${duration(milliseconds)}).`);
    return {
      exitCode: failed ? ExitCode.failed : ExitCode.ok,
      text: `\n${renderComponents(state.components, style, width)}\n${failed ? renderCauses(state, style) : ''}${headline}\n${failed ? supportHint(style) : ''}`,
      document: { ...state, milliseconds, ...(link === undefined ? {} : { link }) },
    };
  } finally {
    await temporal.close();
  }
}

function passed({ components }: OperationState): string {
  const bare = withoutChecks(components);
  if (bare.length === 0) return 'every check passed';
  return bare.length === components.length
    ? 'it is ready, and has no checks'
    : `every check passed; without checks: ${bare.join(', ')}`;
}
