/**
 * What can be wrong in a `component.yaml` that a schema cannot say.
 *
 * @module
 */
import type { ComponentDefinition } from './component-schema.js';
import type { Issue } from './document/issue.js';
import type { Path, SourceDocument } from './document/source-document.js';
import type { JsonValue, Values } from '../plan/plan-types.js';
import { defined } from '../../util/defined.js';
import { namespacePlaceholder } from '../plan/values/outputs.js';
import { findSecrets } from '../plan/values/secrets.js';

/** The one placeholder that values for the local cluster may hold. */
export const stateFolderPlaceholder = '{{stateFolder}}';

/** Every such issue, in no order. */
export function findComponentIssues(
  folderName: string,
  definition: ComponentDefinition,
  source: SourceDocument,
): Issue[] {
  const issues: Issue[] = [];
  if (definition.name !== folderName) {
    const message = `the component ${definition.name} lies in a folder named ${folderName}`;
    issues.push(
      source.issueAtValue(['name'], message, `write \`name: ${folderName}\`, or rename the folder`),
    );
  }
  issues.push(...findNeedIssues(definition, source));
  issues.push(
    ...findRepeated(
      source,
      definition.checks.map(({ name }, index) => [name, ['checks', index, 'name']]),
    ),
    ...findRepeated(
      source,
      definition.endpoints.map(({ name }, index) => [name, ['endpoints', index, 'name']]),
    ),
    ...findRepeated(source, podsOf(definition)),
  );
  issues.push(
    ...findLiteralIssues(source, ['local', 'values'], definition.local.values, [stateFolderPlaceholder]),
  );
  for (const [index, { component, present = {}, otherwise = {} }] of definition.optionalNeeds.entries()) {
    issues.push(
      ...findLiteralIssues(source, ['optionalNeeds', index, 'otherwise'], otherwise),
      ...findLiteralIssues(
        source,
        ['optionalNeeds', index, 'present'],
        present,
        outputsIn(present, component),
      ),
    );
  }
  for (const [name, { otherwise }] of Object.entries(definition.outputs)) {
    const path = ['outputs', name, 'otherwise'];
    issues.push(...findPlaceholders(source, path, otherwise, [namespacePlaceholder]));
  }
  return issues;
}

/** What no values that a component brings may hold: secrets, and placeholders other than those that are replaced there. */
export function findLiteralIssues(
  source: SourceDocument,
  path: Path,
  values: Values,
  placeholders: readonly string[] = [],
): Issue[] {
  return [...findSecrets(source, path, values), ...findPlaceholders(source, path, values, placeholders)];
}

/** The placeholders in values that are outputs of a component, as they stand there. */
function outputsIn(values: Values, component: string): string[] {
  const found = JSON.stringify(values).match(/\{\{[\w-]+\.[\w-]+\}\}/g) ?? [];
  return found.filter((text) => text.startsWith(`{{${component}.`));
}

/** A need of a component, with the place where it is written. */
export interface Need {
  readonly name: string;
  readonly optional: boolean;
  /** Those in which it is needed; all if undefined. */
  readonly profiles?: readonly string[];
  readonly path: Path;
}

/** Every need of a component, in whichever profile. */
export function needsOf(definition: ComponentDefinition): Need[] {
  return [
    ...definition.needs.map((name, index) => ({ name, optional: false, path: ['needs', index] })),
    ...definition.optionalNeeds.map(({ component, profiles }, index) => ({
      name: component,
      optional: true,
      ...defined({ profiles }),
      path: ['optionalNeeds', index, 'component'],
    })),
  ];
}

/** Names of components with all that they need or can use; what is not known is left out. */
export async function namesWithNeeds(
  names: readonly string[],
  definitionOf: (name: string) => Promise<ComponentDefinition | undefined>,
): Promise<string[]> {
  const found = new Set<string>();
  const add = async (name: string): Promise<void> => {
    if (found.has(name)) return;
    const definition = await definitionOf(name);
    if (definition === undefined) return;
    found.add(name);
    for (const need of needsOf(definition)) await add(need.name);
  };
  for (const name of names) await add(name);
  return [...found];
}

/** Every pod of a check or of the sentinel with the place where it is named. */
function podsOf({ checks, sentinel }: ComponentDefinition): [string, Path][] {
  return [
    ...checks.flatMap(({ pods }, check) =>
      pods.map((pod, index): [string, Path] => [pod, ['checks', check, 'pods', index]]),
    ),
    ...(sentinel === undefined
      ? []
      : (['write', 'read', 'remove'] as const).map((step): [string, Path] => [
          sentinel[step],
          ['sentinel', step],
        ])),
  ];
}

function findNeedIssues(definition: ComponentDefinition, source: SourceDocument): Issue[] {
  const needs = needsOf(definition);
  return [
    ...needs
      .filter(({ name }) => name === definition.name)
      .map(({ name, path }) => source.issueAtValue(path, `${name} needs itself`, 'remove this need')),
    ...findRepeated(
      source,
      needs.map(({ name, path }) => [name, path]),
    ),
  ];
}

function findRepeated(source: SourceDocument, named: readonly (readonly [string, Path])[]): Issue[] {
  const seen = new Set<string>();
  const issues: Issue[] = [];
  for (const [name, path] of named) {
    if (seen.has(name)) {
      issues.push(source.issueAtValue(path, `${name} stands here a second time`, 'remove one of the two'));
    }
    seen.add(name);
  }
  return issues;
}

function findPlaceholders(
  source: SourceDocument,
  path: Path,
  value: JsonValue,
  allowed: readonly string[],
): Issue[] {
  if (typeof value === 'string') {
    return [...value.matchAll(/\{\{.*?\}\}/g)]
      .filter(([placeholder]) => !allowed.includes(placeholder))
      .map(([placeholder]) => {
        const hint = `placeholders of component.yaml are ${stateFolderPlaceholder} below \`local.values\`, ${namespacePlaceholder} in outputs, and {{COMPONENT.OUTPUT}} below \`present\` of a need for that component`;
        return source.issueAtValue(path, `${placeholder} is not replaced here`, hint);
      });
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const inner: [PropertyKey, JsonValue][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return inner.flatMap(([step, item]) => findPlaceholders(source, [...path, step], item, allowed));
}
