/**
 * Moments at which a worker is killed: found in what an undisturbed run did. Pure.
 *
 * @module
 */
import type { ActivityName, Boundary } from './temporal-proxy.js';
import { boundaries } from './temporal-proxy.js';

/** Moments of a call of Helm. */
export const callMoments = ['before', 'inside', 'orphan', 'after'] as const;

export type CallMoment = (typeof callMoments)[number];

export type Fault =
  | { readonly operation: string; readonly at: Boundary; readonly activity: ActivityName }
  | { readonly operation: string; readonly at: CallMoment; readonly call: string };

/** What one undisturbed operation did. */
export interface Trace {
  readonly operation: string;
  readonly activities: readonly ActivityName[];
  /** Calls of Helm: `upgrade kafka`. */
  readonly calls: readonly string[];
}

/** Every boundary of every activity, and every moment of every call of Helm. */
export function faultsOf({ operation, activities, calls }: Trace): Fault[] {
  return [
    ...activities.flatMap((activity) => boundaries.map((at): Fault => ({ operation, at, activity }))),
    ...[...new Set(calls)].flatMap((call) => callMoments.map((at): Fault => ({ operation, at, call }))),
  ];
}

/**
 * One of each class: each kind of moment in each operation. What was disturbed least so far is taken, so that many activities
 * are among the sample, and they fit into few lives.
 */
export function sampleOf(faults: readonly Fault[]): Fault[] {
  const classes = new Map<string, Fault[]>();
  for (const fault of faults) {
    const name = `${fault.operation} ${fault.at}`;
    classes.set(name, [...(classes.get(name) ?? []), fault]);
  }
  const taken = new Map<string, number>();
  const times = (name: string): number => taken.get(name) ?? 0;
  return [...classes.values()].map((members) => {
    const [rarest] = members.toSorted(
      (one, other) =>
        times(subjectOf(one)) - times(subjectOf(other)) || times(typeOf(one)) - times(typeOf(other)),
    ) as [Fault];
    for (const name of [subjectOf(rarest), typeOf(rarest)]) taken.set(name, times(name) + 1);
    return rarest;
  });
}

/** What is disturbed, whatever the component. */
function typeOf(fault: Fault): string {
  return 'activity' in fault ? fault.activity.activityType : (fault.call.split(' ')[0] ?? '');
}

/**
 * Puts the faults into as few lives of a stack as possible. A life holds at most one at its boundaries, and one at its
 * call of Helm, of those that cost an activity an attempt: the pauses between attempts grow.
 */
export function livesOf(faults: readonly Fault[]): Fault[][] {
  const lives: { readonly faults: Fault[]; readonly used: Set<string> }[] = [];
  for (const fault of faults) {
    const subject = subjectOf(fault);
    const costly = fault.at !== 'scheduled' && fault.at !== 'completed';
    let life = lives.find(({ used }) => !costly || !used.has(subject));
    if (!life) lives.push((life = { faults: [], used: new Set() }));
    life.faults.push(fault);
    if (costly) life.used.add(subject);
  }
  return lives.map((life) => life.faults);
}

const activityOfCall: Readonly<Record<string, string>> = {
  upgrade: 'applyComponent',
  get: 'runCheck',
  uninstall: 'removeComponent',
};

function subjectOf(fault: Fault): string {
  if ('activity' in fault) {
    const { workflowId, workflowType, activityId } = fault.activity;
    return [fault.operation, workflowId, workflowType, activityId].join(' ');
  }
  const [verb = '', release = ''] = fault.call.split(' ');
  return `${fault.operation} ${release} ${activityOfCall[verb]}`;
}

/** The component whose workflow it is; empty for the stack's. */
function componentOf({ workflowId }: ActivityName): string {
  return workflowId.split('/')[1] ?? '';
}

/** Which fault, and where, for people. */
export function describeFault(fault: Fault): { readonly fault: string; readonly where: string } {
  if ('activity' in fault) {
    const of = componentOf(fault.activity) || 'the stack';
    const where = `${fault.operation}: ${fault.activity.activityType} of ${of}, ${fault.at}`;
    return { fault: 'worker killed', where };
  }
  const alone = fault.at === 'orphan' ? 'worker killed, Helm an orphan' : 'worker killed';
  const moment = fault.at === 'orphan' ? 'inside' : fault.at;
  return { fault: alone, where: `${fault.operation}: ${moment} helm ${fault.call}` };
}
