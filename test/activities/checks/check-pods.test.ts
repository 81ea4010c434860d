import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { checkPods } from '../../../src/activities/checks/check-pods.js';

const hooks = `---
# Source: kafka/templates/tests.yaml
apiVersion: v1
kind: Pod
metadata:
  name: kafka-second
  labels: { app.kubernetes.io/instance: kafka }
  annotations: { helm.sh/hook: test }
spec: { activeDeadlineSeconds: 300, containers: [{ name: main, image: x }] }
---
apiVersion: v1
kind: Pod
metadata:
  name: kafka-first
  annotations: { helm.sh/hook: "post-install, test-success" }
spec: {}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: kafka-script
  annotations: { helm.sh/hook: test }
---
apiVersion: v1
kind: Pod
metadata:
  name: kafka-before
  annotations: { helm.sh/hook: pre-install }
---
`;

const check = (...pods: string[]) => ({ name: 'c', pods, proves: 'p', disruptive: false });

const options = { stack: 'demo', limit: 1_800_000 };

describe('checkPods', () => {
  it('gives the named pods in the check’s order, marked as the stack’s', () => {
    const pods = checkPods(hooks, { ...options, check: check('kafka-first', 'kafka-second') });
    expect(pods.map(({ metadata }) => metadata.name)).toEqual(['kafka-first', 'kafka-second']);
    expect(pods[1]?.metadata.labels).toEqual({
      'app.kubernetes.io/instance': 'kafka',
      'bigdata.dev/stack': 'demo',
    });
    expect(pods[1]?.spec?.containers?.[0]?.image).toBe('x');
  });

  it('lets the check’s time-out say how long they may take, not the chart', () => {
    const pods = checkPods(hooks, { ...options, check: check('kafka-first', 'kafka-second') });
    expect(pods.map(({ spec }) => spec?.activeDeadlineSeconds)).toEqual([1_860, 1_860]);
  });

  it.each(['kafka-third', 'kafka-script', 'kafka-before'])('refuses %s, which is no test pod', (name) => {
    expect(() => checkPods(hooks, { ...options, check: check(name) })).toThrow(ApplicationFailure);
    expect(() => checkPods('', { ...options, check: check(name) })).toThrow(name);
  });
});
