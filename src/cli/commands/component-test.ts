/** @module */
import { tryCheck } from '../../client/try-check.js';
import type { Breakage } from '../../contract/breakages.js';
import { ExitCode } from '../../errors.js';
import type { Cause } from '../../stack/operation/operation-types.js';
import type { Plan, PlannedCheck, PlannedComponent } from '../../stack/plan/plan-types.js';
import { sentinelCheck } from '../../stack/plan/sentinel.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { TriedCheck } from '../../workflows/try-check.js';
import type { CommandContext, CommandResult } from '../command.js';
import type { Cluster } from '../platform/platform.js';
import { duration } from '../render/duration.js';
import { renderTable } from '../render/table.js';
import { openRunningCluster, prepareOperation } from '../target.js';
import { componentCheck } from './component-check.js';
import { uninstall } from './uninstall.js';
import { up } from './up.js';

/** One thing that was tried, and how it went. */
interface Tried {
  readonly what: string;
  readonly milliseconds: number;
  /** Why it did not go as it should. */
  readonly fault?: string;
}

/**
 * Tries a component on the local cluster, with all that it needs, in a namespace of its own: installs and proves it, sees that
 * nothing is done again, that each check fails when it should, that its sentinel tells what is lost, and that nothing is left.
 */
export async function componentTest(context: CommandContext, folder: string): Promise<CommandResult> {
  const checked = await componentCheck(context, folder);
  if (checked.exitCode !== ExitCode.ok) return checked;
  const { contract, stacks } = context.platform;
  const component = await contract.load(folder);
  const breakages = await contract.breakages(component);
  const file = await contract.writeTestStack(component);
  const plan = await stacks.plan(file, 'local');
  const planned = plan.components.find(({ name }) => name === component.name) as PlannedComponent;
  const tries = new Tries(context);
  context.onInterrupt({
    text: `Interrupted. What is done stays: \`bigdata component test ${folder}\` begins again with it, \`bigdata uninstall -f ${file} --delete-data --yes\` removes it.\n`,
    document: { interrupted: true, stackFile: file },
  });
  // What the commands say when they are interrupted is for those who type them.
  const quietly: CommandContext = { ...context, onInterrupt: () => {} };

  const bringUp = (): Promise<CommandResult> => up(quietly, { ...upOptions, file });
  const failed =
    (await tries.command('it is installed and proven', bringUp)) ??
    (await tries.command('a second `up` changes nothing', bringUp, (document) =>
      (document as { unchanged?: boolean }).unchanged === true ? undefined : 'something was done again',
    ));
  if (failed !== undefined) return tries.end(component.name, file, failed.text);
  const cluster = await openRunningCluster(context, {});
  const temporal = await prepareOperation(context, cluster);
  try {
    const bench = new Bench(context, cluster, temporal, plan, planned);
    for (const breakage of breakages)
      await tries.run(`${breakage.check} fails if ${breakage.name}`, () => bench.break(breakage));
    if (planned.sentinel !== undefined)
      await tries.run('its sentinel is found if, and only if, it was written', () => bench.sentinel());
  } finally {
    await temporal.close();
  }
  if (tries.failed) return tries.end(component.name, file, '');
  const result = await tries.command('it is removed with its data, and nothing is left', () =>
    uninstall(quietly, { file, deleteData: true, yes: true }),
  );
  if (result === undefined) await contract.removeTestStack(file);
  return tries.end(component.name, file, result?.text ?? '');
}

const upOptions = {
  install: true,
  onFailure: 'abort',
  unlisted: 'remove',
  drift: 'repair',
  adopt: false,
  yes: false,
} as const;

/** What is tried, in order. */
class Tries {
  readonly #context: CommandContext;
  readonly #tried: Tried[] = [];

  constructor(context: CommandContext) {
    this.#context = context;
  }

  get failed(): boolean {
    return this.#tried.some(({ fault }) => fault !== undefined);
  }

  /** Tries one thing. @param attempt - gives why it did not go as it should */
  async run(what: string, attempt: () => Promise<string | undefined>): Promise<void> {
    const start = performance.now();
    const fault = await attempt();
    const milliseconds = Math.round(performance.now() - start);
    this.#tried.push({ what, milliseconds, ...(fault === undefined ? {} : { fault }) });
    this.#context.progress.note(
      `${fault === undefined ? 'as it should be' : 'not as it should be'}: ${what}`,
    );
  }

  /** Runs a command. @returns its result if it failed */
  async command(
    what: string,
    command: () => Promise<CommandResult>,
    faultIn: (document: unknown) => string | undefined = () => undefined,
  ): Promise<CommandResult | undefined> {
    let failed: CommandResult | undefined;
    await this.run(what, async () => {
      const result = await command();
      const fault = result.exitCode === ExitCode.ok ? faultIn(result.document) : 'it failed';
      if (fault !== undefined) failed = result;
      return fault;
    });
    return failed;
  }

  /** @param text - of the command that failed */
  end(name: string, file: string, text: string): CommandResult {
    const { style, width } = this.#context;
    const rows = this.#tried.map(({ what, milliseconds, fault }) => [
      fault === undefined ? style.good('ok') : style.bad('failed'),
      duration(milliseconds),
      fault === undefined ? what : `${what}\n${fault}`,
    ]);
    const headline = this.failed
      ? `${style.bad(`${name} is not as it should be.`)} It was left as it is: \`bigdata status -f ${file}\` shows it, \`bigdata uninstall -f ${file} --delete-data --yes\` removes it.`
      : style.good(`${name} works, its checks fail when they should, and nothing of it is left.`);
    return {
      exitCode: this.failed ? ExitCode.failed : ExitCode.ok,
      text: `${text}\n${renderTable(['result', 'time', 'what was tried'], rows, style, width)}\n${headline}\n`,
      document: { component: name, stackFile: file, ok: !this.failed, tried: this.#tried },
    };
  }
}

/** An installed component, to be broken and put right again. */
class Bench {
  readonly #context: CommandContext;
  readonly #cluster: Cluster;
  readonly #temporal: TemporalServer;
  readonly #plan: Plan;
  readonly #component: PlannedComponent;

  constructor(
    context: CommandContext,
    cluster: Cluster,
    temporal: TemporalServer,
    plan: Plan,
    component: PlannedComponent,
  ) {
    this.#context = context;
    this.#cluster = cluster;
    this.#temporal = temporal;
    this.#plan = plan;
    this.#component = component;
  }

  /** Breaks it, sees that the check fails for the reason that it should, puts it right, and sees it pass again. */
  async break({ break: steps, check: name, says, timeout }: Breakage): Promise<string | undefined> {
    const check = this.#component.checks.find((each) => each.name === name) as PlannedCheck;
    const repairs: (() => Promise<void>)[] = [];
    let broken: TriedCheck;
    try {
      for (const step of steps)
        repairs.unshift(
          await this.#context.platform.contract.break(this.#cluster.access, this.#plan.namespace, step),
        );
      broken = await this.#try(check, false, timeout);
    } finally {
      for (const repair of repairs) await repair();
    }
    const repaired = await this.#try(check, true);
    if ('proven' in broken) return `${name} passed, although it was broken`;
    const reason = reasonOf(broken.cause);
    if (!new RegExp(says).test(reason))
      return `${name} failed for another reason than ${JSON.stringify(says)}: ${reason}`;
    return 'cause' in repaired
      ? `${name} does not pass after it was put right again: ${reasonOf(repaired.cause)}`
      : undefined;
  }

  /** Reads before anything is written, which must fail; writes, reads and removes. */
  async sentinel(): Promise<string | undefined> {
    const { sentinel } = this.#component;
    if (sentinel === undefined) return undefined;
    const before = await this.#try(sentinelCheck(sentinel, 'read'), true);
    if ('proven' in before) return 'its records are read before they are written';
    const facts: unknown[] = [];
    for (const step of ['write', 'read', 'remove'] as const) {
      const tried = await this.#try(sentinelCheck(sentinel, step), true);
      if ('cause' in tried) return `sentinel-${step} failed: ${reasonOf(tried.cause)}`;
      facts.push([tried.proven.facts['records'], tried.proven.facts['sha256']]);
    }
    const [written, read] = facts;
    return JSON.stringify(written) === JSON.stringify(read)
      ? undefined
      : `other records are read (${JSON.stringify(read)}) than were written (${JSON.stringify(written)})`;
  }

  #try(check: PlannedCheck, ready: boolean, timeout?: number): Promise<TriedCheck> {
    const { stack, namespace } = this.#plan;
    const { timeouts } = this.#component;
    const component = { ...this.#component, timeouts: { ...timeouts, check: timeout ?? timeouts.check } };
    return tryCheck(this.#temporal.client, this.#cluster.uid, { stack, namespace, component, check, ready });
  }
}

function reasonOf({ message, details = [] }: Cause): string {
  return [message, ...details].join('\n');
}
