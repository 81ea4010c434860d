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

/** Kills the active one, and waits until the other one is active and the former stands by again; gives who is active. */
export async function killActive(stack: ChangingStack): Promise<string> {
  const former = await active(stack);
  expect(nameNodes).toContain(former);
  await stack.kubectl('delete', 'pod', former, '--wait=false', '--force', '--grace-period=0');
  const isOther = async () => (await active(stack)).replace(former, '') !== '';
  await expect.poll(isOther, { timeout: 2 * patience, interval: 500 }).toBe(true);
  await expect.poll(() => is(stack, former), { timeout: 3 * patience, interval: 1_000 }).toBe(true);
  return await active(stack);
}
