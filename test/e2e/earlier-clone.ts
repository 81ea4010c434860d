/**
 * A clone as it was before the versions of some components changed.
 *
 * @module
 */
import { cp, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { clonePaths } from '../../src/paths.js';

/** A version that a component had. */
export interface EarlierVersion {
  readonly component: string;
  readonly from: string;
  readonly to: string;
  /** Further changes to its pom.xml. */
  readonly pom?: (text: string) => string;
}

/** What is large, and the same: it is linked to, or left out. */
const left: ReadonlySet<string> = new Set(['node_modules', '.git', '.bigdata']);

/** Makes a copy of this clone with these versions, whose jars `test/fixtures/versions` lists; the caller removes the folder. */
export async function earlierClone(versions: readonly EarlierVersion[]): Promise<string> {
  const { root } = clonePaths();
  const clone = await mkdtemp(join(tmpdir(), 'bigdata-earlier-'));
  for (const name of (await readdir(root)).filter((each) => !left.has(each)))
    await cp(join(root, name), join(clone, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  for (const { component, from, to, pom = (text: string) => text } of versions) {
    const folder = join(clone, 'components', component);
    const edit = async (file: string, change: (text: string) => string) => {
      const path = join(folder, file);
      await writeFile(path, change(await readFile(path, 'utf8')));
    };
    await edit('component.yaml', (text) => text.replace(`version: ${to}`, `version: ${from}`));
    await edit('chart/Chart.yaml', (text) => text.replace(`appVersion: "${to}"`, `appVersion: "${from}"`));
    await edit('image/pom.xml', (text) =>
      pom(text.replaceAll(`<version>${to}</version>`, `<version>${from}</version>`)),
    );
    const listing = join(import.meta.dirname, '..', 'fixtures', 'versions', `${component}-${from}.sha256`);
    await cp(listing, join(folder, 'image', 'checksums.sha256'));
  }
  return clone;
}
