/**
 * Every check on the real cluster: it passes on the component as it is, and fails, for the right reason, on a broken one.
 * Likewise every sentinel: it is found if, and only if, it was written.
 *
 * Components that have nothing to do with each other are broken at the same time: most of it is waiting.
 *
 * @each component
 */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cause } from '../../src/stack/operation/operation-types.js';
import type {
  Facts,
  PlannedCheck,
  PlannedComponent,
  PlannedSentinel,
} from '../../src/stack/plan/plan-types.js';
import type { LoadedComponent } from '../../src/stack/plan/plan.js';
import { sentinelCheck, type SentinelStep } from '../../src/stack/plan/sentinel.js';
import { type Breakage, loadBreakages } from '../../src/contract/breakages.js';
import { breakObject, type Repair } from '../../src/contract/breaking.js';
import { isAbout, loadComponents, needsOfAll } from './support/components.js';
import { familiesOf } from './support/families.js';
import { type Installation, install } from './support/installation.js';

interface Suite {
  readonly name: string;
  readonly definition: LoadedComponent['definition'];
  readonly breakages: readonly Breakage[];
}

const suites: readonly Suite[] = await Promise.all(
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

/** @param others what may be shaken when a component of these is broken, themselves included */
function describeAll(some: readonly Suite[], others: readonly string[]): void {
  for (const suite of some) describeChecks(suite, others);
  for (const suite of some) if (suite.definition.sentinel) describeSentinel(suite);
}

function describeChecks({ name, definition, breakages }: Suite, others: readonly string[]): void {
  describe.sequential(`checks of ${name}`, () => {
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
        // Also what needs the broken one, which may have been shaken by it.
        await installation.ready(others);
      }
    });
  });
}

function describeSentinel({ name }: Suite): void {
  describe.sequential(`sentinel of ${name}`, () => {
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
  });
}

const { families, shared } = familiesOf(await needsOfAll());

for (const family of families) {
  const own = suites.filter(({ name }) => family.includes(name));
  if (own.length === 0) continue;
  describe.concurrent(`the family of ${family[0]}`, () => describeAll(own, family));
}

const ofAll = suites.filter(({ name }) => shared.includes(name));
if (ofAll.length > 0) {
  describe.sequential('what all stand on, or what stands on all', () =>
    describeAll(ofAll, [...families.flat(), ...shared]));
}
