/** @module */
import { operationId } from '../../client/naming.js';
import { findRunning } from '../../client/running.js';
import { ExitCode, UserError } from '../../errors.js';
import type { Plan, PlannedComponent, Rotation } from '../../stack/plan/plan-types.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import type { Cluster } from '../platform/platform.js';
import { setOptions, targetOptions } from '../program/command-line.js';
import { namedPart, openSoundCluster, planOf, refuseOthersNamespace } from '../target.js';
import { up } from './up.js';

export interface RotateOptions extends StackOptions {
  readonly component: string;
  /** Whether the old credentials stay valid until the command is run again without it. */
  readonly keepPrevious: boolean;
}

/** As `up` without options; what the stack file no longer lists is another matter. */
const asUp = {
  install: true,
  onFailure: 'wait',
  unlisted: 'keep',
  drift: 'repair',
  adopt: false,
  yes: false,
} as const;

/** Installs until all have read the new credentials: the first may attach to one that began before there were any. */
const attempts = 2;

/**
 * Replaces a component's credentials: the new ones are valid beside the old ones until everything that reads them was restarted and
 * proven. How far it has come is in the Secret, so that the same command goes on after any interruption.
 */
export async function rotate(context: CommandContext, options: RotateOptions): Promise<CommandResult> {
  const { component: name, keepPrevious } = options;
  const plan = await planOf(context, options);
  const [component] = namedPart(plan, options, [name], 'nothing').components;
  const rotation = rotationOf(component, options);
  const cluster = await openSoundCluster(context, options);
  await refuseOthersNamespace(cluster, plan);
  await refuseOthersSecret(cluster, plan, name, rotation);

  const again = `\`bigdata rotate ${name}${setOptions(options.set)}${targetOptions(context, options)}\``;
  await add(context, cluster, plan, rotation);
  const first = await spread(context, cluster, plan, { rotation, options });
  if ('behind' in first) {
    const word = `The old credentials stay valid, for not all pods have read the new ones: ${first.behind.join(', ')}. ${again} continues.`;
    return withWord({ ...first.result, exitCode: ExitCode.failed }, word);
  }
  if (first.result.exitCode !== ExitCode.ok)
    return withWord(first.result, `The old credentials stay valid. ${again} continues.`);
  if (keepPrevious) return withWord(first.result, `The old credentials stay valid until you run ${again}.`);

  await cluster.removePreviousCredentials(plan.namespace, rotation);
  context.progress.note('Everything uses the new credentials; the old ones are removed');
  const second = await up(context, { ...asUp, ...options });
  const isGone = second.exitCode === ExitCode.ok;
  return withWord(
    second,
    isGone
      ? `The credentials of ${name} are new, and the old ones are no longer valid.`
      : `The old credentials are no longer in the Secret, but ${name} may still accept them until \`bigdata up\` has succeeded.`,
  );
}

function rotationOf(
  component: PlannedComponent | undefined,
  { component: name, file }: RotateOptions,
): Rotation {
  if (component?.rotation !== undefined) return component.rotation;
  throw new UserError({
    message: `${name} has no credentials that can be rotated`,
    where: file,
    unchanged: 'Nothing was touched',
    next: 'Rotate those of a component with `rotation` in its component.yaml. After you change a Secret yourself, `bigdata up` restarts what reads it',
    exitCode: ExitCode.usage,
  });
}

/** A Secret that the chart did not generate is the business of whoever made it. */
async function refuseOthersSecret(
  cluster: Cluster,
  { namespace }: Plan,
  name: string,
  { secret, keys }: Rotation,
): Promise<void> {
  const proof = (await cluster.proofs(namespace)).get(name);
  if (proof?.objects.includes(`Secret/${secret}`)) return;
  const previous = Object.values(keys).join(' and ');
  const parts =
    proof === undefined
      ? { message: `${name} is not installed and proven`, next: '`bigdata up` first' }
      : {
          message: `${name} uses a Secret that its chart did not generate`,
          next: `Change your own Secret, with the old values in ${previous}, and run \`bigdata up\`; then remove these keys and run it again`,
        };
  throw new UserError({
    ...parts,
    where: `Secret ${namespace}/${secret}`,
    unchanged: 'Nothing was touched',
    exitCode: ExitCode.usage,
  });
}

/** Adds new credentials, unless a rotation was begun already. */
async function add(
  { platform, progress }: CommandContext,
  cluster: Cluster,
  { namespace }: Plan,
  rotation: Rotation,
): Promise<void> {
  const where = `Secret ${namespace}/${rotation.secret}`;
  const known = await cluster.secret(namespace, rotation.secret);
  const isBegun = Object.values(rotation.keys).some((previous) => known?.[previous] !== undefined);
  const temporal = isBegun ? undefined : await platform.temporal.find();
  try {
    const running = temporal && (await findRunning(temporal.client, operationId(cluster.uid, namespace)));
    if (running) {
      throw new UserError({
        message: `An operation is running: ${running.kind}, since ${running.startedAt.toISOString()}`,
        where: `workflow ${running.id}`,
        unchanged: 'Nothing was touched; the running operation continues',
        next: '`bigdata status --follow` watches it until it ends; then run this command again',
        exitCode: ExitCode.busy,
      });
    }
  } finally {
    await temporal?.close();
  }
  const isAdded = await cluster.addCredentials(namespace, rotation);
  progress.note(
    isAdded
      ? `${where} has new credentials; the old ones stay valid until everything uses the new ones`
      : `${where} has new credentials already; the rotation continues`,
  );
}

/** What came of the installs, and which components have pods that have not read the new credentials. */
type Spread =
  | { readonly result: CommandResult }
  | { readonly result: CommandResult; readonly behind: string[] };

/** Has everything read the new credentials. */
async function spread(
  context: CommandContext,
  cluster: Cluster,
  plan: Plan,
  { rotation, options }: { readonly rotation: Rotation; readonly options: RotateOptions },
): Promise<Spread> {
  for (let left = attempts; ;) {
    const result = await up(context, { ...asUp, ...options });
    if (result.exitCode !== ExitCode.ok) return { result };
    const behind = await readersBehind(cluster, plan, rotation);
    if (behind.length === 0) return { result };
    if (--left === 0) return { result, behind };
  }
}

async function readersBehind(
  cluster: Cluster,
  { namespace, components }: Plan,
  { secret }: Rotation,
): Promise<string[]> {
  const releases = components.map(({ release }) => release);
  const looks = await cluster.looks(namespace, releases, cluster.proofs(namespace));
  return components
    .filter(({ release }) => looks.get(release)?.rotated.includes(secret))
    .map(({ name }) => name);
}

function withWord(result: CommandResult, word: string): CommandResult {
  const { text, document } = result;
  return { ...result, text: `${text}${word}\n`, document: { ...(document as object), rotation: word } };
}
