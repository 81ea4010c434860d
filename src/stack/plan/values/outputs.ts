/**
 * What a component tells those that need it, as text in their values: `{{COMPONENT.OUTPUT}}`.
 *
 * @module
 */
import type { ComponentDefinition } from '../../files/component-schema.js';
import { StackFileError } from '../../files/document/issue.js';
import { suggest } from '../../files/document/nearest.js';
import type { Path, SourceDocument } from '../../files/document/source-document.js';
import type { JsonValue, Values } from '../plan-types.js';
import { valueAt } from './value-at.js';

/** Outputs of one component, by name. */
export type Outputs = Readonly<Record<string, string>>;

/** Stands for the stack's namespace in an output. */
export const namespacePlaceholder = '{{namespace}}';

const placeholder = /\{\{([\w-]+)\.([\w-]+)\}\}/g;

/** The outputs of a component with these values: what a value says, or what its chart makes of one that is not set. */
export function outputsOf({ outputs }: ComponentDefinition, values: Values, namespace: string): Outputs {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, otherwise }]) => {
      const given = valueAt(values, value);
      const isSet = typeof given === 'string' && given !== '';
      return [name, isSet ? given : otherwise.replaceAll(namespacePlaceholder, namespace)];
    }),
  );
}

/**
 * Values in which outputs stand for their placeholders.
 *
 * @param where - the values in `component.yaml`
 * @throws {@link StackFileError} for an output that the component does not have
 */
export function replaceOutputs(
  values: Values,
  component: string,
  outputs: Outputs,
  where: { readonly source: SourceDocument; readonly path: Path },
): Values {
  const replace = (value: JsonValue, path: Path): JsonValue => {
    if (typeof value === 'string') {
      return value.replaceAll(placeholder, (text, name: string, output: string) => {
        const found = name === component ? outputs[output] : undefined;
        if (found !== undefined) return found;
        const message = `${text} is no output of ${component}`;
        const hint = suggest(output, Object.keys(outputs));
        throw new StackFileError([where.source.issueAtValue(path, message, hint)]);
      });
    }
    if (Array.isArray(value)) return value.map((item, index) => replace(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, replace(item, [...path, key])]),
    );
  };
  return replace(values, where.path) as Values;
}
