/** @module */
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import type { ClusterAccess } from '../platform/platform.js';
import { identityOf, openRunningCluster } from '../target.js';

/** Ctrl-C is the program's own to deal with: it is in the same terminal. */
function ignore(): void {}

export type Tool = 'kubectl' | 'helm';

/** How each is told which context is meant. */
const contextOption: Readonly<Record<Tool, string>> = { kubectl: '--context', helm: '--kube-context' };

/** Runs kubectl or Helm on the cluster and in the namespace of the stack, as if a person had. */
export async function tool(
  context: CommandContext,
  name: Tool,
  args: readonly string[],
  options: StackOptions,
): Promise<CommandResult> {
  const { namespace } = await identityOf(context, options);
  const { access } = await openRunningCluster(context, options);
  return await runTool(context, name, args, { namespace, access });
}

/** The same, where the cluster is known already. */
export async function runTool(
  context: CommandContext,
  name: Tool,
  args: readonly string[],
  { namespace, access }: { readonly namespace: string; readonly access: ClusterAccess },
): Promise<CommandResult> {
  const { programs } = context.platform;
  // On stderr, so that what the program prints can be piped.
  const program = await programs[name](({ text }) => process.stderr.write(`${text}\n`));
  context.onInterrupt(undefined);
  process.on('SIGINT', ignore);
  try {
    const where = [contextOption[name], access.context, '--namespace', namespace];
    const exitCode = await programs.run(program, [...where, ...args], access);
    return { exitCode, text: '', document: { exitCode } };
  } finally {
    process.off('SIGINT', ignore);
  }
}
