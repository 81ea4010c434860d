/**
 * Small Java programs that tests run in pods of a component's image.
 *
 * @module
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fetchMaven } from '../../src/images/maven.js';

/** Compiles the Maven project of a folder; gives its jar, which holds its own classes only. */
export async function javaProgram(folder: string): Promise<Buffer> {
  const work = await mkdtemp(join(tmpdir(), 'bigdata-java-'));
  try {
    const output = join(work, 'jars');
    const pom = join(folder, 'pom.xml');
    await fetchMaven({ pom, output, title: folder, work: join(work, 'project') }, () => {});
    const [jar] = await readdir(output);
    if (jar === undefined) throw new Error(`${folder} makes no jar`);
    return await readFile(join(output, jar));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
