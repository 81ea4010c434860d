/**
 * Activities that only pretend, and remember when each was called.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Activities } from '../../src/activities/contract.js';

/** One call, in the order of starts and ends. */
export interface Call {
  readonly activity: keyof Activities;
  /** Component, or `-` for what concerns the whole stack. */
  readonly component: string;
  readonly at: 'start' | 'end' | 'failed';
}

/** What a test lets an activity do instead of succeeding at once. */
export type Overrides = Partial<Activities>;

export interface PretendedActivities {
  readonly activities: Activities;
  readonly calls: Call[];
  /** `activity component`, in the order of starts. */
  starts(): string[];
  /** Position of an event among all; -1 if it did not happen. */
  indexOf(activity: keyof Activities, component: string, at?: Call['at']): number;
}

/** Activities for a cluster in which everything goes well at once, but for what is overridden. */
export function pretendActivities(overrides: Overrides = {}): PretendedActivities {
  const calls: Call[] = [];
  const wellMeaning: Activities = {
    prepareNamespace: async () => {},
    inspectComponent: async () => ({ state: 'absent' }),
    findUnchanged: async () => [],
    applyComponent: async () => ({ revision: 1 }),
    rollBackComponent: async () => ({ revision: 3 }),
    awaitReady: async () => ({ pods: '1/1 pods ready' }),
    awaitHealed: untilCancelled,
    runCheck: async ({ check }) => ({
      name: check.name,
      proves: check.proves,
      facts: { nonce: 'n' },
      milliseconds: 5,
    }),
    recordProof: async () => {},
    recordSentinel: async () => {},
    forgetProof: async () => {},
    findUnlisted: async () => [],
    removeComponent: async () => ({ wasInstalled: true, claimsKept: 0, claimsDeleted: 0 }),
    removeNamespace: async () => ({ removed: true }),
    takeInventory: async () => [],
  };
  const chosen = { ...wellMeaning, ...overrides };
  const names = Object.keys(chosen) as (keyof Activities)[];
  const activities = Object.fromEntries(
    names.map((activity) => [activity, recorded(activity)]),
  ) as unknown as Activities;

  function recorded(activity: keyof Activities) {
    const run = chosen[activity] as (input: unknown, ...more: unknown[]) => Promise<unknown>;
    return async (input: unknown, ...more: unknown[]) => {
      const component = componentOf(input);
      calls.push({ activity, component, at: 'start' });
      try {
        const result = await run(input, ...more);
        calls.push({ activity, component, at: 'end' });
        return result;
      } catch (error) {
        calls.push({ activity, component, at: 'failed' });
        throw error;
      }
    };
  }

  return {
    activities,
    calls,
    starts: () =>
      calls.filter(({ at }) => at === 'start').map(({ activity, component }) => `${activity} ${component}`),
    indexOf: (activity, component, at = 'start') =>
      calls.findIndex((call) => call.activity === activity && call.component === component && call.at === at),
  };
}

function componentOf(input: unknown): string {
  const { component } = input as { component?: string | { name: string } };
  if (component === undefined) {
    return '-';
  }
  return typeof component === 'string' ? component : component.name;
}

/** Runs until cancelled, as a watch does; heartbeats, without which no cancellation arrives. */
export async function untilCancelled(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat({ detail: '0/1 pods ready' }), 100);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beat);
  }
}
