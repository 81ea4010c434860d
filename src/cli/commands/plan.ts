/** @module */
import { ExitCode } from '../../errors.js';
import type { Plan, PlannedComponent } from '../../stack/plan-types.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import type { Proof } from '../platform/platform.js';
import { stackTitle } from '../render/stack-title.js';
import { renderTable } from '../render/table.js';
import { findAccess, planOf } from '../target.js';

/** What `up` would do with a component. */
type Change = 'install' | 'change' | 'prove again' | 'none' | 'unknown';

/** Shows what `up` would do, and does nothing. */
export async function plan(context: CommandContext, options: StackOptions): Promise<CommandResult> {
  const planned = await planOf(context, options);
  const proofs = await knownProofs(context, options, planned);
  const rows = planned.components.map((component) => ({ component, change: changeOf(component, proofs) }));
  const cells = rows.map(({ component: { name, version, needs }, change }) => [
    context.style.strong(name),
    version,
    change,
    needs.join(', '),
  ]);
  const table = renderTable(['component', 'version', 'change', 'needs'], cells, context.style, context.width);
  return {
    exitCode: ExitCode.ok,
    text: `${stackTitle(planned, context.style)}, in this order:\n\n${table}`,
    document: {
      ...planned,
      changes: Object.fromEntries(rows.map(({ component, change }) => [component.name, change])),
    },
  };
}

/** Undefined if the embedded cluster does not run: then everything would be installed, or is there and stopped. */
async function knownProofs(
  context: CommandContext,
  options: StackOptions,
  planned: Plan,
): Promise<ReadonlyMap<string, Proof> | undefined> {
  const access = await findAccess(context, options);
  if (access === undefined) {
    return undefined;
  }
  const cluster = await context.platform.clusters.open(access);
  return cluster.proofs(planned.namespace);
}

function changeOf(
  { name, digest, ground }: PlannedComponent,
  proofs: ReadonlyMap<string, Proof> | undefined,
): Change {
  if (proofs === undefined) {
    return 'unknown';
  }
  const proof = proofs.get(name);
  if (proof === undefined) {
    return 'install';
  }
  if (proof.digest !== digest) {
    return 'change';
  }
  return proof.ground === ground ? 'none' : 'prove again';
}
