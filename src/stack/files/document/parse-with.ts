/**
 * Checking a document against a schema.
 *
 * @module
 */
import type { z } from 'zod';
import { type Issue, StackFileError } from './issue.js';
import { suggest } from './nearest.js';
import {
  exampleAt,
  knownConstants,
  knownKeys,
  matchesPattern,
  nodesAt,
  toJsonSchema,
} from './schema-hints.js';
import type { SchemaNode } from './schema-hints.js';
import type { Path, SourceDocument } from './source-document.js';
import { nameOfType, typeName } from './type-names.js';

/**
 * The content of a document as the schema's output.
 *
 * @throws {@link StackFileError} with one issue a mistake.
 */
export function parseWith<S extends z.ZodType>(schema: S, document: SourceDocument): z.output<S> {
  const result = schema.safeParse(document.data);
  if (result.success) {
    return result.data;
  }
  const root = toJsonSchema(schema);
  throw new StackFileError(result.error.issues.flatMap((issue) => toIssues(issue, root, document)));
}

function toIssues(issue: z.core.$ZodIssue, root: SchemaNode, document: SourceDocument): Issue[] {
  const { path } = issue;
  const nodes = nodesAt(root, path);
  const name = nameOf(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const hint = suggest(key, knownKeys(nodes));
        return document.issueAtKey([...path, key], `unknown key ${JSON.stringify(key)}`, hint);
      });
    case 'invalid_key':
      return [document.issueAtKey(path, `${name} ${issue.issues[0]?.message ?? issue.message}`, 'rename it')];
    case 'invalid_union': {
      const options = knownConstants(nodes).join(', ');
      return [
        document.has(path)
          ? document.issueAtValue(path, `${name} has an unknown value`, `known are ${options}`)
          : document.issueAtKey(path, `${name} is missing`, `add it: one of ${options}`),
      ];
    }
    case 'invalid_type':
      return [
        document.has(path)
          ? wrongType(issue.expected, path, nodes, document)
          : document.issueAtKey(path, `${name} is missing`, exampleAt(path, nodes)),
      ];
    default:
      return [document.issueAtValue(path, `${name} ${issue.message}`, exampleAt(path, nodes))];
  }
}

function wrongType(
  expected: string,
  path: Path,
  nodes: readonly SchemaNode[],
  document: SourceDocument,
): Issue {
  let value: unknown = document.data;
  for (const step of path) {
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  const onlyQuotes =
    expected === 'string' && typeof value === 'number' && matchesPattern(String(value), nodes);
  const message = `${nameOf(path)} must be ${typeName(expected)}, not ${nameOfType(value, 'empty')}`;
  return document.issueAtValue(path, message, onlyQuotes ? 'put it in quotes' : exampleAt(path, nodes));
}

function nameOf(path: Path): string {
  const last = path.at(-1);
  if (typeof last === 'number') {
    return `item ${last + 1} of ${JSON.stringify(String(path.at(-2)))}`;
  }
  return JSON.stringify(String(last));
}
