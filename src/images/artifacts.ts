/**
 * What an image's Dockerfile copies: fetched and compiled before it is built.
 *
 * @module
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { goBuild } from '../local/go-build.js';
import type { Report } from '../progress.js';
import { fetchMaven } from './maven.js';
import { fetchPython } from './python.js';
import type { PlannedImage } from './reference.js';

/**
 * Puts an image's artifacts below a folder, at the paths that its image.yaml names.
 *
 * @param folder - Made if it does not exist.
 * @param work - A folder to compile in; the caller removes it.
 * @throws UserError if a tool is missing or fails, or if something is not what its checksum says.
 */
export async function fetchArtifacts(
  image: PlannedImage,
  folder: string,
  work: string,
  report: Report,
): Promise<void> {
  for (const [index, artifact] of image.definition.artifacts.entries()) {
    const output = join(folder, artifact.into);
    await mkdir(dirname(output), { recursive: true });
    switch (artifact.kind) {
      case 'go':
        await goBuild({ module: image.folder, package: artifact.package, output, title: image.name }, report);
        break;
      case 'maven':
        report({ text: `${image.name}: fetching jars` });
        await fetchMaven(
          {
            pom: join(image.folder, artifact.pom),
            output,
            title: image.name,
            work: join(work, `maven-${index}`),
          },
          report,
        );
        break;
      case 'python':
        report({ text: `${image.name}: fetching Python packages` });
        await fetchPython(
          { requirements: join(image.folder, artifact.requirements), output, title: image.name },
          report,
        );
        break;
    }
  }
}
