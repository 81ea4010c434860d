/**
 * Checking a document against a schema, with hints that the schema itself gives.
 *
 * @module
 */
import { z } from 'zod';
import { type Issue, StackFileError } from './issue.js';
import { suggest } from './nearest.js';
import type { Path, SourceDocument } from './source-document.js';

/** The parts of a JSON schema that hints are made of. */
interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

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
  const root = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as SchemaNode;
  throw new StackFileError(result.error.issues.flatMap((issue) => toIssues(issue, root, document)));
}

function toIssues(issue: z.core.$ZodIssue, root: SchemaNode, document: SourceDocument): Issue[] {
  const path = issue.path;
  const nodes = nodesAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        document.issueAtKey(
          [...path, key],
          `unknown key ${JSON.stringify(key)}`,
          suggest(key, knownKeys(nodes)),
        ),
      );
    case 'invalid_key':
      return [document.issueAtKey(path, issue.issues[0]?.message ?? issue.message, 'rename it')];
    case 'invalid_type':
      return [typeIssue(issue.expected, path, nodes, document)];
    case 'invalid_union': {
      const options = knownConstants(nodes);
      return document.has(path)
        ? [
            document.issueAtValue(
              path,
              `${quoteLast(path)} has an unknown value`,
              `known are ${options.join(', ')}`,
            ),
          ]
        : [
            document.issueAtKey(
              path,
              `${quoteLast(path)} is missing`,
              `add it: one of ${options.join(', ')}`,
            ),
          ];
    }
    default:
      return [document.issueAtValue(path, `${quoteLast(path)} ${issue.message}`, exampleOf(path, nodes))];
  }
}

function typeIssue(
  expected: string,
  path: Path,
  nodes: readonly SchemaNode[],
  document: SourceDocument,
): Issue {
  if (!document.has(path)) {
    return document.issueAtKey(path, `${quoteLast(path)} is missing`, exampleOf(path, nodes));
  }
  const value = path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown>)[step],
    document.data,
  );
  const hint =
    expected === 'string' && typeof value === 'number' ? 'put it in quotes' : exampleOf(path, nodes);
  return document.issueAtValue(
    path,
    `${quoteLast(path)} must be ${nameType(expected)}, not ${typeOf(value)}`,
    hint,
  );
}

function exampleOf(path: Path, nodes: readonly SchemaNode[]): string {
  const example = nodes.find((node) => node.examples !== undefined)?.examples?.[0];
  if (example !== undefined) {
    const text = typeof example === 'string' ? example : JSON.stringify(example);
    return typeof path.at(-1) === 'number'
      ? `write for example \`- ${text}\``
      : `write for example \`${String(path.at(-1))}: ${text}\``;
  }
  const description = nodes.find((node) => node.description !== undefined)?.description;
  if (description !== undefined) {
    return `expected is: ${description}`;
  }
  const keys = knownKeys(nodes);
  return keys.length > 0 ? `write a mapping with ${keys.join(', ')}` : 'correct its type';
}

/** Every schema that may apply at a path. */
function nodesAt(root: SchemaNode, path: Path): readonly SchemaNode[] {
  let nodes = alternatives(root);
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      const next =
        typeof step === 'number'
          ? node.items
          : (node.properties?.[String(step)] ?? node.additionalProperties);
      return typeof next === 'object' ? alternatives(next) : [];
    });
  }
  return nodes;
}

function alternatives(node: SchemaNode): SchemaNode[] {
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(alternatives)];
}

function knownKeys(nodes: readonly SchemaNode[]): string[] {
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

function knownConstants(nodes: readonly SchemaNode[]): string[] {
  return nodes.flatMap((node) => (node.const === undefined ? [] : [String(node.const)]));
}

function quoteLast(path: Path): string {
  const last = path.at(-1);
  if (typeof last === 'number') {
    return `item ${last + 1} of ${JSON.stringify(String(path.at(-2) ?? 'the list'))}`;
  }
  return last === undefined ? 'the file' : JSON.stringify(String(last));
}

function nameType(expected: string): string {
  const names: Record<string, string> = {
    string: 'text',
    boolean: 'true or false',
    number: 'a number',
    int: 'a whole number',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return names[expected] ?? expected;
}

function typeOf(value: unknown): string {
  if (value === null) {
    return 'empty';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  return (
    { string: 'text', boolean: 'true or false', object: 'a mapping', number: 'a number' }[
      typeof value as string
    ] ?? typeof value
  );
}
