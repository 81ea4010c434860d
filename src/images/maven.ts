/**
 * Jars from Maven repositories, each compared with a committed checksum.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ExitCode, UserError } from '../errors.js';
import type { Report } from '../progress.js';
import { runTool } from './tool.js';

/** A Maven project, and where its jars go. */
export interface MavenArtifact {
  /** Path of the pom.xml; `checksums.sha256` and `src/` lie beside it. */
  readonly pom: string;
  /** Folder that is made and filled. */
  readonly output: string;
  /** What people call it. */
  readonly title: string;
  /** A folder to compile in, which may be left behind. */
  readonly work: string;
}

/** Lists the jars of a pom as `sha256sum` does. */
const checksumFile = 'checksums.sha256';

/**
 * Fetches a project's runtime dependencies, verifies them, and adds the project's own jar if it has sources.
 *
 * @throws UserError if Maven is missing or fails, or if a jar is not what the listing says.
 */
export async function fetchMaven(artifact: MavenArtifact, report: Report): Promise<void> {
  const { pom, output, title, work } = artifact;
  const project = dirname(pom);
  const hasSources = (await readdir(project)).includes('src');
  await mkdir(work, { recursive: true });
  // A project of none makes no folder for its jars.
  await mkdir(output, { recursive: true });
  await cp(pom, join(work, basename(pom)));
  if (hasSources) {
    await cp(join(project, 'src'), join(work, 'src'), { recursive: true });
  }
  let jars = 0;
  await runTool({
    program: 'mvn',
    arguments: [
      '--batch-mode',
      `--file=${basename(pom)}`,
      '-Dmaven.test.skip=true',
      '-Dstyle.color=never',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${output}`,
      ...(hasSources ? ['package'] : []),
      'dependency:copy-dependencies',
    ],
    cwd: work,
    purpose: `Fetching the jars of ${title}`,
    onLine: (line) => {
      const downloaded = /^(?:\[INFO\] )?Downloaded from .*\/([^/ ]+\.jar)/.exec(line);
      if (downloaded?.[1] !== undefined) {
        jars += 1;
        report({ text: `${title}: downloaded ${downloaded[1]}`, done: jars });
      }
    },
  });
  await verifyChecksums(output, join(project, checksumFile));
  if (hasSources) {
    await copyOwnJar(join(work, 'target'), output);
  }
}

/**
 * Compares the jars in a folder with a listing of `<sha256>  <name>` lines.
 *
 * @throws UserError that names every jar that is missing, unexpected or different.
 */
export async function verifyChecksums(folder: string, listing: string): Promise<void> {
  const expected = await readListing(listing);
  const found = new Map<string, string>();
  for (const name of (await readdir(folder)).toSorted()) {
    found.set(
      name,
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex'),
    );
  }
  const wrong = [
    ...[...expected.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`),
    ...[...found.keys()].filter((name) => !expected.has(name)).map((name) => `${name} is not listed`),
    ...[...found]
      .filter(([name, sum]) => expected.has(name) && expected.get(name) !== sum)
      .map(([name, sum]) => `${name} has the SHA-256 ${sum} instead of ${expected.get(name)}`),
  ];
  if (wrong.length > 0) {
    const shown = wrong.slice(0, 8).join('; ');
    const more = wrong.length > 8 ? `; and ${wrong.length - 8} more` : '';
    throw new UserError({
      message: `The jars are not the ones that are listed: ${shown}${more}.`,
      where: listing,
      unchanged: 'No image was built from them',
      next:
        'If nobody changed the pom.xml, do not trust the repository that they came from. If it was changed on ' +
        'purpose, list the jars anew: mvn dependency:copy-dependencies -DincludeScope=runtime ' +
        `-DoutputDirectory=/tmp/jars && (cd /tmp/jars && sha256sum *.jar) > ${checksumFile}`,
      exitCode: ExitCode.environment,
    });
  }
}

async function readListing(file: string): Promise<Map<string, string>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
    text = '';
  }
  const listing = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sum !== undefined && name !== undefined) {
      listing.set(name, sum);
    }
  }
  return listing;
}

async function copyOwnJar(target: string, output: string): Promise<void> {
  for (const name of await readdir(target)) {
    if (name.endsWith('.jar')) {
      await cp(join(target, name), join(output, name));
    }
  }
}
