/**
 * Where in a chart's templates something stands. A rendered object has no lines of its own, so that this is as near as the
 * words in the template lead.
 *
 * @module
 */
import { nameOf } from './rendered.js';
import type { Violation } from './rules/rule.js';

/** A file relative to the component's folder, and a line from 1, as far as they are known. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
}

/** What a chart is made of, and what comes of it. */
export interface Sources {
  /** The template of each object, by `Kind/name`. */
  readonly templateOf: ReadonlyMap<string, string>;
  /** Texts of all templates, by file. */
  readonly templates: ReadonlyMap<string, string>;
}

/** The place of what is wrong with an object. */
export function placeInChart({ object, container, message }: Violation, sources: Sources): Place {
  const file = object && sources.templateOf.get(nameOf(object));
  if (object === undefined || file === undefined) return {};
  // What a template includes may be written in another file, by convention one that begins with `_`.
  const partials = [...sources.templates.keys()].filter((each) => /(^|\/)_[^/]+$/.test(each));
  for (const candidate of [file, ...partials]) {
    const line = lineOf(sources.templates.get(candidate) ?? '', object.kind, container, message);
    if (line !== undefined) return { file: candidate, line };
  }
  return { file };
}

function lineOf(
  text: string,
  kind: string,
  container: string | undefined,
  message: string,
): number | undefined {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\s*kind:\\s*${kind}\\s*$`).test(line));
  if (start === -1) return undefined;
  const next = lines.findIndex((line, index) => index > start && line.startsWith('---'));
  const end = next === -1 ? lines.length : next;
  const find = (pattern: RegExp, from: number): number | undefined => {
    const index = lines.findIndex((line, at) => at >= from && at < end && pattern.test(line));
    return index === -1 ? undefined : index;
  };
  const at =
    (container === undefined
      ? undefined
      : find(new RegExp(`^\\s*-\\s+name:\\s*"?${container}"?\\s*$`), start)) ?? start;
  const words = message.match(/[a-zA-Z][\w./-]*/g) ?? [];
  const key = words
    .map((word) => find(new RegExp(`^\\s*(- )?"?${word.replaceAll('.', '\\.')}"?:`), at))
    .find((line) => line !== undefined);
  return (key ?? at) + 1;
}
