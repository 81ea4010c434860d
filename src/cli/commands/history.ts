/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { renderTable } from '../render/table.js';
import { openRunningCluster, partialPlanOf } from '../target.js';

export interface HistoryOptions extends StackOptions {
  readonly component: string;
}

/** Shows the revisions of a component that Helm remembers, and which of them was proven. */
export async function history(context: CommandContext, options: HistoryOptions): Promise<CommandResult> {
  const { style, width } = context;
  const { component } = options;
  const { namespace, components } = await partialPlanOf(context, options, [component], 'nothing');
  const cluster = await openRunningCluster(context, options);
  const release = components[0]?.release ?? component;
  const [found, proofs] = await Promise.all([
    cluster.revisions(namespace, release),
    cluster.proofs(namespace),
  ]);
  const proof = proofs.get(component);
  const revisions = found.map((each) =>
    proof?.revision === each.revision ? { ...each, provenAt: proof.provenAt } : each,
  );
  const rows = revisions.map((each) => [
    style.strong(String(each.revision)),
    each.status,
    each.touchedAt ?? '',
    'provenAt' in each ? style.good(each.provenAt) : '',
  ]);
  return {
    exitCode: ExitCode.ok,
    text:
      rows.length === 0
        ? `${component} is not installed.\n`
        : renderTable(['revision', 'status', 'written', 'proven'], rows, style, width),
    document: { component, release, revisions },
  };
}
