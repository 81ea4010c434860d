/**
 * Components that fail for good, and what people decide about them, through the command line on the local cluster.
 *
 * @components none
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenDecision } from '../../src/cli/render/decisions.js';
import { ExitCode } from '../../src/errors.js';
import { phases } from '../support/operations.js';
import type { Bigdata } from './bigdata.js';
import { DecisionStack, absent, allProven } from './decision-stack.js';
import { patience } from '../support/patience.js';

interface StatusDocument {
  readonly operation: object | null;
  readonly decisions: readonly OpenDecision[];
}

let stack: DecisionStack;
let bigdata: Bigdata;
let image: string;

beforeAll(async () => {
  stack = await DecisionStack.make('decisions');
  ({ bigdata, image } = stack);
});

afterAll(async () => {
  await stack.remove();
});

describe.sequential('a component that fails for good', () => {
  let broken: string;

  beforeAll(async () => {
    broken = await stack.file('broken.yaml', { queue: absent });
  });

  test('waits for a decision, while the independent ones finish', async () => {
    const { exitCode, document } = await stack.up('-f', broken);
    expect(exitCode).toBe(ExitCode.decision);
    expect(phases(document)).toEqual({
      base: 'proven',
      store: 'proven',
      queue: 'deciding',
      front: 'waiting',
    });
    const queue = document.components.find(({ name }) => name === 'queue');
    expect(JSON.stringify(queue?.cause)).toContain(absent);
    expect(document.decisions).toEqual([
      {
        component: 'queue',
        retry: `bigdata retry queue -f ${broken}`,
        skip: `bigdata skip queue -f ${broken}`,
        abort: `bigdata abort -f ${broken}`,
      },
    ]);
  });

  test('is shown by status, and the same up attaches to what waits', async () => {
    const { exitCode, stdout } = await bigdata.run('status', '-f', broken);
    expect(exitCode).toBe(ExitCode.decision);
    expect(stdout).toMatch(/queue +.*failed, waits for a decision/);
    expect(stdout).toContain(`bigdata skip queue -f ${broken}`);
    expect(stdout).toContain(`\`bigdata status --follow -f ${broken}\` watches`);

    const again = await bigdata.run('up', '-f', broken);
    expect(again.exitCode).toBe(ExitCode.decision);
    expect(again.stdout).toContain('Attached to the install that runs since');
  });

  test('takes no decision that makes no sense', async () => {
    const refused: [string[], RegExp][] = [
      [['skip', 'store'], /store does not wait for a decision: it is proven/],
      [['skip', 'front'], /front does not wait for a decision: it waits for its turn/],
      [['skip', 'queu'], /did you mean "queue"/i],
      [['retry', 'queu'], /did you mean "queue"/i],
      [['retry', 'queue', '--set', 'replicas=two'], /--set queue\.replicas:.*"replicas"/],
      [['retry', 'queue', '--set', 'environment.DB_PASSWORD=hunter2'], /holds a secret/],
    ];
    for (const [args, reason] of refused) {
      const { exitCode, stderr } = await bigdata.run(...args, '-f', broken);
      expect(exitCode, stderr).toBe(ExitCode.usage);
      expect(stderr).toMatch(reason);
      expect(stderr).not.toContain('hunter2');
    }
  });

  test('holds off other operations, which name the way out', async () => {
    for (const command of ['verify', 'uninstall']) {
      const { exitCode, stderr } = await bigdata.run(command, '-f', broken);
      expect(exitCode).toBe(ExitCode.busy);
      expect(stderr).toContain('waits for a decision about queue');
      expect(stderr).toContain(`\`bigdata abort -f ${broken}\` ends it`);
    }
  });

  test('is healed by another value, and everything is proven', async () => {
    const value = `image=${image}`;
    const retried = await bigdata.run('retry', 'queue', '-f', broken, '--set', value);
    expect(retried.stdout).toContain('queue is tried again with a changed plan');
    // By the time that this looks, the operation may have ended: then it shows the stack instead.
    const { exitCode } = await bigdata.run('status', '--follow', '-f', broken);
    expect(exitCode).toBe(ExitCode.ok);
    expect(await stack.standings('fixed.yaml')).toEqual(allProven);
  });

  test('is proven as a stack file says that has this value', async () => {
    const fixed = await stack.file('fixed.yaml', {});
    const { exitCode, document } = await stack.up('-f', fixed);
    expect(exitCode).toBe(ExitCode.ok);
    expect(document.unchanged).toBe(true);
  });
});

describe.sequential('a change that fails', () => {
  let changed: string;

  beforeAll(async () => {
    changed = await stack.file('changed.yaml', {
      store: absent,
    });
  });

  test('ends the install at once with --on-failure abort', async () => {
    const { exitCode, document } = await stack.up('-f', changed, '--on-failure', 'abort');
    expect(exitCode).toBe(ExitCode.failed);
    expect(phases(document)).toEqual({ ...allProven, store: 'failed' });
    const { operation } = await bigdata.status<StatusDocument>('-f', changed);
    expect(operation).toBeNull();
  });

  test('is aborted by hand', async () => {
    expect((await stack.up('-f', changed)).exitCode).toBe(ExitCode.decision);
    const { exitCode, stdout } = await bigdata.run('abort', '-f', changed);
    expect(exitCode).toBe(ExitCode.ok);
    expect(stdout).toContain('The install of decisions is aborted');
    const again = await bigdata.run('abort', '-f', changed);
    expect(again.exitCode).toBe(ExitCode.usage);
    expect(again.stderr).toContain('no operation is running');
  });

  test('is skipped, and the install ends as not complete', async () => {
    expect((await stack.up('-f', changed)).exitCode).toBe(ExitCode.decision);
    await bigdata.json('skip', 'store', '-f', changed);
    await expect
      .poll(async () => (await bigdata.status<StatusDocument>('-f', changed)).operation, {
        timeout: patience,
      })
      .toBeNull();
  });

  test('is healed by another stack file, to which that file’s up attaches', async () => {
    expect((await stack.up('-f', changed)).exitCode).toBe(ExitCode.decision);
    const fixed = await stack.file('fixed.yaml', {});
    const { stderr } = await bigdata.run('up', '-f', fixed);
    expect(stderr).toContain('`bigdata retry store -f FILE` goes on with what FILE says of store');
    await bigdata.json('retry', 'store', '-f', fixed);
    const { exitCode, document } = await stack.up('-f', fixed);
    expect(exitCode).toBe(ExitCode.ok);
    expect(phases(document)).toEqual(allProven);
  });

  test('is stopped while it runs by abort --now, and the next up recovers what was cut off', async () => {
    const hanging = await stack.file('hanging.yaml', { storeHook: ['stay'] });
    const installing = bigdata.run('up', '-f', hanging);
    await expect
      .poll(async () => (await bigdata.run('status', '-f', hanging)).stdout, { timeout: patience })
      .toMatch(/store +.*hook store-before running/);
    const { exitCode, stdout } = await bigdata.run('abort', '--now', '-f', hanging);
    expect(exitCode).toBe(ExitCode.ok);
    expect(stdout).toMatch(/store +cancelled/);
    expect(stdout).toContain('The install of decisions is stopped');
    expect((await installing).stderr).toContain('The install was cancelled by somebody');
    const fixed = await stack.up('-f', await stack.file('fixed.yaml', {}));
    expect(fixed.exitCode).toBe(ExitCode.ok);
    expect(phases(fixed.document)).toEqual(allProven);
  });
});
