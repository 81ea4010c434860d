/** @module */
import { ExitCode, UserError } from '../../errors.js';
import { HelmError } from '../../helm/errors.js';
import { isKubernetesError } from '../../kubernetes/api/errors.js';
import { digestLabel } from '../../kubernetes/releases/releases.js';
import { driftedObjects, shortcomingOf } from '../../kubernetes/releases/shortcoming.js';
import { redactText } from '../../redaction/text.js';
import type { Plan, PlannedComponent } from '../../stack/plan/plan-types.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { findShrinks } from '../operations/data-loss.js';
import { type StackLook, lookAtStack } from '../operations/look-at-stack.js';
import type { Cluster, ComponentChange, PlannedChange } from '../platform/platform.js';
import { Step } from '../progress/step.js';
import { diffDocument, renderDiff, renderLosses, renderObjections } from '../render/diff.js';
import { renderSteps } from '../render/steps.js';
import { stackTitle } from '../render/stack-title.js';
import { renderTable } from '../render/table.js';
import { findAccess, planOf, refuseOthersNamespace } from '../target.js';

export interface PlanOptions extends StackOptions {
  /** Also how the objects of changed components change. */
  readonly diff: boolean;
  /** True if what is folded of the diffs is shown, too. */
  readonly all?: boolean;
  /** True if changes are told by the exit code, too. */
  readonly exitCode?: boolean;
}

/** What `up` would do with a component. */
type Change =
  | 'install'
  | 'change'
  | 'repair'
  | 'restart'
  | 'prove again'
  | 'none'
  | 'remove'
  | 'refuse'
  | 'unknown';

/** A component that the plan has, or had. */
interface Row {
  readonly name: string;
  readonly version: string;
  readonly change: Change;
  readonly needs: readonly string[];
}

/** How changed components change, or why that cannot be told, by component. */
type Changes = ReadonlyMap<string, ComponentChange | Error>;

/** What would be refused of components, by component. */
type Objections = ReadonlyMap<string, readonly string[]>;

/** What the cluster remembers. */
interface Known extends StackLook {
  readonly cluster: Cluster;
}

/** Shows what `up` would do, and does nothing. */
export async function plan(context: CommandContext, options: PlanOptions): Promise<CommandResult> {
  const planned = await planOf(context, options);
  const known = await lookAt(context, options, planned);
  const rows = [
    ...planned.components.map((each) => rowOf(each, planned.stack, known)),
    ...removedRows(known),
  ];
  const changes: Changes = options.diff && known ? await changesOf(context, planned, rows, known) : new Map();
  const losses = known ? await findShrinks(known.cluster, planned, known.releases) : new Map();
  const objections: Objections =
    options.diff && known ? await objectionsOf(context, planned, rows, known) : new Map();
  const { style, width } = context;
  const cells = rows.map(({ name, version, change, needs }) => [
    style.strong(name),
    version,
    change,
    needs.join(', '),
  ]);
  const parts = [
    `${stackTitle(planned, style)}, in this order:\n`,
    renderTable(['component', 'version', 'change', 'needs'], cells, style, width),
    ...(known === undefined ? [unknownNote] : []),
    ...(rows.some(({ change }) => change === 'remove') ? [removalNote] : []),
    ...(rows.some(({ change }) => change === 'refuse') ? [refusalNote] : []),
    ...(rows.some(({ change }) => change === 'restart') ? [restartNote] : []),
    // What cannot be rendered is told once.
    ...[...changes].flatMap(([name, change]) =>
      change instanceof Error && objections.has(name)
        ? []
        : [renderDiff(name, objectsOf(change), style, options.all)],
    ),
    ...[...changes].flatMap(([name, change]) =>
      change instanceof Error ? [] : renderSteps(name, change.steps, style),
    ),
    ...[...objections].map(([name, found]) => renderObjections(name, found, style)),
    ...[...losses].map(([name, found]) => renderLosses(name, found, style)),
  ];
  return {
    exitCode: losses.size > 0 ? ExitCode.usage : exitCodeOf(objections, rows, options),
    text: parts.join('\n'),
    document: {
      ...planned,
      changes: Object.fromEntries(rows.map(({ name, change }) => [name, change])),
      ...(known === undefined ? { reason: 'the local cluster does not run' } : {}),
      removed: known?.unlisted.map(({ release }) => release) ?? [],
      objections: Object.fromEntries(objections),
      losses: Object.fromEntries(losses),
      diffs: Object.fromEntries(
        [...changes].map(([name, change]) => [name, diffDocument(objectsOf(change))]),
      ),
      steps: Object.fromEntries(
        [...changes].flatMap(([name, change]) => (change instanceof Error ? [] : [[name, change.steps]])),
      ),
    },
  };
}

function objectsOf(change: ComponentChange | Error): ComponentChange['objects'] | Error {
  return change instanceof Error ? change : change.objects;
}

function exitCodeOf(objections: Objections, rows: readonly Row[], { exitCode }: PlanOptions): ExitCode {
  if (objections.size > 0) return ExitCode.usage;
  return exitCode === true && rows.some(({ change }) => change !== 'none') ? ExitCode.failed : ExitCode.ok;
}

const unknownNote =
  'The local cluster does not run, so what would change is not known; `bigdata up --no-install` starts it.\n';

const removalNote =
  'What the stack file no longer lists is removed in the end, and its data is kept; `bigdata up --unlisted keep` leaves it alone.\n';

const refusalNote =
  'What is refused is a release of somebody else; `bigdata up --adopt` takes one over that belongs to no stack.\n';

const restartNote =
  'What is restarted has pods that started before a Secret that they read was changed; its workloads replace them in their own order.\n';

/** Undefined if the local cluster does not run: then everything would be installed, or is there and stopped. */
async function lookAt(
  context: CommandContext,
  options: StackOptions,
  planned: Plan,
): Promise<Known | undefined> {
  const access = await findAccess(context, options);
  if (access === undefined) {
    return undefined;
  }
  const cluster = await context.platform.clusters.open(access);
  await refuseOthersNamespace(cluster, planned);
  return { cluster, ...(await lookAtStack(cluster, planned)) };
}

function rowOf(component: PlannedComponent, stack: string, known: Known | undefined): Row {
  const { name, version, needs } = component;
  const change = known === undefined ? 'unknown' : changeOf(component, stack, known);
  return { name, version, needs, change };
}

function changeOf(
  { name, release: releaseName, digest, dependenciesDigest }: PlannedComponent,
  stack: string,
  { proofs, releases, looks }: Known,
): Change {
  const release = releases.get(releaseName);
  if (release === undefined) {
    return 'install';
  }
  if (release.stack !== stack) {
    return 'refuse';
  }
  if (release.digest !== digestLabel(digest)) {
    return 'change';
  }
  const proof = proofs.get(name);
  if (release.status !== 'deployed' || proof?.digest !== digest) {
    return 'prove again';
  }
  // Whoever changes a release by plain Helm keeps the labels by which it is known as planned.
  if (proof.revision !== release.revision) {
    return 'repair';
  }
  const look = looks.get(releaseName);
  const shortcoming = look && shortcomingOf(proof, look);
  if (shortcoming) {
    return shortcoming.kind === 'rotated' ? 'restart' : 'repair';
  }
  return proof.dependenciesDigest === dependenciesDigest ? 'none' : 'prove again';
}

function removedRows(known: Known | undefined): Row[] {
  return (known?.unlisted ?? []).map(({ release, removal }) => ({
    name: release,
    version: known?.proofs.get(release)?.version ?? '',
    change: 'remove',
    needs: removal?.needs ?? [],
  }));
}

async function changesOf(
  { platform, progress }: CommandContext,
  { namespace, components }: Plan,
  rows: readonly Row[],
  { cluster, releases, proofs, looks }: Known,
): Promise<Changes> {
  const changed = components.flatMap((component): PlannedChange[] => {
    const release = releases.get(component.release);
    const change = rows.find(({ name }) => name === component.name)?.change;
    if (release === undefined || !['change', 'repair', 'refuse'].includes(change ?? '')) return [];
    const [proof, look] = [proofs.get(component.name), looks.get(component.release)];
    const isSame = change === 'repair' && proof?.revision === release.revision;
    return [
      {
        component,
        release,
        writesSentinel: change === 'change' && proof !== undefined,
        ...(isSame && look ? { drifted: driftedObjects(proof, look) } : {}),
      },
    ];
  });
  if (changed.length === 0) {
    return new Map();
  }
  const step = new Step('Rendering', [], async (report) => {
    try {
      return await platform.changes.ofObjects(cluster.access, namespace, changed, report);
    } catch (error) {
      // E.g. there is no Helm: the rest of the plan is worth telling.
      if (!(error instanceof UserError)) {
        throw error;
      }
      return new Map(changed.map(({ component: { name } }) => [name, error]));
    }
  });
  await progress.steps([step]);
  return step.value;
}

/** What the API server would refuse: of a component that is there as planned, nothing. */
async function objectionsOf(
  { platform, progress }: CommandContext,
  { namespace, components }: Plan,
  rows: readonly Row[],
  { cluster }: Known,
): Promise<Objections> {
  const tried = components.flatMap((component) => {
    const change = rows.find(({ name }) => name === component.name)?.change;
    return change === 'install' || change === 'change' ? [{ component, isNew: change === 'install' }] : [];
  });
  if (tried.length === 0) return new Map();
  const step = new Step('Trying', [], async (report) => {
    try {
      return await platform.changes.objections(cluster.access, namespace, tried, report);
    } catch (error) {
      // The rest of the plan is worth telling.
      if (!(error instanceof UserError) && !(error instanceof HelmError) && !isKubernetesError(error))
        throw error;
      progress.note(`What would be refused is not known: ${redactText(error.message)}`);
      return new Map();
    }
  });
  await progress.steps([step]);
  return step.value;
}
