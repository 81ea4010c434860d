/**
 * A worker is killed at every boundary of every activity and around every call of Helm, of an install, an upgrade that
 * removes what is no longer listed, and an uninstall. Each time a new one is started as `bigdata up` does, and in the end everything is as if nothing had been.
 *
 * `BIGDATA_TEST_KILLS=sample` takes one moment of each class, for a run that must not take long.
 *
 * @components volumes
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OperationRequest } from '../../src/client/request.js';
import { ensureActorImage } from '../support/actor.js';
import { type EndState, endStateOf } from './end-state.js';
import { type Fault, type Trace, describeFault, faultsOf, livesOf, sampleOf } from './fault.js';
import { type Provisioner, installProvisioner } from './provisioner.js';
import { type SmallStack, writeSmallStack } from './small-stack.js';
import { Stage } from './stage.js';
import { OutcomeTable } from './table.js';

const isSample = process.env['BIGDATA_TEST_KILLS'] === 'sample';

/**
 * Seconds from the death of a worker until its work is there to be taken up, on a slow machine, too: what nobody notices
 * is taken up only when an activity's time is over, which is minutes.
 */
const longestPause = 45;

const outcomes = new OutcomeTable('A worker killed at every boundary, and around every call of Helm');
let provisioner: Provisioner;
let stage: Stage;
let stack: SmallStack;
/** What each operation leaves when nothing dies. */
const undisturbed = new Map<string, EndState>();
let faults: Fault[] = [];

beforeAll(async () => {
  provisioner = await installProvisioner();
  stage = await Stage.open();
  stack = await writeSmallStack(stage.paths, await ensureActorImage(stage.paths), 'faults');
});

afterAll(async () => {
  outcomes.print();
  await stage?.close();
  await stack?.remove();
  await provisioner?.remove();
});

/** The life of a stack. */
async function operations(): Promise<readonly (readonly [string, OperationRequest])[]> {
  const plan = await stack.plan(stack.file);
  const changed = await stack.plan(stack.changedFile);
  return [
    ['install', { operation: 'install', input: { plan } }],
    ['upgrade', { operation: 'install', input: { plan: changed, unlisted: 'remove' } }],
    ['uninstall', { operation: 'uninstall', input: { plan: changed, deleteData: true } }],
  ];
}

/**
 * The one thing that may differ: an upgrade that is killed inside Helm leaves a pending revision; recovering it by
 * rollback is another one, and the upgrade itself a third.
 */
function expected(name: string, life: readonly Fault[]): EndState | undefined {
  const state = undisturbed.get(name);
  const inside = life.some(
    (fault) => fault.operation === 'upgrade' && fault.at === 'inside' && fault.call === 'upgrade store',
  );
  if (!state || !inside || name !== 'upgrade') return state;
  return { ...state, releases: { ...state.releases, store: '4 deployed' } };
}

test('nothing dies: the moments are found', async () => {
  const traces: Trace[] = [];
  for (const [name, request] of await operations()) {
    const { failed, state, trace } = await stage.run(name, request, []);
    expect(failed, JSON.stringify(state)).toBe(false);
    traces.push(trace);
    undisturbed.set(name, await endStateOf(stage.cluster, stack.namespace));
  }
  expect(undisturbed.get('upgrade')?.releases).toEqual({ store: '2 deployed', front: '1 deployed' });
  expect(undisturbed.get('uninstall')).toEqual({ releases: {}, objects: [], proofs: {} });
  faults = traces.flatMap(faultsOf);
  expect(faults.length).toBeGreaterThanOrEqual(40);
});

test('the worker dies, and another ends what it began', async () => {
  const problems: string[] = [];
  for (const life of livesOf(isSample ? sampleOf(faults) : faults)) {
    for (const [name, request] of await operations()) {
      problems.push(...(await runWith(name, request, life)));
    }
  }
  expect(problems).toEqual([]);
});

/** Runs one operation of a life; gives what was not as it should be. */
async function runWith(name: string, request: OperationRequest, life: readonly Fault[]): Promise<string[]> {
  const due = life.filter(({ operation }) => operation === name);
  const ran = await stage.run(name, request, due);
  const found = await endStateOf(stage.cluster, stack.namespace);
  const wanted = expected(name, life);
  const asItShouldBe = !ran.failed && JSON.stringify(found) === JSON.stringify(wanted);
  const problems: string[] = [];
  for (const fault of due) {
    const happened = ran.happened.find((each) => each.fault === fault);
    const { fault: what, where } = describeFault(fault);
    const inTime = happened !== undefined && (happened.seconds ?? 0) <= longestPause;
    outcomes.add({ fault: what, where, survived: asItShouldBe && inTime, seconds: happened?.seconds ?? 0 });
    if (!happened) problems.push(`${where}: did not happen`);
    else if (!inTime) problems.push(`${where}: nothing went on for ${happened.seconds} s`);
  }
  if (!asItShouldBe)
    problems.push(
      `${name} with ${due.map((fault) => describeFault(fault).where).join('; ')}: ${JSON.stringify({ found, wanted, state: ran.failed ? ran.state : undefined })}`,
    );
  return problems;
}
