/** The sample of moments at which `npm test` kills workers. */
import { expect, test } from 'vitest';
import { type Fault, type Trace, faultsOf, livesOf, sampleOf } from '../faults/fault.js';

const operations = ['install', 'upgrade', 'uninstall'];
const activityTypes = ['inspectComponent', 'applyComponent', 'awaitReady', 'runCheck', 'recordProof'];

const traces = operations.map((operation): Trace => {
  const components = ['store', 'front', 'addition'];
  return {
    operation,
    activities: components.flatMap((name) =>
      activityTypes.map((activityType, index) => ({
        workflowId: `stack/${name}`,
        workflowType: operation,
        activityId: `${index}`,
        activityType,
      })),
    ),
    calls: components.flatMap((name) => [`upgrade ${name}`, `get ${name}`]),
  };
});

function classOf({ operation, at }: Fault): string {
  return `${operation} ${at}`;
}

test('has each kind of moment in each operation, once, in few lives', () => {
  const all = traces.flatMap(faultsOf);
  const sample = sampleOf(all);
  expect(sample.map(classOf).toSorted()).toEqual([...new Set(all.map(classOf))].toSorted());
  expect(sample).toHaveLength(24);
  expect(livesOf(sample).length).toBeLessThanOrEqual(2);
  const types = sample.flatMap((fault) => ('activity' in fault ? [fault.activity.activityType] : []));
  expect(new Set(types)).toEqual(new Set(activityTypes));
});
