/** @module */
import type { Progress } from '../progress/progress.js';
import { duration } from '../render/duration.js';
import { errorText } from '../../util/error-text.js';

/** Milliseconds without an answer after which a person is told. */
const toldAfter = 10_000;

/** Tells a person once, and brings the worker back if it died: else an unattended command would wait for ever. */
export function workerWatchdog(
  progress: Pick<Progress, 'note'>,
  reviveWorker: (() => Promise<void>) | undefined,
): (milliseconds: number) => void {
  let told = false;
  let reviving = false;
  const revive = async (): Promise<void> => {
    reviving = true;
    try {
      await reviveWorker?.();
    } catch (error) {
      progress.note(`The worker cannot be started: ${errorText(error)}`);
    } finally {
      reviving = false;
    }
  };
  return (milliseconds) => {
    if (milliseconds < toldAfter || reviving) {
      return;
    }
    if (!told) {
      told = true;
      progress.note(
        `No worker has answered for ${duration(milliseconds)}; \`bigdata doctor\` tells whether one runs`,
      );
    }
    void revive();
  };
}
