/**
 * The files of a component folder that the rules look at.
 *
 * @module
 */
import { exists, readIfExists } from '../util/exists.js';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import { type Artifact, loadImageFile } from '../stack/files/image-schema.js';
import type { LoadedComponent } from '../stack/plan/plan.js';
import type { Values } from '../stack/plan/plan-types.js';
import { readDocument } from '../stack/files/document/source-document.js';
import { type Breakage, loadBreakages } from './breakages.js';

/** Each is undefined if it is not there. */
export interface ComponentFiles {
  readonly readme: string | undefined;
  readonly breakages: readonly Breakage[] | undefined;
  /** `Chart.yaml`, parsed. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What the chart tells people after it was installed. */
  readonly notes: string | undefined;
  /** `values.schema.json`, parsed. */
  readonly schema: object | undefined;
  /** `values.yaml` of the chart. */
  readonly defaults: Values;
  readonly image: ImageFiles | undefined;
  /** Texts of the chart's templates, by path relative to the component's folder. */
  readonly templates: ReadonlyMap<string, string>;
}

export interface ImageFiles {
  /** Relative to the component's folder. */
  readonly folder: string;
  readonly dockerfile: string | undefined;
  /** Of what is fetched, the files that must list the checksums, and are not there. */
  readonly missingListings: readonly string[];
}

/** @throws StackFileError naming every mistake in `breakages.yaml` and `image.yaml` with its line */
export async function readComponentFiles(component: LoadedComponent): Promise<ComponentFiles> {
  const { folder, chart, image } = component;
  const schema = await readIfExists(join(chart, 'values.schema.json'));
  return {
    readme: await readIfExists(join(folder, 'README.md')),
    breakages: (await exists(join(folder, 'breakages.yaml'))) ? await loadBreakages(component) : undefined,
    metadata: (parse((await readIfExists(join(chart, 'Chart.yaml'))) ?? '') ?? {}) as Record<string, unknown>,
    notes: await readIfExists(join(chart, 'templates', 'NOTES.txt')),
    schema: schema === undefined ? undefined : (JSON.parse(schema) as object),
    defaults: (await exists(join(chart, 'values.yaml')))
      ? ((await readDocument(join(chart, 'values.yaml'))).data as Values)
      : {},
    image: image === undefined ? undefined : await readImage(folder, image),
    templates: await readTemplates(folder, join(chart, 'templates')),
  };
}

async function readImage(folder: string, image: string): Promise<ImageFiles> {
  const { artifacts } = await loadImageFile(join(image, 'image.yaml'));
  const listings = artifacts.map(listingOf);
  const missing = await Promise.all(
    listings.map(async (listing) => ((await exists(join(image, listing))) ? [] : [listing])),
  );
  return {
    folder: relative(folder, image),
    dockerfile: await readIfExists(join(image, 'Dockerfile')),
    missingListings: missing.flat(),
  };
}

/** The file that has the checksums of an artifact, relative to the folder of its image. */
function listingOf(artifact: Artifact): string {
  switch (artifact.kind) {
    case 'go':
      return 'go.sum';
    case 'maven':
      return join(dirname(artifact.pom), 'checksums.sha256');
    case 'python':
      return artifact.requirements;
  }
}

async function readTemplates(folder: string, templates: string): Promise<ReadonlyMap<string, string>> {
  if (!(await exists(templates))) return new Map();
  const entries = await readdir(templates, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [relative(folder, file), await readFile(file, 'utf8')] as const),
    ),
  );
}
