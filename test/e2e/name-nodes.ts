/**
 * Two NameNodes of a stack that changes.
 *
 * @module
 */
import { expect } from 'vitest';

import { patience } from '../support/patience.js';
import type { ChangingStack } from './changing-stack.js';

export const nameNodes = ['hdfs-namenode-0', 'hdfs-namenode-1'];

/** Whether what a NameNode is asked is so: whether it is active, or ready if nothing is said. */
export async function is(stack: ChangingStack, nameNode: string, path: 'active' | '' = ''): Promise<boolean> {
  const ask = ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', `localhost:9871/${path}`];
  const { stdout } = await stack.bigdata.run('kubectl', '-n', stack.name, 'exec', nameNode, '--', ...ask);
  return stdout === '200';
}

/** The active one; none, or both, is nobody's name. */
export async function active(stack: ChangingStack): Promise<string> {
  const found: string[] = [];
  for (const each of nameNodes) if (await is(stack, each, 'active')) found.push(each);
  return found.join(' and ');
}

/**
 * Kills the active one, and waits until another pod is active and both stand by or are active; gives who is active: the other one,
 * unless the former is back before it is missed.
 */
export async function killActive(stack: ChangingStack): Promise<string> {
  const former = await active(stack);
  expect(nameNodes).toContain(former);
  const other = nameNodes.find((each) => each !== former) ?? '';
  const asked = await timesAskedToLeave(stack, other);
  const uid = () => uidOf(stack, former);
  const killed = await uid();
  await stack.kubectl('delete', 'pod', former, '--wait=false', '--force', '--grace-period=0');
  const isAnother = async () => {
    const now = await active(stack);
    return nameNodes.includes(now) && (now !== former || (await uid()) !== killed);
  };
  await expect.poll(isAnother, { timeout: 2 * patience, interval: 500 }).toBe(true);
  // The only one that can be elected is in the election.
  expect(await timesAskedToLeave(stack, other)).toBe(asked);
  await expect.poll(() => is(stack, former), { timeout: 3 * patience, interval: 1_000 }).toBe(true);
  return await active(stack);
}

/** How often the controller of a NameNode was asked to leave the election. */
async function timesAskedToLeave(stack: ChangingStack, nameNode: string): Promise<number> {
  const log = await stack.kubectl('logs', nameNode, '-c', 'zkfc');
  return log.split('to cede active role').length - 1;
}

async function uidOf(stack: ChangingStack, pod: string): Promise<string> {
  return await stack.kubectl('get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}');
}
