/** @module */
import { ExitCode } from '../../errors.js';
import type { CommandContext, CommandResult } from '../command.js';

/** Tells the versions of this program and of what it runs on. */
export async function version({ platform, style }: CommandContext): Promise<CommandResult> {
  const versions = await platform.collectors.versions();
  const rows = Object.entries(versions);
  const columns = Math.max(...rows.map(([name]) => name.length));
  return {
    exitCode: ExitCode.ok,
    text: rows.map(([name, value]) => `${style.faint(name.padEnd(columns))}  ${value}\n`).join(''),
    document: versions,
  };
}
