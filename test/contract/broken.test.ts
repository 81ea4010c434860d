/**
 * Every check on the real cluster: it passes on the component as it is, and fails, for the right reason, on a broken one.
 * Likewise every sentinel: it is found if, and only if, it was written.
 *
 * @each component
 */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cause } from '../../src/stack/operation-types.js';
import type { Facts, PlannedCheck, PlannedComponent, PlannedSentinel } from '../../src/stack/plan-types.js';
import { sentinelCheck, type SentinelStep } from '../../src/stack/sentinel.js';
import { loadBreakages } from '../../src/contract/breakages.js';
import { breakObject, type Repair } from '../../src/contract/breaking.js';
import { isAbout, loadComponents } from './support/components.js';
import { type Installation, install } from './support/installation.js';

const suites = await Promise.all(
  (await loadComponents()).map(async (component) => ({
    name: component.name,
    definition: component.definition,
    breakages: await loadBreakages(component),
  })),
);

let installation: Installation;

beforeAll(async () => {
  installation = await install();
}, 1_200_000);

afterAll(async () => {
  await installation.close();
}, 600_000);

function planned(name: string): PlannedComponent {
  return installation.plan.components.find((component) => component.name === name) as PlannedComponent;
}

function checkOf(component: PlannedComponent, name: string): PlannedCheck {
  return component.checks.find((check) => check.name === name) as PlannedCheck;
}

/** All that is told about why a check failed. */
async function reasonOf(attempt: Promise<unknown>): Promise<string> {
  const failure = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure, 'the check passed').toBeInstanceOf(ApplicationFailure);
  const cause = (failure as ApplicationFailure).details?.[0] as Cause;
  return [cause.message, ...(cause.details ?? [])].join('\n');
}

describe.each(suites)('checks of $name', ({ name, definition, breakages }) => {
  isAbout(name);

  it.each(definition.checks)('$name passes', async (check) => {
    const component = planned(name);
    const proven = await installation.check(component, checkOf(component, check.name));
    expect(Object.keys(proven.facts).length).toBeGreaterThan(0);
  });

  it.each(breakages)('$check fails if $name', async ({ break: steps, check, says, timeout }) => {
    const component = planned(name);
    const repairs: Repair[] = [];
    try {
      for (const step of steps) {
        repairs.unshift(await breakObject(installation.real.cluster, installation.namespace, step));
      }
      const reason = await reasonOf(installation.check(component, checkOf(component, check), timeout));
      expect(reason).toMatch(new RegExp(says));
    } finally {
      for (const repair of repairs) {
        await repair();
      }
      // Also what stands on the broken one, which may have been shaken by it.
      await installation.ready();
    }
  });
});

describe.each(suites.filter(({ definition: { sentinel } }) => sentinel !== undefined))(
  'sentinel of $name',
  ({ name }) => {
    isAbout(name);

    async function take(step: SentinelStep): Promise<Facts> {
      const component = planned(name);
      const check = sentinelCheck(component.sentinel as PlannedSentinel, step);
      return (await installation.check(component, check)).facts;
    }

    it('is not found before it is written', async () => {
      expect(await reasonOf(take('read'))).toContain('FAILED: ');
    });

    it('is found as it was written, until it is removed', async () => {
      const { records, sha256, writtenNow } = await take('write');
      expect(writtenNow).toBe(records);
      expect(await take('read')).toMatchObject({ records, sha256 });
      await take('remove');
    });
  },
);
