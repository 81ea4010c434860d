/**
 * Side by side with helmfile on one cluster: `npm run bench:peers`. The same charts, in turn, on an idle machine; ratios
 * and counts, and no judgement. The namespaces are there before and stay: helmfile would not remove its own, and to remove one
 * takes Kubernetes five seconds by itself.
 *
 * `BENCH_PEERS_SIZES=20,100` chooses sizes, `BENCH_PEERS_ALONE=1` leaves helmfile out.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Cluster } from '../src/kubernetes/api/connect.js';
import { connect } from '../src/kubernetes/api/connect.js';
import { clonePaths } from '../src/paths.js';
import type { OperationState } from '../src/stack/operation/operation-types.js';
import { Bigdata } from '../test/e2e/bigdata.js';
import { requestsAnswered, troubles, workerPeak } from './peers/machine.js';
import { type PeerPrograms, buildPeers } from './peers/programs.js';
import { type ReleaseSet, type Shape, writeReleases } from './peers/releases.js';

const sizes = (process.env['BENCH_PEERS_SIZES'] ?? '20,100,500').split(',').map(Number);
const isAlone = process.env['BENCH_PEERS_ALONE'] !== undefined;

/** What is done to a set, in this order. */
const steps = ['first', 'again', 'one value', 'removed'] as const;

type Step = (typeof steps)[number];

interface Cost {
  /** Of the whole command, from its start to its end. */
  readonly seconds: number;
  readonly requests: number;
}

interface Row {
  readonly shape: Shape;
  readonly count: number;
  readonly step: Step;
  readonly ours: Cost;
  readonly theirs?: Cost;
}

const bigdata = new Bigdata(join(clonePaths().state, 'bench'));
const rows: Row[] = [];
let folder: string;
let cluster: Cluster;
let peers: PeerPrograms | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-bench-'));
  peers = isAlone ? undefined : await buildPeers(clonePaths().cache);
  const { stackFile } = await writeReleases(join(folder, 'empty'), {
    name: 'empty',
    count: 1,
    shape: 'wide',
    change: 0,
  });
  await bigdata.json('up', '--no-install', '-f', stackFile);
  cluster = await connect({ kubeconfig: bigdata.kubeconfig });
});

afterAll(async () => {
  process.stdout.write(`\n${table()}\n`);
  process.stdout.write(
    `worker's peak: ${Math.round(await workerPeak(bigdata.state))} MiB; time-outs and lost leases in its log: ${await troubles(bigdata.state)}\n`,
  );
  await bigdata.run('down', '--delete', '--yes');
  await rm(folder, { recursive: true, force: true });
});

describe.each(['wide', 'layered'] as const)('a %s set', (shape) => {
  it.each(shape === 'layered' ? [100] : sizes)('of %i', async (count) => {
    const at = join(folder, `${shape}-${count}`);
    const name = `${shape}-${count}`;
    await Promise.all([name, `${name}-helmfile`].map(makeNamespace));
    for (const step of steps) {
      const change = steps.indexOf(step) < steps.indexOf('one value') ? 0 : 1;
      const set = await writeReleases(at, { name, count, shape, change });
      const ours = await costOf(() => operate(set, step));
      const theirs = peers && (await costOf(() => helmfile(set, step)));
      rows.push({ shape, count, step, ours, ...(theirs && { theirs }) });
      process.stdout.write(
        `${name}, ${step}: ${ours.seconds.toFixed(1)} s, ${theirs?.seconds.toFixed(1)} s\n`,
      );
    }
  });
});

async function makeNamespace(name: string): Promise<void> {
  const metadata = { name };
  await cluster.rest.json({ method: 'POST', path: '/api/v1/namespaces', body: { metadata } });
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const before = await requestsAnswered(cluster.rest);
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1_000;
  return { seconds, requests: (await requestsAnswered(cluster.rest)) - before };
}

async function operate({ stackFile }: ReleaseSet, step: Step): Promise<void> {
  const command = step === 'removed' ? ['uninstall'] : ['up', '--on-failure', 'abort'];
  await bigdata.json<OperationState>(...command, '-f', stackFile);
}

async function helmfile(set: ReleaseSet, step: Step): Promise<void> {
  if (!peers) return;
  const command = step === 'removed' ? 'destroy' : 'sync';
  await execa(
    peers.helmfile,
    ['--file', set.helmfile, '--helm-binary', peers.helm, '--quiet', command, '--concurrency', '10'],
    { env: { KUBECONFIG: bigdata.kubeconfig, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder } },
  );
}

function table(): string {
  const made = new Table({
    head: [
      'set',
      'step',
      'ours, s',
      'theirs, s',
      'ours ÷ theirs',
      'ours, s a release ÷ at 20',
      'requests a release, ours',
      'theirs',
    ],
    style: { head: [], border: [] },
  });
  for (const { shape, count, step, ours, theirs } of rows) {
    const small = rows.find((row) => row.shape === 'wide' && row.count === 20 && row.step === step);
    made.push([
      `${count} ${shape}`,
      step,
      ours.seconds.toFixed(1),
      theirs?.seconds.toFixed(1) ?? '',
      theirs ? (ours.seconds / theirs.seconds).toFixed(2) : '',
      small ? (ours.seconds / count / (small.ours.seconds / small.count)).toFixed(2) : '',
      (ours.requests / count).toFixed(0),
      theirs ? (theirs.requests / count).toFixed(0) : '',
    ]);
  }
  return made.toString();
}
