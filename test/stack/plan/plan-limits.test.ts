import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readDocument, type SourceDocument } from '../../../src/stack/files/document/source-document.js';
import { refuseLargePlan } from '../../../src/stack/plan/plan-limits.js';
import { layeredPlan } from '../../support/graphs.js';
import { plan, plannedComponent } from '../../support/plans.js';
import { fixtures } from '../expectations.js';

let source: SourceDocument;

beforeAll(async () => {
  source = await readDocument(join(fixtures, 'good/full.yaml'));
});

test('500 components of usual size are planned', () => {
  expect(() => refuseLargePlan(layeredPlan(500), source)).not.toThrow();
});

test('more are refused, at the list of components', () => {
  expect(() => refuseLargePlan(layeredPlan(501), source)).toThrow(
    /the stack has 501 components, and 500 are allowed: divide it/,
  );
});

test('a plan that no event can hold is refused, though each component is small enough', () => {
  const values = { config: 'x'.repeat(50_000) };
  const components = Array.from({ length: 31 }, (_, index) => plannedComponent(`c${index}`, { values }));
  expect(() => refuseLargePlan(plan({}, { components }), source)).toThrow(
    /the plan has 15\d{5} bytes, and 1500000 are allowed: move large values/,
  );
});
