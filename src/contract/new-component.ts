/**
 * Makes a component folder from the template: one that keeps every rule and works, to begin with.
 *
 * @module
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Eta } from 'eta';

/** What a new component is like. */
export interface NewComponent {
  readonly name: string;
  readonly summary: string;
  readonly version: string;
  readonly port: number;
  /** Whether it keeps data: claims, a sentinel. */
  readonly data: boolean;
  readonly image: NewImage;
}

/** Where its image comes from. */
export type NewImage =
  /** Debian packages in an image of its own, on which the example's server and scripts are built. */
  | { readonly kind: 'packages'; readonly packages: readonly string[] }
  /** A Dockerfile of one's own, copied. */
  | { readonly kind: 'dockerfile'; readonly text: string }
  /** An image that is there already, which has the scripts. */
  | { readonly kind: 'given'; readonly repository: string; readonly tag: string };

const eta = new Eta({ autoEscape: false, autoTrim: false });

/**
 * Writes the files.
 *
 * @param template - folder of the template
 * @param target - folder of the component, which must not be there
 * @returns paths relative to the target
 */
export async function writeNewComponent(
  template: string,
  target: string,
  wanted: NewComponent,
): Promise<string[]> {
  const { image, data } = wanted;
  const values = {
    ...wanted,
    bin: `/opt/${wanted.name}/bin`,
    packages: image.kind === 'packages' ? image.packages : [],
    repository: image.kind === 'given' ? image.repository : `bigdata.local/${wanted.name}`,
    tag: image.kind === 'given' ? image.tag : '',
  };
  const written: string[] = [];
  for (const entry of await readdir(template, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const path = relative(template, source);
    if (!isWanted(path, data, image)) continue;
    const text =
      path === 'image/Dockerfile' && image.kind === 'dockerfile'
        ? image.text
        : eta.renderString(await readFile(source, 'utf8'), values);
    const file = join(target, path);
    await mkdir(dirname(file), { recursive: true });
    // Never over what is there.
    await writeFile(file, text, { flag: 'wx', mode: path.startsWith('image/bin/') ? 0o755 : 0o644 });
    written.push(path);
  }
  return written.toSorted();
}

function isWanted(path: string, data: boolean, image: NewImage): boolean {
  if (path.startsWith('image/')) {
    if (image.kind === 'given') return false;
    return data || path !== 'image/bin/sentinel';
  }
  return data || !path.endsWith('tests/sentinel.yaml');
}
