/**
 * Checks as pods on a real cluster.
 *
 * @components none
 */
import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PlannedCheck, PlannedComponent } from '../../src/stack/plan/plan-types.js';
import { type Bench, failureOf, setUpBench } from '../support/bench.js';
import { run, startActivity } from '../support/real-cluster.js';
import { patience } from '../support/patience.js';

const namespace = 'engine-check';

let bench: Bench;

beforeAll(async () => {
  bench = await setUpBench(namespace, { prepare: true });
});

afterAll(async () => await bench?.close());

const check = (name: string, ...pods: string[]): PlannedCheck => ({
  name,
  pods: pods.map((pod) => `checked-${pod}`),
  proves: 'something holds',
  disruptive: false,
});

async function podsLeft(): Promise<string[]> {
  const pods = await bench.real.cluster.rest.json<{
    items: { metadata: { name: string; deletionTimestamp?: string } }[];
  }>({
    path: `/api/v1/namespaces/${namespace}/pods`,
    query: { labelSelector: 'app.kubernetes.io/instance=checked' },
  });
  return pods.items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.name);
}

describe('runCheck', () => {
  const tests = [
    { name: 'first', args: ['print', 'preparing'] },
    { name: 'good', args: ['print', 'working', 'print', '{"nonce":"n1","records":3}'] },
    {
      name: 'bad',
      args: ['print', 'sent 3', 'print', 'password=hunter2', 'print', 'received 2 of 3', 'exit', '3'],
    },
    { name: 'crowded', args: ['print', 'no free core', 'exit', '75'] },
    { name: 'slow', args: ['print', 'waiting for a leader', 'stay'] },
    { name: 'waiting', args: ['print', 'found 2', 'print', 'not yet: found 2 of 3 members', 'stay'] },
    {
      name: 'long',
      args: ['one', 'two', 'three', 'four'].flatMap((word) => ['print', word, 'sleep', '3s']),
    },
  ];
  let component: PlannedComponent;

  beforeAll(async () => {
    component = await bench.actor('checked', { replicas: 0, tests });
    await bench.apply(component);
  });

  afterAll(async () => {
    await bench.remove(component);
  });

  const input = (which: PlannedCheck, timeout = 60_000) => ({
    ...bench.reference(component),
    check: which,
    timeout,
  });

  it('gives the facts of the last pod, and takes the pods away', async () => {
    const proven = await run(bench.real.activities.runCheck, input(check('works', 'first', 'good')));
    expect(proven).toMatchObject({
      name: 'works',
      proves: 'something holds',
      facts: { nonce: 'n1', records: 3 },
    });
    expect(await podsLeft()).toEqual([]);
  });

  it('says in a failed check’s own words what was wrong, without secrets', async () => {
    const failure = await failureOf(
      run(bench.real.activities.runCheck, input(check('fails', 'first', 'bad'))),
    );
    expect(failure).toMatchObject({ type: 'CheckFailed', nonRetryable: true });
    expect(failure.cause).toMatchObject({
      message: expect.stringMatching(/^the check fails failed \(exit \d+\): received 2 of 3$/) as string,
      where: `Pod ${namespace}/checked-bad`,
      details: ['sent 3', 'password=…', 'received 2 of 3'],
    });
    expect(await podsLeft()).toEqual([]);
  });

  it('ends a check that does not end, with its last log lines', async () => {
    const failure = await failureOf(
      run(bench.real.activities.runCheck, input(check('hangs', 'slow'), 4_000)),
    );
    expect(failure).toMatchObject({ type: 'CheckTimeout', nonRetryable: true });
    expect(failure.cause.details).toEqual(['waiting for a leader']);
    expect(await podsLeft()).toEqual([]);
  });

  it('calls a check failed that does not end and says what it waits for', async () => {
    const failure = await failureOf(
      run(bench.real.activities.runCheck, input(check('waits', 'waiting'), 4_000)),
    );
    expect(failure).toMatchObject({ type: 'CheckFailed', nonRetryable: true });
    expect(failure.cause.message).toMatch(/^the check waits failed after .*: found 2 of 3 members$/);
    expect(failure.cause.details).toEqual(['found 2', 'not yet: found 2 of 3 members']);
    expect(await podsLeft()).toEqual([]);
  });

  it('waits longer than its time-out for a check that advances', async () => {
    const proven = await run(bench.real.activities.runCheck, input(check('lasts', 'long'), 8_000));
    expect(proven.milliseconds).toBeGreaterThan(12_000);
  });

  it('does not call a check failed that says that there was no room for it', async () => {
    const failure = await failureOf(run(bench.real.activities.runCheck, input(check('tries', 'crowded'))));
    expect(failure).toMatchObject({ type: 'CheckUntried', nonRetryable: false });
    expect(failure.cause).toMatchObject({
      message: 'the check tries could not run, because there is no room: no free core',
      where: `Pod ${namespace}/checked-crowded`,
    });
    expect(await podsLeft()).toEqual([]);
  });

  it('does not call a check failed whose pod finds no room among others', async () => {
    const { rest } = bench.real.cluster;
    const [node] = (
      await rest.json<{ items: { status: { allocatable: { memory: string } } }[] }>({
        path: '/api/v1/nodes',
      })
    ).items;
    const most = `${Math.floor(0.6 * Number.parseInt(node?.status.allocatable.memory ?? '', 10))}Ki`;
    const filled = await bench.actor('filler', { memory: most });
    const large = await bench.actor('checked', {
      replicas: 0,
      tests: [{ name: 'large', memory: most, args: ['exit', '0'] }],
    });
    await bench.apply(filled);
    await bench.ready(filled);
    await bench.apply(large);
    const failure = await failureOf(run(bench.real.activities.runCheck, input(check('tries', 'large'))));
    expect(failure).toMatchObject({ type: 'CheckUntried', nonRetryable: false });
    expect(failure.message).toContain('Insufficient memory');
    await bench.remove(filled);
    await expect(run(bench.real.activities.runCheck, input(check('tries', 'large')))).resolves.toMatchObject({
      name: 'tries',
    });
    await bench.apply(component);
  });

  it('does not call a check failed whose pod a quota has no room for', async () => {
    const { rest } = bench.real.cluster;
    const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
    const body = { metadata: { name: 'no-pods' }, spec: { hard: { pods: '0' } } };
    await rest.json({ method: 'POST', path, body });
    try {
      const failure = await failureOf(run(bench.real.activities.runCheck, input(check('works', 'good'))));
      expect(failure).toMatchObject({ type: 'CheckUntried', nonRetryable: false });
      expect(failure.message).toContain('exceeded quota');
    } finally {
      await rest.deleteIfThere(`${path}/no-pods`, undefined, AbortSignal.timeout(30_000));
    }
  });

  it.each([1, 2, 3, 4, 5])('takes the pods away when cancelled as soon as they are seen (%i)', async () => {
    const running = startActivity(bench.real.activities.runCheck, input(check('cancelled', 'slow')));
    await vi.waitUntil(async () => (await podsLeft()).length > 0, { timeout: patience, interval: 5 });
    running.cancel();
    await expect(running.result).rejects.toBeInstanceOf(CancelledFailure);
    expect(await podsLeft()).toEqual([]);
  });

  it('does not wait for a pod whose image is not there', async () => {
    const broken = await bench.actor('checked', {
      replicas: 0,
      tests,
      testImage: 'bigdata.local/none:1',
    });
    await bench.apply(broken);
    const failure = await failureOf(
      run(bench.real.activities.runCheck, input(check('works', 'good'), 180_000)),
    );
    expect(failure).toMatchObject({ type: 'ImagePull', nonRetryable: true });
  });
});
