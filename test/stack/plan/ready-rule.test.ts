/** Conditions as `kubectl wait --for` takes them. */
import { describe, expect, it } from 'vitest';

import { breachOf, parseReadyRule } from '../../../src/stack/plan/ready-rule.js';

const database = {
  status: {
    phase: 'Creating',
    instances: 3,
    conditions: [
      { type: 'Ready', status: 'False', reason: 'Joining', message: '1 of 3' },
      { type: 'Backup', status: 'True' },
    ],
  },
};

describe('a rule', () => {
  it.each([
    ['condition=Ready', { condition: 'Ready', is: 'True' }],
    ['condition=Degraded=False', { condition: 'Degraded', is: 'False' }],
    ['jsonpath={.status.phase}=Running', { path: '$.status.phase', value: 'Running' }],
    ["jsonpath='{.status.phase}'=Running", { path: '$.status.phase', value: 'Running' }],
    ['jsonpath={.status.loadBalancer.ingress}', { path: '$.status.loadBalancer.ingress' }],
    ['jsonpath={.status.nodes[0].name}=a', { path: '$.status.nodes[0].name', value: 'a' }],
  ])('%s is understood', (text, expected) => {
    expect(parseReadyRule(text)).toEqual(expected);
  });

  it.each([
    'Ready',
    'condition=',
    'delete',
    'jsonpath=.status.phase',
    'jsonpath={status}',
    'jsonpath={.status.conditions[?(@.type=="Backup")].status}=True',
    'jsonpath={.status[(process.exit(1))]}',
  ])('%s is not', (text) => {
    expect(parseReadyRule(text)).toBeUndefined();
  });
});

describe('an object', () => {
  it.each([
    'condition=Backup',
    'condition=Ready=False',
    'jsonpath={.status.phase}=Creating',
    'jsonpath={.status.phase}',
    'jsonpath={.status.instances}=3',
    'jsonpath={.status.conditions[1].status}=True',
  ])('keeps %s', (text) => {
    expect(breachOf(text, database)).toBeUndefined();
  });

  it.each([
    ['condition=Ready', 'it is False, Joining, 1 of 3'],
    ['condition=Restored', 'nothing says it yet'],
    ['jsonpath={.status.phase}=Running', 'it is Creating'],
    ['jsonpath={.status.leader}', 'there is no such value'],
    ['jsonpath={.status.conditions[*].type}=Ready', 'there are 2 values'],
  ])('breaks %s, and it is said how', (text, why) => {
    expect(breachOf(text, database)).toBe(`${text}: ${why}`);
  });
});
