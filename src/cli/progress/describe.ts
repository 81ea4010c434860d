/** @module */
import type { ProgressEvent } from '../../progress.js';
import type { ComponentState } from '../../stack/operation/operation-types.js';
import { describePhase, isDone, isSettled } from '../../stack/operation/phases.js';
import { duration } from '../render/duration.js';

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
  if (unchanged && phase !== 'removed' && isDone(phase)) {
    return `${phase} already, unchanged`;
  }
  const words = describePhase(component);
  // What is wrong is told once, in the end.
  if (isSettled(phase) || phase === 'deciding')
    return cause === undefined ? words : `${words} (${cause.type})`;
  return detail === undefined ? words : `${words}: ${detail}`;
}

/** `proven in 12.3s`. */
export function describeSettled(component: ComponentState): string {
  const time =
    component.unchanged || component.milliseconds === 0 ? '' : ` (${duration(component.milliseconds)})`;
  return `${describeComponent(component)}${time}`;
}
