import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type Holder, holderAnnotation, standingOf } from '../../../src/activities/release-lock/holder.js';
import { type Lease, microTime } from '../../../src/kubernetes/releases/leases.js';
import { identify } from '../../../src/processes/identity.js';
import { type LocatedProcess, thisProcess } from '../../../src/processes/location.js';

const now = Date.parse('2026-01-01T00:00:00Z');

function leaseOf(holder: Partial<Holder>): Lease {
  const all = { token: 'none', workflowId: 'op', runId: 'run', helmDiesWithWorker: true, ...holder };
  return {
    metadata: { name: 'bigdata-kafka', annotations: { [holderAnnotation]: JSON.stringify(all) } },
    spec: { leaseDurationSeconds: 10, renewTime: microTime(now) },
  };
}

/** A process of this machine that is no more. */
async function deadProcess(): Promise<LocatedProcess> {
  const child = spawn('sleep', ['60']);
  const identity = await identify(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { ...(await here()), ...identity };
}

async function here(): Promise<LocatedProcess> {
  const located = await thisProcess();
  if (!located) throw new Error('these tests need /proc');
  return located;
}

describe.runIf(process.platform === 'linux')('the holder of a lease', () => {
  it('lives while it renews', async () => {
    expect(await standingOf(leaseOf({ process: await here() }), false)).toEqual({ is: 'living' });
    const elsewhere = { ...(await here()), bootId: 'another' };
    expect(await standingOf(leaseOf({ process: elsewhere }), false)).toEqual({ is: 'living' });
  });

  it('is dead as soon as its process is, on this machine', async () => {
    const process = await deadProcess();
    expect(await standingOf(leaseOf({ process }), false)).toEqual({ is: 'dead', helmEnded: true });
    // In another container of this machine nobody here could see it.
    const hidden = { ...process, pidNamespace: 'pid:[1]' };
    expect(await standingOf(leaseOf({ process: hidden }), false)).toEqual({ is: 'living' });
  });

  it('is dead when its lease has run out, and its Helm too if that dies with its worker', async () => {
    const elsewhere = { ...(await here()), bootId: 'another' };
    expect(await standingOf(leaseOf({ process: elsewhere }), true)).toEqual({ is: 'dead', helmEnded: true });
    const outliving = leaseOf({ process: elsewhere, helmDiesWithWorker: false });
    expect(await standingOf(outliving, true)).toEqual({ is: 'dead', helmEnded: false });
    expect(await standingOf({ metadata: { name: 'x' } }, true)).toEqual({ is: 'dead', helmEnded: false });
  });

  it('has left an orphan if its Helm still runs', async () => {
    const helm = spawn('sleep', ['60'], {
      env: { ...process.env, BIGDATA_RELEASE_LOCK: 'orphan-of-a-test' },
    });
    const lease = leaseOf({ process: await deadProcess(), token: 'orphan-of-a-test' });
    expect(await standingOf(lease, false)).toEqual({ is: 'orphaned', pid: helm.pid });
    helm.kill('SIGKILL');
    await once(helm, 'exit');
    expect(await standingOf(lease, false)).toEqual({ is: 'dead', helmEnded: true });
  });
});
