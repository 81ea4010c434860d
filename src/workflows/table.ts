/**
 * An operation as a Markdown table, for the Web UI. Pure.
 *
 * @module
 */
import type { ComponentState, OperationState } from '../stack/operation-types.js';

/** One row a component, then what is left. */
export function boardTable({ operation, stack, namespace, components, left }: OperationState): string {
  const rows = components.map(
    (each) => `| ${each.name} | ${each.phase} | ${seconds(each)} | ${remark(each)} |`,
  );
  const leftovers = left?.map(({ kind, name, why, detail }) => `- ${why}: ${kind} ${name} (${detail})`) ?? [];
  const title = `**${operation} ${stack}** in namespace \`${namespace}\``;
  const table = ['| component | phase | time | |', '| --- | --- | --- | --- |', ...rows];
  return [title, '', ...table, ...(leftovers.length > 0 ? ['', 'Left:', ...leftovers] : [])].join('\n');
}

function seconds({ milliseconds }: ComponentState): string {
  return milliseconds === 0 ? '' : `${(milliseconds / 1_000).toFixed(1)} s`;
}

function remark({ unchanged, cause, checks, detail }: ComponentState): string {
  const text = cause
    ? `${cause.type}: ${cause.message}`
    : [unchanged ? 'unchanged' : '', ...checks.map(({ proves }) => proves), detail ?? '']
        .filter((each) => each !== '')
        .join('; ');
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
