/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { isOf, revisionsOf } from '../operations/proven-revisions.js';
import { renderTable } from '../render/table.js';
import { listedPart, openRunningCluster } from '../target.js';

export interface HistoryOptions extends StackOptions {
  readonly component: string;
}

/** Shows the revisions of a component that Helm remembers, and which of them was proven. */
export async function history(context: CommandContext, options: HistoryOptions): Promise<CommandResult> {
  const { style, width } = context;
  const { component: name } = options;
  const plan = await listedPart(context, options, name);
  const cluster = await openRunningCluster(context, options);
  const release = plan.components[0]?.release ?? name;
  const { all, proven } = await revisionsOf(cluster, plan, { name, release });
  const revisions = all.map((known) => {
    const { secret: _, ...each } = known;
    const proof = proven.find((one) => isOf(one, each));
    return proof === undefined ? each : { ...each, version: proof.version, provenAt: proof.provenAt };
  });
  const rows = revisions.map((each) => [
    style.strong(String(each.revision)),
    each.status,
    each.createdAt ?? '',
    ...('provenAt' in each ? [each.version, style.good(each.provenAt)] : ['', '']),
  ]);
  return {
    exitCode: ExitCode.ok,
    text:
      rows.length === 0
        ? `${name} is not installed.\n`
        : renderTable(['revision', 'status', 'created', 'version', 'proven'], rows, style, width),
    document: { component: name, release, revisions },
  };
}
