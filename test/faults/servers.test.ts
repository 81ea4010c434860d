/**
 * What an install, an upgrade and an uninstall need is killed in the middle of them: the command line, Temporal,
 * the API server, etcd, the kubelet. The same command again brings it back and finishes the operation.
 *
 * @components volumes
 */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/kubernetes/api/connect.js';
import { nodeLayout, recordFile } from '../../src/local/node/layout.js';
import { signalProcess } from '../../src/processes/identity.js';
import { readRecord } from '../../src/processes/record.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { clonePaths } from '../../src/paths.js';
import { ensureActorImage } from '../support/actor.js';
import { type EndState, endStateOf } from './end-state.js';
import { type Provisioner, installProvisioner } from './provisioner.js';
import { type SmallStack, writeSmallStack } from './small-stack.js';
import { OutcomeTable } from './table.js';

const paths = clonePaths();
const layout = nodeLayout(paths);

/** What is killed, and the record by which its process is found; the command line itself has none. */
const victims: readonly (readonly [string, string | undefined])[] = [
  ['the API server', recordFile(layout, 'kube-apiserver')],
  ['the command line', undefined],
  ['Temporal', join(paths.state, 'temporal', 'process.json')],
  ['etcd', recordFile(layout, 'etcd')],
  ['the kubelet', recordFile(layout, 'kubelet')],
];

const outcomes = new OutcomeTable('What an operation needs, killed in the middle of it');
let provisioner: Provisioner;
let stack: SmallStack;

interface Operation {
  readonly command: readonly string[];
  /** What the command line says when it is in the middle of it. */
  readonly middle: RegExp;
  readonly where: string;
  readonly removes: readonly string[];
}

/** The command line shows where a component stands now and then: on a busy machine a short phase may pass between two looks. */
const comesUp = /store: (applying|readying|checking)/;

/** In the order of a stack's life. */
let life: Readonly<Record<'install' | 'upgrade' | 'uninstall', Operation>>;
/** What each operation leaves when nothing dies. */
const undisturbed = new Map<Operation, EndState>();

beforeAll(async () => {
  provisioner = await installProvisioner();
  stack = await writeSmallStack(paths, await ensureActorImage(paths), 'faults-servers');
  life = {
    install: {
      command: up(stack.file),
      middle: comesUp,
      where: 'install: while a component comes up',
      removes: [],
    },
    upgrade: {
      command: up(stack.changedFile),
      middle: comesUp,
      where: 'upgrade: while a component comes up',
      removes: ['addition'],
    },
    uninstall: {
      command: ['uninstall', '-f', stack.changedFile, '--delete-data', '--yes'],
      middle: /: removing/,
      where: 'uninstall: while a component is removed',
      removes: ['store', 'front', 'addition'],
    },
  };
  for (const operation of Object.values(life)) {
    await provisioner.bigdata.json(...operation.command);
    undisturbed.set(operation, await look());
  }
});

afterAll(async () => {
  outcomes.print();
  await stack?.remove();
  await provisioner?.remove();
});

/** A failure is told at once, with its cause, rather than waiting for somebody to decide. */
function up(file: string): string[] {
  return ['up', '-f', file, '--on-failure', 'abort'];
}

async function look(): Promise<EndState> {
  return await endStateOf(await connect({ kubeconfig: provisioner.bigdata.kubeconfig }), stack.namespace);
}

/** Without revisions: a Helm that was disturbed in an upgrade is called again, and makes another one. */
function statuses({ releases, ...state }: EndState): EndState {
  const entries = Object.entries(releases).map(([name, text]) => [name, text.replace(/^\d+ /, '')] as const);
  return { ...state, releases: Object.fromEntries(entries) };
}

async function kill(record: string | undefined, command: ChildProcess): Promise<void> {
  if (record === undefined) {
    command.kill('SIGKILL');
    return;
  }
  const victim = await readRecord(record);
  if (!victim || !(await signalProcess(victim, 'SIGKILL'))) throw new Error(`${record} names no process`);
}

/** Kills in the middle of an operation, and runs the same command again beside the one that was running. */
async function killAndRunAgain(
  record: string | undefined,
  { command, middle }: Operation,
  killed: () => void,
): Promise<OperationState> {
  let first: Promise<unknown> = Promise.resolve();
  const again = new Promise<OperationState>((resolve) => {
    first = provisioner.bigdata.actAfter(
      middle,
      (running) => {
        killed();
        resolve(kill(record, running).then(() => provisioner.bigdata.json<OperationState>(...command)));
      },
      ...command,
    );
  });
  const [state] = await Promise.all([again, first]);
  return state;
}

const faults = (['install', 'upgrade', 'uninstall'] as const).flatMap((operation) =>
  victims.map(([name, record]) => ({ operation, name, record })),
);

test.each(faults)('$name is killed in an $operation', async ({ operation, name, record }) => {
  const { install, upgrade, uninstall, [operation]: disturbed } = life;
  if (disturbed !== install) await provisioner.bigdata.json(...install.command);
  const outcome = { fault: `${name} killed`, where: disturbed.where };
  let since = 0;
  try {
    const state = await killAndRunAgain(record, disturbed, () => (since = performance.now()));
    for (const { name: component, phase } of state.components)
      expect([component, phase]).toEqual([
        component,
        disturbed.removes.includes(component) ? 'removed' : 'proven',
      ]);
    const compared = disturbed === upgrade ? statuses : (each: EndState) => each;
    expect(compared(await look())).toEqual(compared(undisturbed.get(disturbed) as EndState));
    outcomes.add({ ...outcome, survived: true, seconds: (performance.now() - since) / 1_000 });
  } catch (error) {
    outcomes.add({ ...outcome, survived: false, seconds: (performance.now() - since) / 1_000 });
    throw error;
  } finally {
    const { left } = await provisioner.bigdata.json<OperationState>(...uninstall.command);
    expect(left).toEqual([]);
  }
});

test('a scheduler that dies is started again by the command that waits', async () => {
  const { install, uninstall } = life;
  const outcome = { fault: 'the scheduler killed, no command run again', where: install.where };
  const since = performance.now();
  let killed: Promise<void> = Promise.resolve();
  const ended = await provisioner.bigdata.actAfter(
    install.middle,
    (running) => (killed = kill(recordFile(layout, 'kube-scheduler'), running)),
    ...install.command,
  );
  try {
    await killed;
    expect(ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('kube-scheduler died: it is started again') as string,
    });
    expect(await look()).toEqual(undisturbed.get(install));
  } finally {
    outcomes.add({
      ...outcome,
      survived: ended.exitCode === 0,
      seconds: (performance.now() - since) / 1_000,
    });
    await provisioner.bigdata.json(...uninstall.command);
  }
});
