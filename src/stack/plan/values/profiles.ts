/**
 * Profiles of a component: Helm values for another size of everything, a file each in its folder `profiles/`.
 *
 * A profile is data with a name that its author chose. No profile is known to the engine but the default one.
 *
 * @module
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findLiteralIssues } from '../../files/component-issues.js';
import { IssueCollector } from '../../files/document/issue.js';
import { readDocument, type SourceDocument } from '../../files/document/source-document.js';
import type { Values } from '../plan-types.js';
import { dnsLabel } from '../../files/schema-parts.js';

/** The profile of a stack that names none. Every component has it, as its chart's defaults, without a file for it. */
export const defaultProfile = 'small';

/** Profiles by name, each with the positions of everything in it. */
export type Profiles = ReadonlyMap<string, SourceDocument>;

/**
 * Reads every profile in a component's folder; a folder without `profiles/` has none.
 *
 * @throws {@link StackFileError} naming every mistake in any of them with its line.
 */
export async function loadProfiles(componentFolder: string): Promise<Profiles> {
  const folder = join(componentFolder, 'profiles');
  const profiles = new Map<string, SourceDocument>();
  const issues = new IssueCollector();
  for (const file of await listYamlFiles(folder)) {
    const name = file.replace(/\.yaml$/, '');
    if (!dnsLabel.safeParse(name).success) {
      const message = `no stack can name the profile of a file called ${file}`;
      const hint = 'call it NAME.yaml, the name in lower-case letters, digits and inner hyphens';
      issues.add({ file: join(folder, file), message, hint });
      continue;
    }
    const source = await issues.attempt(() => readDocument(join(folder, file)));
    if (source !== undefined) {
      issues.add(...findLiteralIssues(source, [], valuesOf(source)));
      profiles.set(name, source);
    }
  }
  issues.throwIfAny();
  return profiles;
}

/** The Helm values that a profile consists of. */
export function valuesOf(profile: SourceDocument): Values {
  return profile.data as Values;
}

async function listYamlFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
