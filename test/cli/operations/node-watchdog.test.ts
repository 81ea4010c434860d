import { expect, test } from 'vitest';
import { watchNode } from '../../../src/cli/operations/node-watchdog.js';

/** What each look finds dead; the last one ends the watch. */
async function watched(looks: readonly (readonly string[])[], repair = async (): Promise<void> => {}) {
  const end = new AbortController();
  const left = [...looks];
  const notes: string[] = [];
  let repairs = 0;
  const node = {
    dead: async () => {
      const [next = []] = left.splice(0, 1);
      if (left.length === 0) end.abort();
      return next;
    },
    ensure: async () => {
      repairs += 1;
      await repair();
      return { kind: 'local' as const, kubeconfig: '', context: '' };
    },
  };
  await watchNode(node, { note: (text) => notes.push(text) }, end.signal, 1);
  return { repairs, notes };
}

test('what is dead at two looks is started again, and said once', async () => {
  const dead = ['kube-scheduler'];
  expect(await watched([[], dead, dead, [], [], dead, dead, []])).toEqual({
    repairs: 2,
    notes: ['Of the local cluster, kube-scheduler died: it is started again'],
  });
});

test('what somebody stops is left alone', async () => {
  expect(await watched([['kubelet'], ['etcd'], [], ['kubelet'], []])).toEqual({ repairs: 0, notes: [] });
});

test('a repair that fails is told, and tried again', async () => {
  const dead = ['etcd'];
  const found = await watched([dead, dead, dead, dead], () => Promise.reject(new Error('no space left')));
  expect(found.repairs).toBe(3);
  expect(found.notes).toContain('The local cluster cannot be repaired: no space left');
});
