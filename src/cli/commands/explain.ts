/** @module */
import { ExitCode, UserError } from '../../errors.js';
import { type CauseType, causes, isCauseType } from '../../stack/operation/causes.js';
import { suggest } from '../../stack/files/document/nearest.js';
import type { CommandContext, CommandResult } from '../command.js';
import type { Style } from '../render/style.js';
import { renderTable } from '../render/table.js';

/** Says what a cause means, when it is told and what people do about it; all of them by one line each if none is named. */
export async function explain(
  { style, width }: CommandContext,
  type: string | undefined,
): Promise<CommandResult> {
  if (type === undefined) {
    const rows = Object.entries(causes).map(([name, { what }]) => [style.strong(name), what]);
    return {
      exitCode: ExitCode.ok,
      text: renderTable(['cause', 'what is wrong'], rows, style, width),
      document: { causes },
    };
  }
  if (!isCauseType(type)) {
    throw new UserError({
      message: `There is no cause ${type}`,
      unchanged: 'Nothing was touched',
      next: capitalised(suggest(type, Object.keys(causes))),
      exitCode: ExitCode.usage,
    });
  }
  return {
    exitCode: ExitCode.ok,
    text: renderCause(type, style),
    document: { cause: type, ...causes[type] },
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
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
