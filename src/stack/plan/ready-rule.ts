/**
 * What an object must say of itself before it counts as ready, written as `kubectl wait --for` takes it. Pure.
 *
 * @module
 */
import { JSONPath } from 'jsonpath-plus';

/** What is waited for. */
export type ReadyRule =
  | { readonly condition: string; readonly is: string }
  /** The only value at a place, found without filters and scripts; any if none is named. */
  | { readonly path: string; readonly value?: string };

/** @param text - `condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}=Running`; undefined if it is none of these */
export function parseReadyRule(text: string): ReadyRule | undefined {
  const [, type, is = 'True'] = /^condition=([\w./-]+)(?:=(\w+))?$/.exec(text) ?? [];
  if (type !== undefined) return { condition: type, is };
  const [, expression, value] = /^jsonpath='?\{(\.[^?()@{}]+)\}'?(?:=(.+))?$/.exec(text) ?? [];
  if (expression === undefined) return undefined;
  const path = `$${expression}`;
  return value === undefined ? { path } : { path, value };
}

/** Why an object does not say so, for people; undefined if it does. @param text - as {@link parseReadyRule} takes it */
export function breachOf(text: string, object: object): string | undefined {
  const rule = parseReadyRule(text);
  if (rule === undefined) return `it is not known what ${text} means`;
  if ('condition' in rule) {
    const conditions = found('$.status.conditions[*]', object) as Partial<
      Record<'type' | 'status' | 'reason' | 'message', string>
    >[];
    const said = conditions.find(({ type }) => type === rule.condition);
    if (said?.status === rule.is) return undefined;
    if (said === undefined) return `${text}: nothing says it yet`;
    return `${text}: it is ${[said.status, ...saidBy(said)].join(', ')}`;
  }
  const values = found(rule.path, object);
  if (values.length !== 1)
    return `${text}: ${values.length === 0 ? 'there is no such value' : `there are ${values.length} values`}`;
  const [value] = values.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
  return rule.value === undefined || value === rule.value ? undefined : `${text}: it is ${value}`;
}

/** Reason and message of a condition, as far as it has them. */
export function saidBy({
  reason,
  message,
}: {
  readonly reason?: string;
  readonly message?: string;
}): string[] {
  return [reason, message].filter((each): each is string => each !== undefined && each !== '');
}

function found(path: string, json: object): unknown[] {
  return JSONPath({ path, json, eval: false, wrap: true }) as unknown[];
}
