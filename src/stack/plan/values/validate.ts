/**
 * Checking final values against the chart's `values.schema.json`, as Helm would, but with file and line.
 *
 * @module
 */
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readIfExists } from '../../../util/exists.js';
import { type Issue, StackFileError } from '../../files/document/issue.js';
import type { Path, SourceDocument } from '../../files/document/source-document.js';
import type { Values } from '../plan-types.js';
import { readDefaults } from './defaults.js';
import { coalesceValues } from './merge.js';
import { describeError } from './schema-errors.js';

/** A place that values come from: the mapping at `path` of a document. */
export interface ValuesOrigin {
  readonly source: SourceDocument;
  readonly path: Path;
  /** The one top-level value that comes from there, if not all of them. */
  readonly only?: string;
}

/**
 * Every mistake in the values that a chart would be given.
 *
 * @param chart - Folder of the chart.
 * @param values - Final values without the chart's own defaults.
 * @param origins - Where the values come from, strongest first: an issue stands at the first that has the value.
 * @param fallback - Where an issue stands if no origin and not the chart's values.yaml has the value.
 * @throws {@link StackFileError} if the chart's own files cannot be read.
 */
export async function findValueIssues(
  chart: string,
  values: Values,
  origins: readonly ValuesOrigin[],
  fallback: ValuesOrigin,
): Promise<Issue[]> {
  const validate = await compileSchema(join(chart, 'values.schema.json'));
  if (validate === undefined) {
    return [];
  }
  const defaults = await readDefaults(chart);
  if (validate(coalesceValues((defaults?.data ?? {}) as Values, values))) {
    return [];
  }
  const places = [...origins, ...(defaults === undefined ? [] : [{ source: defaults, path: [] }])];
  return mostTelling(validate.errors ?? []).map((error) => {
    const { path, message, hint, key } = describeError(error);
    const { source, at } = locate(path, places, fallback);
    return key ? source.issueAtKey(at, message, hint) : source.issueAtValue(at, message, hint);
  });
}

async function compileSchema(file: string): Promise<ValidateFunction | undefined> {
  const text = await readIfExists(file);
  if (text === undefined) {
    return undefined;
  }
  try {
    const schema = JSON.parse(text) as { $schema?: string };
    const compiler = compilerOf(schema.$schema ?? '', hasNames.test(text));
    const validate = compiler.compile(schema);
    compiler.removeSchema(schema);
    return validate;
  } catch (error) {
    const message = `the schema cannot be used: ${(error as Error).message}`;
    const hint = 'correct it; `helm lint` checks it too';
    throw new StackFileError([{ file, message, hint }], error);
  }
}

/** Keywords by which a schema gives itself, or a part of it, a name that all schemas of a compiler share. */
const hasNames = /"\$(id|anchor|dynamicAnchor|recursiveAnchor)"/;

/** Kept, since a new compiler compiles its dialect first, which takes ten times as long as a chart's schema. */
const compilers = new Map<typeof Ajv | typeof Ajv2019 | typeof Ajv2020, Ajv>();

/** @param apart - a compiler that no other schema uses */
function compilerOf(dialect: string, apart: boolean): Ajv {
  const Compiler = dialect.includes('2020-12') ? Ajv2020 : dialect.includes('2019-09') ? Ajv2019 : Ajv;
  const kept = apart ? undefined : compilers.get(Compiler);
  if (kept !== undefined) return kept;
  const compiler = new Compiler({ allErrors: true, strict: false, validateFormats: false, verbose: true });
  if (!apart) compilers.set(Compiler, compiler);
  return compiler;
}

/** Without the summaries of `if`, and with one error where every branch of `anyOf` or `oneOf` complains. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject[] {
  const summaries = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const ofBranch = (error: ErrorObject): boolean =>
    summaries.some((summary) => error !== summary && error.schemaPath.startsWith(`${summary.schemaPath}/`));
  // What a key's own schema says of it is told by `propertyNames`.
  return errors.filter(
    (error) => error.keyword !== 'if' && error.propertyName === undefined && !ofBranch(error),
  );
}

/** The first place that has the whole path, else the first that has the most of it. */
function locate(
  path: Path,
  places: readonly ValuesOrigin[],
  fallback: ValuesOrigin,
): { source: SourceDocument; at: Path } {
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.find(
      ({ source, path: top, only = path[0] }) =>
        only === path[0] && source.has([...top, ...path.slice(0, length)]),
    );
    if (place !== undefined) {
      return { source: place.source, at: [...place.path, ...path.slice(0, length)] };
    }
  }
  return { source: fallback.source, at: fallback.path };
}
