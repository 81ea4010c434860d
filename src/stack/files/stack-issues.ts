/**
 * What can be wrong between a stack file and its components.
 *
 * @module
 */
import type { LoadedComponent } from './component-folder.js';
import { needsOf } from './component-issues.js';
import type { Issue } from './document/issue.js';
import { suggest } from './document/nearest.js';
import type { Path, SourceDocument } from './document/source-document.js';
import { findCycle } from '../plan/graph.js';
import type { Values } from '../plan/plan-types.js';
import type { StackEntry } from './stack-schema.js';
import { defaultProfile } from '../plan/values/profiles.js';
import { findSecrets } from '../plan/values/secrets.js';

/** A stack file's entries, and the names of all components that it could list. */
export interface StackContext {
  readonly source: SourceDocument;
  readonly entries: ReadonlyMap<string, StackEntry>;
  readonly known: readonly string[];
}

/** Issues of the entries themselves: unknown names, nothing enabled, secrets, images set by values. */
export function findEntryIssues({ source, entries, known }: StackContext): Issue[] {
  const issues: Issue[] = [];
  if (![...entries.values()].some(({ enabled }) => enabled)) {
    const hint = `list at least one of ${known.toSorted().join(', ')}`;
    issues.push(source.issueAtKey(['components'], 'the stack has no enabled component', hint));
  }
  for (const [name, { values = {} }] of entries) {
    const at = ['components', name];
    if (!known.includes(name)) {
      issues.push(source.issueAtKey(at, `there is no component ${name}`, suggest(name, known)));
    }
    issues.push(...findPlainValueIssues(source, [...at, 'values'], values));
  }
  return issues;
}

/** Issues of values whatever the chart says of them: secrets, and images that are set by values. */
export function findPlainValueIssues(source: SourceDocument, at: Path, values: Values): Issue[] {
  const issues = findSecrets(source, at, values);
  const image = values['image'];
  for (const part of ['repository', 'tag']) {
    if (typeof image === 'object' && image !== null && Object.hasOwn(image, part)) {
      const hint = `write it beside values: \`image: { repository: …, tag: … }\``;
      issues.push(source.issueAtKey([...at, 'image', part], `values do not set the image's ${part}`, hint));
    }
  }
  return issues;
}

/** Issues of one component's needs: unknown, not listed, disabled. */
export function findNeedIssues(
  component: LoadedComponent,
  { source, entries, known }: StackContext,
): Issue[] {
  const { name } = component;
  return needsOf(component.definition).flatMap((need) => {
    const entry = entries.get(need.name);
    if (!known.includes(need.name)) {
      const message = `${name} needs ${need.name}, and there is no such component`;
      return component.source.issueAtValue(need.path, message, suggest(need.name, known));
    }
    if (need.optional || entry?.enabled === true) {
      return [];
    }
    if (entry === undefined) {
      const message = `${name} needs ${need.name}, which this stack does not list`;
      return source.issueAtKey(['components', name], message, `add \`${need.name}: {}\` under components`);
    }
    const message = `${need.name} is disabled, and ${name} needs it`;
    const hint = `enable ${need.name}, or disable ${name} as well`;
    return source.issueAtValue(['components', need.name, 'enabled'], message, hint);
  });
}

/** The issue of a profile that none of the stack's components has. */
export function findProfileIssues(
  profile: string,
  components: readonly LoadedComponent[],
  source: SourceDocument,
): Issue[] {
  const known = [...new Set([defaultProfile, ...components.flatMap(({ profiles }) => [...profiles.keys()])])];
  if (known.includes(profile)) {
    return [];
  }
  const message = `no component of this stack has the profile ${profile}`;
  return [source.issueAtValue(['profile'], message, suggest(profile, known))];
}

/** The issue of components that need each other in a circle, at the need that closes it. */
export function findCycleIssues(components: readonly LoadedComponent[]): Issue[] {
  const graph = new Map(
    components.map(({ name, definition }) => [name, needsOf(definition).map((need) => need.name)]),
  );
  const cycle = findCycle(graph);
  const first = components.find(({ name }) => name === cycle?.[0]);
  const need = first && needsOf(first.definition).find(({ name }) => name === cycle?.[1]);
  if (cycle === undefined || first === undefined || need === undefined) {
    return [];
  }
  const message = `components need each other in a circle: ${cycle.join(' → ')}`;
  return [first.source.issueAtValue(need.path, message, 'remove one of these needs')];
}
