/**
 * An operation as a Markdown table, for the Web UI. Pure.
 *
 * @module
 */
import { shorten } from '../util/shorten.js';
import { decisionCommands, undecided } from '../stack/operation/decisions.js';
import type { CriticalPath } from '../stack/operation/critical-path.js';
import type { ComponentState, OperationState } from '../stack/operation/operation-types.js';
import { describePhase } from '../stack/operation/phases.js';

/** Rows of states, which never change: in a large stack, most of them are the same as the last time. */
const rows = new WeakMap<ComponentState, string>();

/** Characters of all rows: with the rest, a table stays below 64 KB. Only those of large stacks are cut for it. */
const longestRows = 45_000;

/** Components whose ways out are told, and objects that are told to be left. */
const mostTold = 20;

/** One row a component, then what the time went by, what waits for a decision, then what is left. */
export function boardTable(state: OperationState, path?: CriticalPath): string {
  const { operation, stack, namespace, components, left } = state;
  const longestRow = Math.floor(longestRows / components.length);
  const leftovers = left?.map(({ kind, name, why, detail }) => `- ${why}: ${kind} ${name} (${detail})`) ?? [];
  const title = `**${operation} ${stack}** in namespace \`${namespace}\``;
  const table = [
    '| component | phase | time | |',
    '| --- | --- | --- | --- |',
    ...components.map((each) => shorten(rowOf(each), longestRow)),
  ];
  return [
    title,
    '',
    ...table,
    ...(path ? ['', criticalPathOf(path)] : []),
    ...undecided(state).slice(0, mostTold).flatMap(waysOut),
    ...(leftovers.length > 0 ? ['', 'Left:', ...leftovers.slice(0, mostTold)] : []),
  ].join('\n');
}

function rowOf(state: ComponentState): string {
  const row =
    rows.get(state) ?? `| ${state.name} | ${describePhase(state)} | ${seconds(state)} | ${remark(state)} |`;
  rows.set(state, row);
  return row;
}

function criticalPathOf({ components, total, own }: CriticalPath): string {
  return `Critical path: ${components.join(', ')}; ${inSeconds(total)} in all, ${inSeconds(own)} of them at work`;
}

/** What people can decide about a component. */
function waysOut(component: string): string[] {
  const { retry, skip, abort } = decisionCommands(component);
  return [
    '',
    `**${component} waits for a decision:**`,
    `- \`${retry}\` tries again what the stack file says; with \`--set KEY=VALUE\` or \`-f FILE\`, something else`,
    `- \`${skip}\` goes on without it and without what needs it`,
    `- \`${abort}\` ends the install; what is proven stays`,
  ];
}

function seconds({ milliseconds }: ComponentState): string {
  return milliseconds === 0 ? '' : inSeconds(milliseconds);
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

function remark({ phase, unchanged, cause, checks, detail = '', notes = [] }: ComponentState): string {
  const said = cause
    ? [`${cause.type}: ${cause.message}`, phase === 'rolled-back' ? detail : '']
    : [unchanged ? 'unchanged' : '', ...checks.map(({ proves }) => proves), detail];
  const text = [...said, ...notes].filter((each) => each !== '').join('; ');
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
