/** @module */
import { setTimeout as delay } from 'node:timers/promises';

import type { LocalNode } from '../platform/platform.js';
import type { Progress } from '../progress/progress.js';
import { errorText } from '../../util/error-text.js';

/** Milliseconds between two looks. */
const pause = 5_000;

/**
 * Starts what died of the local cluster again, until the signal, while an operation waits for it: nobody else does. Only what is dead
 * at two looks in a row has died, because a process that somebody stops is forgotten a moment after its end.
 */
export async function watchNode(
  node: Pick<LocalNode, 'dead' | 'ensure'>,
  progress: Pick<Progress, 'note'>,
  signal: AbortSignal,
  every = pause,
): Promise<void> {
  let before: readonly string[] = [];
  let told = '';
  const tell = (text: string): void => {
    if (text !== told) progress.note(text);
    told = text;
  };
  while (await delay(every, true, { signal }).catch(() => false)) {
    try {
      const dead = await node.dead();
      const gone = dead.filter((name) => before.includes(name));
      before = dead;
      if (gone.length === 0) continue;
      tell(`Of the local cluster, ${gone.join(', ')} died: it is started again`);
      await node.ensure(() => {});
    } catch (error) {
      tell(`The local cluster cannot be repaired: ${errorText(error)}`);
    }
  }
}
