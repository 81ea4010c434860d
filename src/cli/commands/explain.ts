/** @module */
import { ExitCode, UserError } from '../../errors.js';
import { type CauseType, causes, isCauseType } from '../../stack/operation/causes.js';
import { suggest } from '../../stack/files/document/nearest.js';
import type { CommandContext, CommandResult } from '../command.js';
import type { Style } from '../render/style.js';
import { renderTable } from '../render/table.js';

/** Explains a cause; without one, lists all of them. */
export async function explain(
  { style, width }: CommandContext,
  named: string | undefined,
): Promise<CommandResult> {
  if (named === undefined || named === '') {
    const rows = Object.entries(causes).map(([name, { what }]) => [style.strong(name), what]);
    return {
      exitCode: ExitCode.ok,
      text: renderTable(['cause', 'what is wrong'], rows, style, width),
      document: { causes },
    };
  }
  const type = Object.keys(causes).find((each) => each.toLowerCase() === named.toLowerCase());
  if (type === undefined || !isCauseType(type)) {
    throw new UserError({
      message: `There is no cause ${named}`,
      unchanged: 'Nothing was touched',
      next: suggest(named, Object.keys(causes)),
      exitCode: ExitCode.usage,
    });
  }
  return {
    exitCode: ExitCode.ok,
    text: renderCause(type, style),
    document: { cause: type, ...causes[type] },
  };
}

function renderCause(type: CauseType, style: Style): string {
  const { what, reported, next } = causes[type];
  return [
    `${style.strong(type)}: ${what}`,
    `  ${style.faint('reported:')} ${reported}`,
    `  ${style.faint('next:')} ${next}`,
    '',
  ].join('\n');
}
