/**
 * The table of components that ends an operation.
 *
 * @module
 */
import { sentence } from '../../errors.js';
import { shorten } from '../../util/shorten.js';
import type {
  Cause,
  ComponentState,
  LeftObject,
  OperationState,
  Phase,
} from '../../stack/operation/operation-types.js';
import { describePhase, isDone, isLost } from '../../stack/operation/phases.js';
import type { Facts } from '../../stack/plan/plan-types.js';
import { duration } from './duration.js';
import type { Style } from './style.js';
import { renderTable } from './table.js';

/** Facts that one row shows of one check; all of them are in `--output json`. */
const factsShown = 4;

/** Characters of one fact. */
const factLength = 40;

export function renderComponents(components: readonly ComponentState[], style: Style, width: number): string {
  const rows = components.map((component) => [
    style.strong(component.name),
    phase(component, style),
    component.unchanged ? '' : duration(component.milliseconds),
    proof(component),
  ]);
  return renderTable(['component', 'phase', 'time', 'result'], rows, style, width);
}

/** Names of components of which nothing was proven, as they have no checks. */
export function withoutChecks(components: readonly ComponentState[]): string[] {
  return components.filter(({ phase: each }) => each === 'installed').map(({ name }) => name);
}

/** `installed and proven`, of an operation that ended well, with what nothing was proven of. */
export function describeInstalled({ components }: OperationState): string {
  const names = withoutChecks(components);
  if (names.length === 0) return 'installed and proven';
  const proven = components.some(({ phase: each }) => each === 'proven');
  return proven
    ? `installed and proven, except ${names.join(', ')}: without checks there is nothing to prove`
    : 'installed; it has no checks, so nothing was proven';
}

/** Why components failed, with the last lines of their logs. */
export function renderCauses(state: OperationState, style: Style): string {
  return state.components
    .filter((component): component is ComponentState & { cause: Cause } => component.cause !== undefined)
    .map(({ name, cause }) => renderCause(name, cause, style))
    .join('\n');
}

const whyLeft: Readonly<Record<LeftObject['why'], string>> = {
  kept: 'kept',
  stuck: 'stuck',
  'not-ours': 'not managed by this stack',
};

/** What an uninstall left behind, and why. */
export function renderLeft(left: readonly LeftObject[], style: Style): string {
  return left
    .map(({ kind, name, namespace, why, detail }) => {
      const object = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
      return `  ${why === 'stuck' ? style.bad(why) : style.faint(whyLeft[why])} ${object}: ${detail}\n`;
    })
    .join('');
}

function phase(state: ComponentState, style: Style): string {
  const text = `${describePhase(state)}${state.unchanged ? ', unchanged' : ''}`;
  return paint(state.phase, style)(text);
}

function paint(name: Phase, style: Style): (text: string) => string {
  if (isDone(name)) return style.good;
  return isLost(name) || name === 'deciding' ? style.bad : style.busy;
}

function proof({ phase: name, checks, cause, detail = '', notes = [] }: ComponentState): string {
  const proven = checks.map(({ proves, facts }) => `${proves}${shownFacts(facts)}`);
  const said =
    name === 'rolled-back'
      ? [detail, ...proven]
      : cause
        ? [causeBelow(cause)]
        : proven.length > 0
          ? proven
          : [detail];
  return [...said, ...notes].filter((line) => line !== '').join('\n');
}

/** What is wrong is told below, once. */
function causeBelow({ type }: Cause): string {
  return `${type}, see below`;
}

function shownFacts(facts: Facts): string {
  const shown = Object.entries(facts)
    .slice(0, factsShown)
    .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const)
    .map(([key, text]) => `${key} ${shorten(text, factLength)}`);
  return shown.length === 0 ? '' : ` (${shown.join(', ')})`;
}

function renderCause(component: string, cause: Cause, style: Style): string {
  const lines = [style.bad(`${component}: ${cause.message}`)];
  if (cause.where !== undefined) {
    lines.push(`  ${style.faint('where:')} ${cause.where}`);
  }
  lines.push(
    `  ${style.faint('cause:')} ${cause.type} ${style.faint(`(\`bigdata explain ${cause.type}\`)`)}`,
    ...(cause.details ?? []).map((line) => `  ${style.faint('│')} ${line}`),
  );
  if (cause.next !== undefined) {
    lines.push(`  ${style.faint('next:')} ${sentence(cause.next)}`);
  }
  return `${lines.join('\n')}\n`;
}
