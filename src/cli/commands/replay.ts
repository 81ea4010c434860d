/** @module */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { fetchHistory, parseHistory, workflowIdOf, workflowTypeOf } from '../../client/histories.js';
import type { History } from '../../client/histories.js';
import { ExitCode, UserError } from '../../errors.js';
import type { Divergence } from '../../temporal/replay.js';
import type { CommandContext, CommandResult } from '../command.js';
import { errorText } from '../../util/error-text.js';

export interface ReplayOptions {
  /** Run of the workflow, where Temporal is asked for the history. */
  readonly runId?: string;
}

interface NamedHistory {
  readonly history: History;
  readonly workflowId: string;
  /** For people. */
  readonly source: string;
}

/**
 * Says whether today's workflows go the way that a history went. A file needs neither Temporal nor a cluster.
 *
 * @param name - a file, e.g. out of a support bundle, or the ID of a workflow in Temporal
 */
export async function replay(
  context: CommandContext,
  name: string,
  { runId }: ReplayOptions,
): Promise<CommandResult> {
  const file = await readIfThere(name);
  const { history, workflowId, source } =
    file === undefined ? await fromTemporal(context, name, runId) : fromFile(name, file);
  const divergence = await context.platform.workers.replay(history, workflowId);
  const events = history.events?.length ?? 0;
  const type = workflowTypeOf(history);
  const facts = { workflowId, workflowType: type, source, events };
  if (divergence === undefined) {
    return {
      exitCode: ExitCode.ok,
      text: `${context.style.good(`Compatible: today's ${type} goes the same way through all ${events} events.`)}\n`,
      document: { compatible: true, ...facts },
    };
  }
  const where = eventOf(history, divergence);
  const lines = [
    context.style.bad(`Not compatible: today's ${type} goes another way than this history.`),
    ...(where === undefined ? [] : [`  where: event ${where.id} of ${events}, ${where.type}, ${where.time}`]),
    `  why:   ${divergence.message}`,
    '  next:  let the version that started the operation finish it, or put the change of the workflow behind `patched()`',
  ];
  return {
    exitCode: ExitCode.failed,
    text: `${lines.join('\n')}\n`,
    document: {
      compatible: false,
      ...facts,
      reason: divergence.message,
      ...(where === undefined ? {} : { divergesAt: where }),
    },
  };
}

/** Undefined if there is no such file: then the name is that of a workflow, unless it looks like nothing but a file. */
async function readIfThere(name: string): Promise<string | undefined> {
  try {
    return await readFile(name, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const absent = code === 'ENOENT';
    const isFolder = code === 'EISDIR';
    if (absent && !name.endsWith('.json')) {
      return undefined;
    }
    throw new UserError({
      message: absent
        ? 'There is no such file'
        : isFolder
          ? 'This is a folder'
          : `The file cannot be read: ${errorText(error)}`,
      where: name,
      unchanged: 'Nothing was touched',
      next: 'Name a history as JSON, or the ID of a workflow in Temporal',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}

function fromFile(name: string, text: string): NamedHistory {
  try {
    const history = parseHistory(text);
    return { history, workflowId: workflowIdOf(history) ?? basename(name, '.json'), source: name };
  } catch (error) {
    throw new UserError({
      message: `The file holds no history of a workflow: ${errorText(error).split('\n')[0]}`,
      where: name,
      unchanged: 'Nothing was touched',
      next: 'Take a file from `histories/` of a support bundle, or from `temporal workflow show --output json`',
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}

async function fromTemporal(
  { platform }: CommandContext,
  workflowId: string,
  runId: string | undefined,
): Promise<NamedHistory> {
  const temporal = await platform.temporal.find();
  if (temporal === undefined) {
    throw new UserError({
      message: `There is no file ${workflowId}, and Temporal, which may have a workflow with that ID, does not run`,
      unchanged: 'Nothing was touched',
      next: '`bigdata up --no-install` starts it; or name a file',
      exitCode: ExitCode.environment,
    });
  }
  try {
    const history = await fetchHistory(temporal.client, workflowId, runId);
    if (history === undefined) {
      throw new UserError({
        message: 'There is no file and no workflow with that name',
        where: `${workflowId}${runId === undefined ? '' : `, run ${runId}`}, ${temporal.address}`,
        unchanged: 'Nothing was touched',
        next: 'The IDs of operations are in the Web UI, in `bigdata status -o json` and in support bundles',
        exitCode: ExitCode.usage,
      });
    }
    return { history, workflowId, source: temporal.address };
  } finally {
    await temporal.close();
  }
}

interface DivergingEvent {
  readonly id: number;
  readonly type: string;
  readonly time: string;
}

function eventOf(history: History, { eventId }: Divergence): DivergingEvent | undefined {
  const event = history.events?.find(({ eventId: id }) => Number(id) === eventId);
  if (eventId === undefined || event === undefined) {
    return undefined;
  }
  const kind = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '';
  const name = kind.replace(/EventAttributes$/, '');
  const milliseconds = Number(event.eventTime?.seconds ?? 0) * 1_000;
  return {
    id: eventId,
    type: name.charAt(0).toUpperCase() + name.slice(1),
    time: new Date(milliseconds).toISOString(),
  };
}
