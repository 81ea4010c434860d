/**
 * What `status` says of components and operations.
 *
 * @module
 */
import type { EndedOperation, RunningOperation } from '../../client/running.js';
import type { ComponentState, OperationState } from '../../stack/operation/operation-types.js';
import { describePhase } from '../../stack/operation/phases.js';
import type { TemporalServer } from '../../temporal/connect.js';
import type { ComponentStatus } from '../operations/component-status.js';
import type { LastOperation } from '../operations/last-operation.js';
import type { Cluster, Proof } from '../platform/platform.js';
import { describeComponent } from '../progress/describe.js';
import { renderCauses } from './components.js';
import type { Style } from './style.js';
import { renderTable } from './table.js';

/** One row a component: where it stands, or what the running operation does with it. */
export function renderStatuses(components: readonly ComponentStatus[], style: Style, width: number): string {
  const rows = components.map((component) => [
    style.strong(component.name),
    component.version,
    component.live === undefined ? standingText(component, style) : liveText(component.live, style),
    component.ready ?? '',
    proofText(component.proof),
  ]);
  return renderTable(['component', 'version', 'state', 'pods', 'proven'], rows, style, width);
}

/** What waits for a decision is explained below the table, with its cause. */
function liveText(live: ComponentState, style: Style): string {
  return live.phase === 'deciding' ? style.bad(describePhase(live)) : style.busy(describeComponent(live));
}

function standingText({ standing, missing }: ComponentStatus, style: Style): string {
  switch (standing) {
    case 'proven':
      return style.good(standing);
    case 'installed':
      return style.good(describePhase({ phase: standing }));
    case 'failed':
      return style.bad(standing);
    case 'drifted':
      return style.bad(`drifted: without ${missing}`);
    case 'not-ready':
      return style.bad(`not ready: ${missing?.replace('readiness: ', '')}`);
    case 'unproven':
      return style.busy(missing === undefined ? standing : `${standing}: ${missing}`);
    case 'changed':
      return style.busy(missing === undefined ? standing : `${standing}: without ${missing}`);
    case 'unlisted':
      return style.busy('not in the stack file');
    default:
      return style.faint(standing);
  }
}

function proofText(proof: Proof | undefined): string {
  if (proof === undefined) {
    return '';
  }
  const { provenAt, checks, rolledBack } = proof;
  const proven = `${provenAt}: ${checks.map(({ proves }) => proves).join('; ')}`;
  if (rolledBack === undefined) return proven;
  const { version, why } = rolledBack;
  const from = version === proof.version ? '' : `, from version ${version}`;
  return why === undefined
    ? `${proven}\nrolled back to this by hand${from}`
    : `${proven}\nrolled back to this from a change to version ${version}, which failed: ${why}`;
}

/** That old credentials are valid beside the new ones, until somebody ends that. */
export function renderUnfinishedRotation(component: string, target: string): string {
  return `\nThe old credentials of ${component} are valid as well, until you run \`bigdata rotate ${component}${target}\`.\n`;
}

/** What is wrong with what is installed, as the last operation found it, and what to do; nothing if all is well. */
export function renderUnhealthy(
  unhealthy: readonly ComponentStatus[],
  last: LastOperation | undefined,
  target: string,
  style: Style,
): string {
  if (unhealthy.length === 0) return '';
  const names = unhealthy.map(({ name }) => name);
  const state = last?.state;
  const told = state?.components.filter(({ name }) => names.includes(name)) ?? [];
  const causes = state === undefined ? '' : renderCauses({ ...state, components: told }, style);
  const since =
    last === undefined ? '' : `From the ${last.kind} that ended at ${last.endedAt.toISOString()}:\n`;
  return `${causes === '' ? '' : `\n${since}${causes}`}\n${style.bad(`Not as it should be: ${names.join(', ')}.`)} \`bigdata up${target}\` makes it as planned, and proves it again.\n`;
}

/** What is known of the newest operation. */
export interface Operations {
  readonly cluster: Cluster | undefined;
  readonly temporal: TemporalServer | undefined;
  readonly running: RunningOperation | undefined;
  /** What the running one says, undefined if nobody answers. */
  readonly live: OperationState | undefined;
  readonly ended: EndedOperation | undefined;
}

export function operationText({ cluster, temporal, running, live, ended }: Operations): string {
  if (temporal === undefined) {
    return 'unknown, as Temporal does not answer; `bigdata up` brings it back, and what ran goes on';
  }
  if (cluster === undefined) {
    return 'unknown, as the cluster does not answer; `bigdata up` brings it back, and what ran goes on';
  }
  const linkTo = (operation: { id: string; runId: string }): string => {
    const link = temporal.workflowLink(operation.id, operation.runId);
    return link === undefined ? '' : `, ${link}`;
  };
  if (running === undefined) {
    return ended === undefined
      ? 'none is running'
      : `none is running; the last one was the ${ended.kind} that ended at ${ended.endedAt.toISOString()}${linkTo(ended)}`;
  }
  const next =
    live === undefined
      ? 'no worker answers, so it does not go on: `bigdata up` starts one'
      : '`bigdata status --follow` watches';
  return `${running.kind} since ${running.startedAt.toISOString()}${linkTo(running)} (${next})`;
}
