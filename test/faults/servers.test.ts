/**
 * What an operation stands on is killed in the middle of it: the command line, Temporal, the API server, etcd, the
 * kubelet. The same command again brings it back and finishes the operation.
 */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/kubernetes/connect.js';
import { nodeLayout, recordFile } from '../../src/local/node/layout.js';
import { signalProcess } from '../../src/processes/identity.js';
import { readRecord } from '../../src/processes/record.js';
import type { OperationState } from '../../src/stack/operation-types.js';
import { clonePaths } from '../../src/paths.js';
import { ensureActorImage } from '../support/actor.js';
import { type EndState, endStateOf } from './end-state.js';
import { everyNth } from './fault.js';
import { type Ground, layGround } from './ground.js';
import { type SmallStack, writeSmallStack } from './small-stack.js';
import { OutcomeTable } from './table.js';

const paths = clonePaths();
const layout = nodeLayout(paths);
const every = Number(process.env['BIGDATA_FAULTS_EVERY'] ?? 1);

/** What is killed, and the record by which its process is found; the command line itself has none. */
const victims: readonly (readonly [string, string | undefined])[] = [
  ['the API server', recordFile(layout, 'kube-apiserver')],
  ['the command line', undefined],
  ['Temporal', join(paths.state, 'temporal', 'process.json')],
  ['etcd', recordFile(layout, 'etcd')],
  ['the kubelet', recordFile(layout, 'kubelet')],
];

const outcomes = new OutcomeTable('What an operation stands on, killed in the middle of it');
let ground: Ground;
let stack: SmallStack;
let undisturbed: EndState;

beforeAll(async () => {
  ground = await layGround();
  stack = await writeSmallStack(paths, await ensureActorImage(paths), 'faults-servers');
  await ground.bigdata.json('up', '-f', stack.file, '--on-failure', 'abort');
  undisturbed = await look();
  await uninstall();
});

afterAll(async () => {
  outcomes.print();
  await stack?.remove();
  await ground?.remove();
});

async function look(): Promise<EndState> {
  return await endStateOf(await connect({ kubeconfig: ground.bigdata.kubeconfig }), stack.namespace);
}

async function uninstall(): Promise<void> {
  const { left } = await ground.bigdata.json<OperationState>(
    'uninstall',
    '-f',
    stack.file,
    '--delete-data',
    '--yes',
  );
  expect(left).toEqual([]);
}

async function kill(record: string | undefined, command: ChildProcess): Promise<void> {
  if (record === undefined) {
    command.kill('SIGKILL');
    return;
  }
  const victim = await readRecord(record);
  if (!victim || !(await signalProcess(victim, 'SIGKILL'))) throw new Error(`${record} names no process`);
}

/** Kills while a component is applied, and runs the same command again beside the one that was running. */
async function killAndRunAgain(record: string | undefined, killed: () => void): Promise<OperationState> {
  // A failure is told at once, with its cause, rather than waiting for somebody to decide.
  const up = ['up', '-f', stack.file, '--on-failure', 'abort'];
  let first: Promise<unknown> = Promise.resolve();
  const again = new Promise<OperationState>((resolve) => {
    first = ground.bigdata.actAfter(
      /store: applying/,
      (command) => {
        killed();
        resolve(kill(record, command).then(() => ground.bigdata.json<OperationState>(...up)));
      },
      ...up,
    );
  });
  const [state] = await Promise.all([again, first]);
  return state;
}

test.each(everyNth(victims, every))('%s is killed', async (name, record) => {
  const outcome = { fault: `${name} killed`, where: 'install: while a component is applied', seconds: 0 };
  let since = 0;
  try {
    const state = await killAndRunAgain(record, () => (since = performance.now()));
    expect(state.components.map(({ phase }) => phase)).toEqual(['proven', 'proven']);
    expect(await look()).toEqual(undisturbed);
    outcomes.add({ ...outcome, survived: true, seconds: (performance.now() - since) / 1_000 });
  } catch (error) {
    outcomes.add({ ...outcome, survived: false, seconds: (performance.now() - since) / 1_000 });
    throw error;
  } finally {
    await uninstall();
  }
});
