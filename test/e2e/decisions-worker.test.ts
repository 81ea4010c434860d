/**
 * A decision that is taken when the worker has just died, through the command line.
 *
 * @components none
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { DecisionStack, absent, allProven } from './decision-stack.js';
import { killWorkers } from './workers.js';

let stack: DecisionStack;

beforeAll(async () => {
  stack = await DecisionStack.make('decisions-worker');
});

afterAll(async () => {
  await stack.remove();
});

test('is told with what to do when the worker dies, and is decided about all the same', async () => {
  const { bigdata, image } = stack;
  const broken = await stack.file('broken.yaml', { queue: absent });
  expect((await stack.up('-f', broken)).exitCode).toBe(ExitCode.decision);
  for (let time = 1; time <= 3; time += 1) {
    await killWorkers();
    const { stdout } = await bigdata.run('status', '-f', broken);
    expect(stdout).toContain(
      `no worker answers, so it does not go on: \`bigdata up -f ${broken}\` starts one`,
    );
    const retried = await bigdata.run('retry', 'queue', '-f', broken);
    expect(retried.stderr).not.toContain('refused');
    expect(retried.exitCode).toBe(ExitCode.ok);
    expect((await stack.up('-f', broken)).exitCode).toBe(ExitCode.decision);
  }
  await bigdata.json('retry', 'queue', '-f', broken, '--set', `image=${image}`);
  // By the time that this looks, the operation may have ended: then it shows the stack instead.
  const { exitCode } = await bigdata.run('status', '--follow', '-f', broken);
  expect(exitCode).toBe(ExitCode.ok);
  expect(await stack.standings('fixed.yaml')).toEqual(allProven);
});
