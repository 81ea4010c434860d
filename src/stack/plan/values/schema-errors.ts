/**
 * Saying in words what a JSON schema refused.
 *
 * @module
 */
import type { ErrorObject } from 'ajv';
import { suggest } from '../../files/document/nearest.js';
import type { Path } from '../../files/document/source-document.js';
import { nameOfType, typeName } from '../../files/document/type-names.js';

interface Described {
  /** From the top of the values down to what is wrong. */
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
  /** True if the key itself is wrong, not its value. */
  readonly key?: true;
}

/** What is wrong, where in the values, and what would be right; never the value itself. */
export function describeError(error: ErrorObject): Described {
  const path = fromPointer(error.instancePath);
  const name = JSON.stringify(path.length === 0 ? 'values' : path.join('.'));
  const schema = (error.parentSchema ?? {}) as {
    description?: string;
    properties?: object;
    examples?: unknown[];
  };
  const parameters = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(parameters['additionalProperty'] ?? parameters['unevaluatedProperty']);
      const full = [...path, key];
      return {
        path: full,
        message: `unknown value ${JSON.stringify(full.join('.'))}`,
        hint: suggest(key, Object.keys(schema.properties ?? {})),
        key: true,
      };
    }
    case 'required': {
      const full = [...path, String(parameters['missingProperty'])];
      return {
        path: full,
        message: `the value ${JSON.stringify(full.join('.'))} is missing`,
        hint: 'set it under `values:` of this component',
      };
    }
    case 'type': {
      const types = [parameters['type']].flat().map((type) => typeName(String(type)));
      return {
        path,
        message: `${name} must be ${types.join(' or ')}, not ${nameOfType(error.data, 'null')}`,
        hint: hintOf(schema, hintForType(types)),
      };
    }
    case 'enum': {
      const values = parameters['allowedValues'] as unknown[];
      const alike = values.find(
        (value) => typeof value !== typeof error.data && String(value) === String(error.data),
      );
      if (alike !== undefined) {
        const message = `${name} must be ${nameOfType(alike, 'null')}, not ${nameOfType(error.data, 'null')}`;
        return { path, message, hint: `write ${JSON.stringify(alike)}` };
      }
      const allowed = values.map(String);
      if (typeof error.data !== 'string')
        return { path, message: `${name} must be one of ${allowed.join(', ')}`, hint: 'choose one of them' };
      return { path, message: `${name} has an unknown value`, hint: suggest(error.data, allowed) };
    }
    case 'anyOf':
    case 'oneOf':
      return {
        path,
        message: `${name} has none of the allowed forms`,
        hint: hintOf(schema, formsOf(error.schema)),
      };
    case 'minimum':
    case 'maximum': {
      const side = error.keyword === 'minimum' ? 'more' : 'less';
      return {
        path,
        message: `${name} must be ${String(parameters['limit'])} or ${side}`,
        hint: hintOf(schema, 'choose another number'),
      };
    }
    case 'pattern':
      // A description says more than a regular expression.
      if (schema.description === undefined && schema.examples === undefined) break;
      return { path, message: `${name} does not have the expected form`, hint: hintOf(schema, '') };
    case 'not':
      return {
        path,
        message: `${name} has a value that is not allowed`,
        hint: hintOf(schema, "see the chart's values.schema.json"),
      };
    case 'propertyNames': {
      const key = String(parameters['propertyName']);
      return {
        path: [...path, key],
        message: `the key ${JSON.stringify(key)} of ${name} is not allowed`,
        hint: 'rename it',
        key: true,
      };
    }
    default:
  }
  return {
    path,
    message: `${name} ${error.message ?? 'is refused'}`,
    hint: hintOf(schema, "see the chart's values.schema.json"),
  };
}

function hintOf(schema: { description?: string; examples?: unknown[] }, otherwise: string): string {
  const [example] = schema.examples ?? [];
  if (example !== undefined) {
    return `write for example ${JSON.stringify(example)}`;
  }
  return schema.description === undefined ? otherwise : `expected: ${schema.description}`;
}

function formsOf(branches: unknown): string {
  const types = (Array.isArray(branches) ? branches : []).map(
    (branch: { type?: unknown; pattern?: string }) =>
      `${typeName(String(branch.type))}${branch.pattern ? ` like ${branch.pattern}` : ''}`,
  );
  return `allowed are ${types.join(', ')}`;
}

function hintForType(types: readonly string[]): string {
  return types.includes('text') ? 'put it in quotes' : `write ${types.join(' or ')}`;
}

function fromPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
