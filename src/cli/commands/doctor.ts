/** @module */
import { ExitCode, sentence } from '../../errors.js';
import type { CommandContext, CommandResult } from '../command.js';
import type { Finding } from '../platform/platform.js';
import type { Style } from '../render/style.js';

/** Looks at each prerequisite and each process, and tells what to do. Changes nothing. */
export async function doctor(context: CommandContext): Promise<CommandResult> {
  const { platform, style } = context;
  const [machine, node, temporal, workers] = await Promise.all([
    platform.machine.check(),
    platform.node.findings(),
    platform.temporal.findings(),
    platform.workers.findings(),
  ]);
  const groups = { machine, kubernetes: node, temporal, workers };
  const bad = Object.values(groups)
    .flat()
    .filter(({ state }) => state === 'bad');
  const text = Object.entries(groups).map(([name, findings]) => renderGroup(name, findings, style));
  const verdict =
    bad.length === 0 ? style.good('Nothing is wrong.') : style.bad(`${bad.length} to fix, see above.`);
  return {
    exitCode: bad.length === 0 ? ExitCode.ok : ExitCode.environment,
    text: `${text.join('\n')}\n${verdict}\n`,
    document: { healthy: bad.length === 0, ...groups },
  };
}

function renderGroup(name: string, findings: readonly Finding[], style: Style): string {
  const lines = findings.map(({ name: what, state, detail, next }) => {
    const mark = { good: style.good('ok '), bad: style.bad('bad'), off: style.faint('off') }[state];
    return `  ${mark} ${what}: ${detail}\n${next === undefined ? '' : `      ${style.faint('next:')} ${sentence(next)}\n`}`;
  });
  return `${style.strong(name)}\n${lines.join('')}`;
}
