/** @module */
import type { CommandContext, CommandResult, StackOptions } from '../command.js';
import { listedPart } from '../target.js';
import { tool } from './tool.js';

export interface LogsOptions extends StackOptions {
  readonly component: string;
  readonly follow: boolean;
  /** Of the containers' runs before the last restart. */
  readonly previous: boolean;
  /** Lines of each container. */
  readonly tail: number;
}

/** Containers whose logs are followed at a time: kubectl refuses more unless it is told. */
const mostFollowed = '100';

/** Shows the log of a component's pods, those of its checks included, each line with its pod and container. */
export async function logs(context: CommandContext, options: LogsOptions): Promise<CommandResult> {
  const { component, follow, previous, tail } = options;
  const { components } = await listedPart(context, options, component);
  const args = [
    'logs',
    '--selector',
    `app.kubernetes.io/instance=${components[0]?.release}`,
    '--all-containers',
    '--prefix',
    '--ignore-errors',
    '--tail',
    String(tail),
    ...(follow ? ['--follow', '--max-log-requests', mostFollowed] : []),
    ...(previous ? ['--previous'] : []),
  ];
  return await tool(context, 'kubectl', args, options);
}
