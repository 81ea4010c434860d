/**
 * Component folders: finding and loading them.
 *
 * @module
 */
import { exists } from '../../util/exists.js';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { findComponentIssues } from './component-issues.js';
import { type ComponentDefinition, componentSchema } from './component-schema.js';
import { IssueCollector } from './document/issue.js';
import { parseWith } from './document/parse-with.js';
import { readDocument, type SourceDocument } from './document/source-document.js';
import { loadProfiles, type Profiles } from '../plan/values/profiles.js';

/** A component as its folder describes it. */
export interface LoadedComponent {
  readonly name: string;
  /** Absolute path of the component's folder. */
  readonly folder: string;
  readonly definition: ComponentDefinition;
  /** Absolute path of the chart's folder. */
  readonly chart: string;
  /** Absolute path of the folder with `image.yaml`, absent if the component brings no image. */
  readonly image?: string;
  /** What its folder `profiles` holds. */
  readonly profiles: Profiles;
  /** `component.yaml` with the positions of everything in it. */
  readonly source: SourceDocument;
}

/** A folder that holds a `component.yaml`, not yet read. */
export interface KnownComponent {
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
}

/**
 * The components in a folder of component folders, sorted by name.
 *
 * @param folder - E.g. the built-in `components/`.
 * @throws The file system's error if the folder cannot be read.
 */
export async function listComponents(folder: string): Promise<KnownComponent[]> {
  const known: KnownComponent[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    if (await exists(join(folder, name, 'component.yaml'))) {
      known.push({ name, folder: resolve(folder, name) });
    }
  }
  return known;
}

/**
 * Loads one component folder and checks all of it that can be checked without a stack.
 *
 * @throws {@link StackFileError} naming every mistake with its line.
 */
export async function loadComponentFolder(path: string): Promise<LoadedComponent> {
  const folder = resolve(path);
  const source = await readDocument(join(folder, 'component.yaml'));
  const definition = parseWith(componentSchema, source);
  const chart = join(folder, definition.chart);
  const image = await findImage(folder, definition);
  const issues = new IssueCollector();
  issues.add(...findComponentIssues(basename(folder), definition, source));
  if (!(await exists(join(chart, 'Chart.yaml')))) {
    issues.add(
      source.issueAtValue(
        ['chart'],
        `the folder ${definition.chart} holds no Chart.yaml`,
        'put the chart there',
      ),
    );
  }
  if (image !== undefined && !(await exists(join(image, 'image.yaml')))) {
    issues.add(
      source.issueAtValue(
        ['image'],
        `the folder ${basename(image)} holds no image.yaml`,
        'add it, or remove the folder',
      ),
    );
  }
  const profiles = (await issues.attempt(() => loadProfiles(folder))) ?? new Map();
  issues.throwIfAny();
  return {
    name: definition.name,
    folder,
    definition,
    chart,
    profiles,
    source,
    ...(image !== undefined && { image }),
  };
}

async function findImage(folder: string, definition: ComponentDefinition): Promise<string | undefined> {
  if (definition.image !== undefined) {
    return join(folder, definition.image);
  }
  const byDefault = join(folder, 'image');
  return (await exists(byDefault)) ? byDefault : undefined;
}
