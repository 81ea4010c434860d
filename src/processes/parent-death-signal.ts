/**
 * Child processes that do not outlive this one, whatever ends it.
 *
 * @module
 */
import { execa } from 'execa';

/** Has the kernel kill what it starts as soon as this process is gone (`prctl(PR_SET_PDEATHSIG)`). Part of util-linux. */
const starter = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

let startableOnce: Promise<boolean> | undefined;

/** True if a program started by {@link withParentDeathSignal} dies with this process. BusyBox has a setpriv that cannot do it. */
export async function hasParentDeathSignal(): Promise<boolean> {
  startableOnce ??= execa(starter[0], [...starter.slice(1), 'true'], { reject: false }).then(
    ({ failed }) => !failed,
  );
  return process.platform === 'linux' && (await startableOnce);
}

/** The command that starts a program so that it dies with this process, as far as the system can do that. */
export async function withParentDeathSignal(
  program: string,
  args: readonly string[],
): Promise<readonly [string, ...string[]]> {
  return (await hasParentDeathSignal()) ? [...starter, program, ...args] : [program, ...args];
}

/** True if this is how the starter says that there is no such program. */
export function isStarterFailure(standardError: string): boolean {
  return standardError.startsWith(`${starter[0]}: failed to execute`);
}
