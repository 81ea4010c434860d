/** @module */
import { operationId } from '../../client/naming.js';
import { findRunning } from '../../client/running.js';
import { ExitCode, UserError } from '../../errors.js';
import type { Plan, PlannedComponent, Rotation } from '../../stack/plan/plan-types.js';
import type { CommandContext, CommandResult, Interruption, StackOptions } from '../command.js';
import { type ComponentStatus, componentStatuses } from '../operations/component-status.js';
import { lookAtStack } from '../operations/look-at-stack.js';
import { hasNoPrevious, isBegun, isEnded, isGenerated } from '../operations/rotation.js';
import type { Cluster } from '../platform/platform.js';
import { setOptions, targetOptions } from '../program/command-line.js';
import { namedPart, openSoundCluster, planOf, refuseOthersNamespace } from '../target.js';
import { up } from './up.js';

export interface RotateOptions extends StackOptions {
  readonly component: string;
  /** Whether the old credentials stay valid until the command is run again without it. */
  readonly keepPrevious: boolean;
  /** Does not wait for what is not of the stack and reads the Secret. */
  readonly yes: boolean;
}

/** As `up` without options. */
const asUp = {
  install: true,
  onFailure: 'wait',
  unlisted: 'keep',
  drift: 'repair',
  adopt: false,
} as const;

/** How often it begins anew, should a recovery or another hand set the Secret back. */
const attempts = 3;

/**
 * Replaces a component's credentials: the new ones are valid beside the old ones until everything that reads them was restarted and
 * proven. How far it has come is in the Secret, so that the same command goes on after any interruption.
 */
export async function rotate(context: CommandContext, options: RotateOptions): Promise<CommandResult> {
  const plan = await planOf(context, options);
  const [component] = namedPart(plan, options, [options.component], 'nothing').components;
  const rotation = rotationOf(component, options);
  const cluster = await openSoundCluster(context, options);
  await refuseOthersNamespace(cluster, plan);
  return await new Rotating(context, options, { cluster, plan, rotation }).run();
}

interface Subject {
  readonly cluster: Cluster;
  readonly plan: Plan;
  readonly rotation: Rotation;
}

/** What came of an install. */
interface Spread {
  readonly result: CommandResult;
  /** True if everything is proven and has read the Secret. */
  readonly done: boolean;
  /** What has not, or may not have. */
  readonly behind: readonly string[];
}

class Rotating {
  readonly #context: CommandContext;
  readonly #options: RotateOptions;
  readonly #subject: Subject;

  constructor(context: CommandContext, options: RotateOptions, subject: Subject) {
    this.#context = context;
    this.#options = options;
    this.#subject = subject;
  }

  async run(): Promise<CommandResult> {
    const { cluster, plan, rotation } = this.#subject;
    const { component: name, keepPrevious } = this.#options;
    const wasBegun = isBegun(rotation, await this.#secret());
    if (!wasBegun) {
      await this.#refuseWhileOthersRun();
      await this.#refuseUnproven();
    }
    await this.#refuseOthersSecret(wasBegun);
    let begun = wasBegun;
    for (let left = attempts; left > 0; left--) {
      const now = await this.#secret();
      // Somebody else came to the end of it first.
      if (begun && hasNoPrevious(rotation, now)) {
        const { result, done } = await this.#spread({ others: false });
        return withWord(result, done ? this.#ended(wasBegun) : this.#perhapsValid());
      }
      if (!isBegun(rotation, now)) await this.#add();
      begun = true;
      const first = await this.#spread({ others: true });
      if (!first.done) return withWord(first.result, this.#stillValid(first.behind));
      if (keepPrevious)
        return withWord(first.result, `The old credentials stay valid until you run ${this.#command()}.`);
      const spread = await this.#secret();
      // A release that is recovered brings back what it had.
      if (spread === undefined || !isBegun(rotation, spread)) continue;
      await cluster.removePreviousCredentials(plan.namespace, rotation);
      this.#context.progress.note(`The old credentials are removed from ${this.#where()}`);
      const second = await this.#spread({ others: false });
      if (!second.done) return withWord(second.result, this.#perhapsValid());
      if (isEnded(rotation, spread, await this.#secret()))
        return withWord(second.result, this.#ended(wasBegun));
    }
    throw new UserError({
      message: `The credentials of ${name} are set back again and again`,
      where: this.#where(),
      unchanged: 'What is proven stays; the old credentials are valid',
      next: `See who writes to the Secret (\`bigdata kubectl get secret ${rotation.secret} --show-managed-fields -o yaml\`), then run ${this.#command()}`,
      exitCode: ExitCode.failed,
    });
  }

  /** Adds new credentials. */
  async #add(): Promise<void> {
    const { cluster, plan, rotation } = this.#subject;
    await cluster.addCredentials(plan.namespace, rotation);
    this.#context.progress.note(
      `${this.#where()} has new credentials; the old ones stay valid until everything uses the new ones`,
    );
  }

  /**
   * Has everything read the Secret. The first install may be one that was attached to, and began before it was changed.
   *
   * @param others - also what is not of the stack
   */
  async #spread({ others }: { readonly others: boolean }): Promise<Spread> {
    const { cluster, plan, rotation } = this.#subject;
    for (let left = 2; ;) {
      const result = await this.#up();
      if (result.exitCode !== ExitCode.ok) return { result, done: false, behind: [] };
      const behind = (await cluster.readersBehind(plan.namespace, rotation.secret))
        .filter(({ isKnown }) => isKnown || (others && !this.#options.yes))
        .map(({ reader }) => reader);
      if (behind.length === 0) return { result, done: true, behind };
      if (--left === 0) return { result: { ...result, exitCode: ExitCode.failed }, done: false, behind };
    }
  }

  /** Restarts and proves what is installed of the stack; installs and removes nothing else. */
  async #up(): Promise<CommandResult> {
    const installed = await this.#installed();
    const only = installed.map(({ name }) => name);
    // Whoever interrupts it is told how the rotation continues, at any time.
    const context: CommandContext = {
      ...this.#context,
      onInterrupt: (interruption) => this.#onInterrupt(interruption),
    };
    try {
      return await up(context, { ...asUp, ...this.#options, only, yes: false });
    } catch (error) {
      if (isBegun(this.#subject.rotation, await this.#secret().catch(() => undefined)))
        this.#context.progress.note(this.#stillValid([]));
      throw error;
    } finally {
      this.#onInterrupt({ text: 'Interrupted.\n', document: { interrupted: true } });
    }
  }

  #onInterrupt(interruption: Interruption | undefined): void {
    const word = `The rotation is not complete: ${this.#command(this.#keeping())} continues.\n`;
    this.#context.onInterrupt(
      interruption && {
        text: `${interruption.text}${word}`,
        document: { ...(interruption.document as object), rotation: word.trim() },
      },
    );
  }

  async #installed(): Promise<ComponentStatus[]> {
    const { cluster, plan } = this.#subject;
    const statuses = componentStatuses(plan, await lookAtStack(cluster, plan), []);
    const isPlanned = ({ name }: ComponentStatus) => plan.components.some((each) => each.name === name);
    return statuses.filter((each) => each.release !== undefined && isPlanned(each));
  }

  /** What else is to be changed is another matter. */
  async #refuseUnproven(): Promise<void> {
    const { component: name, set } = this.#options;
    const installed = await this.#installed();
    const other = installed.find(({ standing }) => standing !== 'proven' && standing !== 'installed');
    if (other === undefined && installed.some((each) => each.name === name)) return;
    throw new UserError({
      message:
        other === undefined
          ? `${name} is not installed`
          : `${other.name} is ${other.standing}${other.missing === undefined ? '' : ` (without ${other.missing})`}, and credentials are only replaced where everything is proven`,
      where: this.#options.file,
      unchanged: 'Nothing was touched',
      next: `\`bigdata up${setOptions(set)}${targetOptions(this.#context, this.#options)}\` first`,
      exitCode: ExitCode.usage,
    });
  }

  async #secret(): Promise<Readonly<Record<string, string>> | undefined> {
    const { cluster, plan, rotation } = this.#subject;
    return await cluster.secret(plan.namespace, rotation.secret);
  }

  /** An install that runs would give new credentials to some before they are valid. */
  async #refuseWhileOthersRun(): Promise<void> {
    const { cluster, plan } = this.#subject;
    const temporal = await this.#context.platform.temporal.find();
    try {
      const running =
        temporal && (await findRunning(temporal.client, operationId(cluster.uid, plan.namespace)));
      if (!running || running.watch) return;
      throw new UserError({
        message: `An operation is running: ${running.kind}, since ${running.startedAt.toISOString()}`,
        where: `workflow ${running.id}`,
        unchanged: 'Nothing was touched; the running operation continues',
        next: '`bigdata status --follow` watches it until it ends; then run this command again',
        exitCode: ExitCode.busy,
      });
    } finally {
      await temporal?.close();
    }
  }

  /** A Secret that the chart did not generate is the business of whoever made it. */
  async #refuseOthersSecret(wasBegun: boolean): Promise<void> {
    const { cluster, plan, rotation } = this.#subject;
    const { component: name } = this.#options;
    const proof = (await cluster.proofs(plan.namespace)).get(name);
    // A check in the middle of a rotation may have refuted it.
    if (wasBegun && proof === undefined) return;
    const secret = await this.#secret();
    const missing = Object.keys(rotation.keys).filter((key) => !secret?.[key]);
    if (isGenerated(rotation, proof) && missing.length === 0) return;
    const previous = Object.values(rotation.keys).join(' and ');
    throw new UserError({
      message: isGenerated(rotation, proof)
        ? `The Secret of ${name} has no ${missing.join(' and ')}`
        : `${name} uses a Secret that its chart did not generate`,
      where: isGenerated(rotation, proof) ? this.#where() : this.#options.file,
      unchanged: 'No credentials were changed',
      next: `Change your own Secret, with the old values in ${previous}, and run \`bigdata up\`; then remove these keys and run it again`,
      exitCode: ExitCode.usage,
    });
  }

  #where(): string {
    return `Secret ${this.#subject.plan.namespace}/${this.#subject.rotation.secret}`;
  }

  #command(options = ''): string {
    const { component, set } = this.#options;
    return `\`bigdata rotate ${component}${options}${setOptions(set)}${targetOptions(this.#context, this.#options)}\``;
  }

  #keeping(): string {
    return this.#options.keepPrevious ? ' --keep-previous' : '';
  }

  #stillValid(behind: readonly string[]): string {
    const again = this.#command(this.#keeping());
    return behind.length === 0
      ? `The old credentials stay valid. ${again} continues.`
      : `The old credentials stay valid, because these started before there were new ones: ${behind.join(', ')}. Restart what is not of this stack, then run ${again}, or with \`--yes\` without waiting for it.`;
  }

  #perhapsValid(): string {
    const { component: name, set } = this.#options;
    const again = `\`bigdata up${setOptions(set)}${targetOptions(this.#context, this.#options)}\``;
    return `The old credentials are no longer in the Secret, but ${name} may accept them until ${again} has succeeded.`;
  }

  #ended(wasBegun: boolean): string {
    const { component: name } = this.#options;
    return wasBegun
      ? `The rotation that was begun earlier is complete: its old credentials are no longer valid. ${this.#command()} replaces the present ones.`
      : `The credentials of ${name} are new, and the old ones are no longer valid.`;
  }
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

function withWord(result: CommandResult, word: string): CommandResult {
  const { text, document } = result;
  return { ...result, text: `${text}${word}\n`, document: { ...(document as object), rotation: word } };
}
