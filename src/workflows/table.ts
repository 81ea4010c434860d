/**
 * An operation as a Markdown table, for the Web UI. Pure.
 *
 * @module
 */
import { decisionCommands, undecided } from '../stack/decisions.js';
import type { ComponentState, OperationState } from '../stack/operation-types.js';

/** One row a component, then what waits for a decision, then what is left. */
export function boardTable(state: OperationState): string {
  const { operation, stack, namespace, components, left } = state;
  const rows = components.map(
    (each) => `| ${each.name} | ${phaseText(each)} | ${seconds(each)} | ${remark(each)} |`,
  );
  const leftovers = left?.map(({ kind, name, why, detail }) => `- ${why}: ${kind} ${name} (${detail})`) ?? [];
  const title = `**${operation} ${stack}** in namespace \`${namespace}\``;
  const table = ['| component | phase | time | |', '| --- | --- | --- | --- |', ...rows];
  return [
    title,
    '',
    ...table,
    ...undecided(state).flatMap(waysOut),
    ...(leftovers.length > 0 ? ['', 'Left:', ...leftovers] : []),
  ].join('\n');
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

/** A phase in words. */
export function phaseText({ phase }: ComponentState): string {
  switch (phase) {
    case 'deciding':
      return 'failed, waits for a decision';
    case 'rolling-back':
      return 'rolling back';
    case 'rolled-back':
      return 'rolled back';
    default:
      return phase;
  }
}

function seconds({ milliseconds }: ComponentState): string {
  return milliseconds === 0 ? '' : `${(milliseconds / 1_000).toFixed(1)} s`;
}

function remark({ phase, unchanged, cause, checks, detail = '', notes = [] }: ComponentState): string {
  const said = cause
    ? [`${cause.type}: ${cause.message}`, phase === 'rolled-back' ? detail : '']
    : [unchanged ? 'unchanged' : '', ...checks.map(({ proves }) => proves), detail];
  const text = [...said, ...notes].filter((each) => each !== '').join('; ');
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
