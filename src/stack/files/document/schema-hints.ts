/**
 * Hints from what a schema says about itself: the same descriptions and examples that editors show.
 *
 * @module
 */
import { z } from 'zod';
import type { Path } from './source-document.js';

/** The parts of a JSON schema that hints are made of. */
export interface SchemaNode {
  readonly const?: unknown;
  readonly pattern?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** A schema as JSON schema of draft 7, which editors know best: what people write, not what parsing makes of it. */
export function toJsonSchema(schema: z.ZodType): SchemaNode {
  const jsonSchema: unknown = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    // Zod leaves out examples where parsing transforms, since they could be of the output; ours are of the input.
    override: ({ zodSchema, jsonSchema: node }) => {
      const examples = z.globalRegistry.get(zodSchema)?.['examples'];
      if (Array.isArray(examples)) {
        node.examples = examples;
      }
    },
  });
  return jsonSchema as SchemaNode;
}

/** Every schema that may apply at a path. */
export function nodesAt(root: SchemaNode, path: Path): readonly SchemaNode[] {
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

/** The keys that a mapping may have. */
export function knownKeys(nodes: readonly SchemaNode[]): string[] {
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** The constants that tell alternatives apart. */
export function knownConstants(nodes: readonly SchemaNode[]): string[] {
  return nodes.flatMap((node) => (node.const === undefined ? [] : [String(node.const)]));
}

/** What would be right at a path: an example, else the description, else the keys. */
export function exampleAt(path: Path, nodes: readonly SchemaNode[]): string {
  const example = nodes.find((node) => node.examples !== undefined)?.examples?.[0];
  if (example !== undefined) {
    const text = typeof example === 'string' ? example : JSON.stringify(example);
    const key = path.at(-1);
    return `write for example \`${typeof key === 'number' ? `- ${text}` : `${String(key)}: ${text}`}\``;
  }
  const description = nodes.find((node) => node.description !== undefined)?.description;
  if (description !== undefined) {
    return `expected: ${description}`;
  }
  const keys = knownKeys(nodes);
  return keys.length > 0 ? `write a mapping with ${keys.join(', ')}` : 'correct its type';
}

/** Whether a text has the form that a schema asks for. */
export function matchesPattern(text: string, nodes: readonly SchemaNode[]): boolean {
  return nodes.every(({ pattern }) => pattern === undefined || new RegExp(pattern).test(text));
}

function alternatives(node: SchemaNode): SchemaNode[] {
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(alternatives)];
}
