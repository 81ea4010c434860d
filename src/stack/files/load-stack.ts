/**
 * Loading a stack file and every component that it lists.
 *
 * @module
 */
import { delimiter, dirname, join, resolve } from 'node:path';
import pLimit from 'p-limit';
import { begun } from '../../util/begun.js';
import { exists } from '../../util/exists.js';
import {
  type KnownComponent,
  listComponents,
  type LoadedComponent,
  loadComponentFolder,
} from './component-folder.js';
import { needsOf } from './component-issues.js';
import { type Issue, IssueCollector } from './document/issue.js';
import { parseWith } from './document/parse-with.js';
import { readDocument, SourceDocument } from './document/source-document.js';
import type { Values } from '../plan/plan-types.js';
import {
  findCycleIssues,
  findEntryIssues,
  findPlainValueIssues,
  findNeedIssues,
  findProfileIssues,
  type StackContext,
} from './stack-issues.js';
import { type StackDefinition, type StackEntry, stackSchema } from './stack-schema.js';
import { mergeValues } from '../plan/values/merge.js';

/** A stack file with its enabled components, loaded and checked against each other. */
export interface Stack {
  readonly name: string;
  readonly namespace: string;
  /** Name of the profile; one of the components has it, or it is the default one. */
  readonly profile: string;
  /** Absolute path of the stack file. */
  readonly file: string;
  /** Where the images of the components come from; absent if the stack file names no registry. */
  readonly registry?: string;
  /** The enabled components, sorted by name. */
  readonly components: readonly StackComponent[];
  /** The stack file with the positions of everything in it. */
  readonly source: SourceDocument;
}

/** A component together with what the stack file says about it. */
export interface StackComponent {
  readonly component: LoadedComponent;
  readonly entry: StackEntry;
  /** The stack's profile of the component, absent if it has none of that name. */
  readonly profile?: SourceDocument;
  /** The needs that this stack has, optional ones included, sorted. */
  readonly needs: readonly string[];
  /** Values of the files that the stack file names, the strongest last. */
  readonly files?: readonly ValuesOverride[];
  /** Values over those of the stack file, the strongest last. */
  readonly overrides?: readonly ValuesOverride[];
}

/** Values from elsewhere than the stack file. */
export interface ValuesOverride {
  readonly values: Values;
  /** Where they stand. */
  readonly source: SourceDocument;
}

/** Where components come from, besides the folders that the stack file names. */
export interface LoadStackOptions {
  /** Folder of the built-in components. */
  readonly builtInComponents: string;
}

/**
 * A stack file, or several with the separator of PATH between them, of which each is merged over those before it as Helm
 * merges values.
 */
async function readStackDocument(stackFile: string): Promise<SourceDocument> {
  const files = (await exists(stackFile)) ? [stackFile] : stackFile.split(delimiter);
  const [first, ...others] = await Promise.all(files.map(readDocument));
  if (first === undefined) return await readDocument(stackFile);
  const data = [first, ...others].reduce<Values>(
    (merged, each) => mergeValues(merged, each.data as Values),
    {},
  );
  return SourceDocument.layered([first, ...others], withoutExtensions(data));
}

/** Keys at the top that begin with `x-` hold what anchors share, as in Compose files. */
function withoutExtensions(data: Values): Values {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith('x-')));
}

/**
 * Loads and checks a stack file, its components, and their needs.
 *
 * @throws {@link StackFileError} with every mistake that was found in any of the files.
 */
export async function loadStack(stackFile: string, options: LoadStackOptions): Promise<Stack> {
  const source = await readStackDocument(stackFile);
  const definition = parseWith(stackSchema, source);
  const issues = new IssueCollector();
  const folders = await findFolders(definition, source, options.builtInComponents, issues);
  const entries = new Map(Object.entries(definition.components));
  const context: StackContext = { source, entries, known: [...folders.keys()] };
  issues.add(...findEntryIssues(context));

  const loaded: { component: LoadedComponent; entry: StackEntry; files: readonly ValuesOverride[] }[] = [];
  // Many at once, so that the disk is never waited for alone; not all of 500, for a process may open few files.
  const inTurn = pLimit(16);
  const loading = [...entries]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, entry]) => {
      const folder = folders.get(name);
      return entry.enabled && folder !== undefined
        ? [{ name, entry, folder: begun(inTurn(() => loadComponentFolder(folder))) }]
        : [];
    });
  for (const { name, entry, folder } of loading) {
    const component = await issues.attempt(() => folder);
    if (component !== undefined) {
      issues.add(...findNeedIssues(component, context));
      const files = await readValuesFiles(source, name, entry, issues);
      loaded.push({ component, entry, files });
    }
  }
  const components = loaded.map(({ component }) => component);
  issues.add(...findCycleIssues(components));
  issues.throwIfAny();
  // Only now, as a component that could not be loaded may be the one that has the profile.
  issues.add(...findProfileIssues(definition.profile, components, source));
  issues.throwIfAny();

  const names = new Set(components.map(({ name }) => name));
  return {
    name: definition.name,
    namespace: definition.namespace,
    profile: definition.profile,
    file: source.file,
    ...(definition.images.registry !== undefined && { registry: definition.images.registry }),
    components: loaded.map(({ component, entry, files }) => {
      const profile = component.profiles.get(definition.profile);
      return {
        component,
        entry,
        ...(files.length > 0 && { files }),
        ...(profile !== undefined && { profile }),
        needs: needsOf(component.definition)
          .filter(({ profiles }) => profiles?.includes(definition.profile) ?? true)
          .map(({ name }) => name)
          .filter((name) => names.has(name))
          .toSorted(),
      };
    }),
    source,
  };
}

/**
 * What a stack is called and where it lives: enough to remove it, also where its components cannot be loaded any more.
 *
 * @throws {@link StackFileError} if the stack file itself cannot be read
 */
export async function loadStackIdentity(
  stackFile: string,
): Promise<Pick<Stack, 'name' | 'namespace' | 'profile'>> {
  const { name, namespace, profile } = parseWith(stackSchema, await readStackDocument(stackFile));
  return { name, namespace, profile };
}

/** What the files of values of a component say. */
async function readValuesFiles(
  source: SourceDocument,
  name: string,
  { valuesFiles }: StackEntry,
  issues: IssueCollector,
): Promise<readonly ValuesOverride[]> {
  const files: ValuesOverride[] = [];
  for (const [index, path] of valuesFiles.entries()) {
    const at = ['components', name, 'valuesFiles', index];
    const file = resolve(dirname(source.fileOf(at)), path);
    if (!(await exists(file))) {
      issues.add(
        source.issueAtValue(at, `there is no file ${file}`, 'name a file relative to the stack file'),
      );
      continue;
    }
    const document = await issues.attempt(() => readDocument(file));
    if (document === undefined) continue;
    const values = document.data as Values;
    issues.add(...findPlainValueIssues(document, [], values));
    files.push({ source: document, values });
  }
  return files;
}

/** The folder of every component that the stack may list, by name. */
async function findFolders(
  definition: StackDefinition,
  source: SourceDocument,
  builtIn: string,
  issues: IssueCollector,
): Promise<Map<string, string>> {
  const folders = new Map((await listComponents(builtIn)).map(({ name, folder }) => [name, folder]));
  for (const [index, path] of definition.componentFolders.entries()) {
    const parent = resolve(dirname(source.fileOf(['componentFolders', index])), path);
    const issue = (message: string, hint: string): Issue =>
      source.issueAtValue(['componentFolders', index], message, hint);
    let found: KnownComponent[];
    try {
      found = await listComponents(parent);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const hint = 'name a folder with one folder a component, relative to the stack file';
      issues.add(issue(`the folder ${parent} cannot be read (${code})`, hint));
      continue;
    }
    if (found.length === 0) {
      const hint = `put a component there, e.g. ${join(path, 'my-component', 'component.yaml')}`;
      issues.add(issue(`the folder ${parent} holds no component`, hint));
    }
    for (const { name, folder } of found) {
      const other = folders.get(name);
      if (other !== undefined) {
        issues.add(
          issue(`${name} lies in ${parent} and in ${dirname(other)}`, 'give one of the two another name'),
        );
      }
      folders.set(name, folder);
    }
  }
  return folders;
}
