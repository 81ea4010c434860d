/** @module */
import type { ProgressEvent } from '../../progress.js';
import type { ComponentState, Phase } from '../../stack/operation-types.js';
import { duration } from '../render/duration.js';

const settled: ReadonlySet<Phase> = new Set([
  'proven',
  'removed',
  'failed',
  'rolled-back',
  'skipped',
  'blocked',
  'cancelled',
]);

/** A phase in words: most are words for people already. */
export function describePhase(phase: Phase): string {
  switch (phase) {
    case 'deciding':
      return 'failed, waits for a decision';
    case 'rolling-back':
      return 'rolling back';
    case 'rolled-back':
      return 'rolled back';
    default:
      return phase;
  }
}

/** Whether nothing more will happen to the component in this operation. */
export function isSettled({ phase }: ComponentState): boolean {
  return settled.has(phase);
}

/** `compiling k8s.io/api (34 of 120)`. */
export function describeEvent({ text, done, total }: ProgressEvent): string {
  if (done === undefined) {
    return text;
  }
  return total === undefined ? `${text} (${done})` : `${text} (${done} of ${total})`;
}

/** `readying: 2/3 pods ready`, without times, so that equal descriptions mean that nothing changed. */
export function describeComponent(component: ComponentState): string {
  const { phase, detail, cause, unchanged } = component;
  if (phase === 'proven' && unchanged) {
    return 'proven already, unchanged';
  }
  const more = isSettled(component) || phase === 'deciding' ? cause?.message : detail;
  return more === undefined ? describePhase(phase) : `${describePhase(phase)}: ${more}`;
}

/** `proven in 12.3s`. */
export function describeSettled(component: ComponentState): string {
  const time =
    component.unchanged || component.milliseconds === 0 ? '' : ` (${duration(component.milliseconds)})`;
  return `${describeComponent(component)}${time}`;
}
