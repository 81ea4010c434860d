/** @module */
import type { ChangeStep } from '../platform/platform.js';
import type { Style } from './style.js';

/** What happens while a component changes, in numbered steps; what goes on at the same time has one number. */
export function renderSteps(component: string, steps: readonly ChangeStep[], style: Style): string[] {
  if (steps.length === 0) return [];
  const lines = steps.map(({ step, object, does }, index) => {
    const isFirst = steps[index - 1]?.step !== step;
    const number = isFirst ? `${step}.` : ' '.repeat(`${step}.`.length);
    return `  ${number} ${object === undefined ? '' : `${style.strong(object)} `}${does}\n`;
  });
  return [`${style.strong(component)}, step by step:\n${lines.join('')}`];
}
