/** @module */
import { endWatch, findWatch, setWatch } from '../../client/watch.js';
import type { Watch, WatchSettings } from '../../client/watch.js';
import { ExitCode, UserError } from '../../errors.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import { duration as durationSchema } from '../../stack/files/schema-parts.js';
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { targetOptions } from '../program/command-line.js';
import { duration } from '../render/duration.js';
import { isBroken, renderWatch } from '../render/watch.js';
import { openRunningCluster, planOf, prepareOperation, refuseOthersNamespace } from '../target.js';

export interface WatchCommandOptions extends StackOptions {
  /** From one look to the next, e.g. `1h`; left out, nothing is changed. */
  readonly every?: string;
  readonly repair: boolean;
  readonly off: boolean;
}

/** Milliseconds that must lie between two looks: each runs every check. */
const shortest = 60_000;

/** Has a stack looked at again and again, ends that, or shows what was found; fails if the last look found something wrong. */
export async function watch(context: CommandContext, options: WatchCommandOptions): Promise<CommandResult> {
  const settings = settingsOf(options);
  const plan = await planOf(context, options);
  const cluster = await openRunningCluster(context, options);
  await refuseOthersNamespace(cluster, plan);
  // A look needs a worker as much as a command does.
  const temporal = await prepareOperation(context, cluster);
  try {
    const { client } = temporal;
    if (options.off) return ended(plan, await endWatch(client, cluster.uid, plan.namespace));
    if (settings !== undefined) {
      await setWatch(client, cluster.uid, plan, settings);
      return begun(plan, settings);
    }
    return shown(context, options, plan, await findWatch(client, cluster.uid, plan.namespace));
  } finally {
    await temporal.close();
  }
}

function settingsOf({ every, repair, off }: WatchCommandOptions): WatchSettings | undefined {
  if (off && (every !== undefined || repair)) {
    throw refusal('--off goes with neither --every nor --repair', 'Leave out one of them');
  }
  if (every === undefined) {
    if (repair) throw refusal('--repair says how, and nothing says how often', 'Add --every 1h, for example');
    return undefined;
  }
  const parsed = durationSchema.safeParse(every);
  if (!parsed.success) {
    throw refusal(`--every ${every}: ${parsed.error.issues[0]?.message}`, 'Write it like 30m or 1h');
  }
  if (parsed.data < shortest) {
    throw refusal(`--every ${every} is too often: each look runs every check`, 'Write 1m or more');
  }
  return { every: parsed.data, repair };
}

function refusal(message: string, next: string): UserError {
  return new UserError({ message, unchanged: 'Nothing was touched', next, exitCode: ExitCode.usage });
}

function begun({ stack }: Plan, { every, repair }: WatchSettings): CommandResult {
  const what = repair
    ? 'what drifted is put back, and everything verified'
    : 'everything is verified, and nothing changed';
  return {
    exitCode: ExitCode.ok,
    text: `${stack} is watched: every ${duration(every)} ${what}. \`bigdata watch\` and \`bigdata status\` show what was found.\n`,
    document: { watched: true, every, repair },
  };
}

function ended({ stack }: Plan, wasWatched: boolean): CommandResult {
  return {
    exitCode: ExitCode.ok,
    text: wasWatched ? `${stack} is watched no more.\n` : `${stack} was not watched.\n`,
    document: { watched: false },
  };
}

function shown(
  context: CommandContext,
  options: WatchCommandOptions,
  { stack }: Plan,
  found: Watch | undefined,
): CommandResult {
  if (found === undefined) {
    const text = `${stack} is not watched. \`bigdata watch --every 1h${targetOptions(context, options)}\` begins.\n`;
    return { exitCode: ExitCode.ok, text, document: { watched: false } };
  }
  return {
    exitCode: isBroken(found) ? ExitCode.failed : ExitCode.ok,
    text: renderWatch(stack, found, context.style, context.width),
    document: { watched: true, ...found },
  };
}
