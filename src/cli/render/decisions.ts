/**
 * What waits for a decision, why, and the commands that decide.
 *
 * @module
 */
import { decisionCommands, undecided } from '../../stack/operation/decisions.js';
import type { DecisionCommands } from '../../stack/operation/decisions.js';
import type { OperationState } from '../../stack/operation/operation-types.js';
import { renderCauses } from './components.js';
import type { Style } from './style.js';

/** One component that waits, for programs. */
export interface OpenDecision extends DecisionCommands {
  readonly component: string;
}

/** @param options - of the stack and cluster that are meant, as in {@link decisionCommands} */
export function openDecisions(state: OperationState, options: string): OpenDecision[] {
  return undecided(state).map((component) => ({ component, ...decisionCommands(component, options) }));
}

/** The commands, one a line, with what each does; nothing if nothing waits. */
export function renderDecisions(state: OperationState, options: string, style: Style): string {
  const open = openDecisions(state, options);
  const [first] = open;
  if (first === undefined) {
    return '';
  }
  const rows = [
    ...open.flatMap(({ retry, skip }) => [
      [retry, 'tries again as the stack file says now; --set KEY=VALUE changes a value'],
      [skip, 'goes on without it, and without what needs it'],
    ]),
    [first.abort, 'ends the install; what is proven stays'],
  ] as const;
  const width = Math.max(...rows.map(([command]) => command.length));
  const title = state.waitsForDecision
    ? `Nothing goes on until you decide about ${names(open)}:`
    : `The rest goes on; you can decide about ${names(open)}:`;
  const lines = rows.map(([command, what]) => `  ${style.strong(command.padEnd(width))}  ${what}\n`);
  return `${style.busy(title)}\n${lines.join('')}`;
}

/** Why components wait for a decision, and the commands; nothing if none waits. */
export function explainDecisions(state: OperationState, options: string, style: Style): string {
  const components = state.components.filter(({ phase }) => phase === 'deciding');
  return components.length === 0
    ? ''
    : `\n${renderCauses({ ...state, components }, style)}\n${renderDecisions(state, options, style)}`;
}

function names(open: readonly OpenDecision[]): string {
  return open.map(({ component }) => component).join(', ');
}
