/**
 * Every component folder, as files: complete, documented, and built from what is pinned.
 *
 * @each component
 */
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Artifact, loadImageFile } from '../../src/stack/image-schema.js';
import { loadBreakages } from './support/breakages.js';
import { isAbout, loadComponents } from './support/components.js';

const components = await loadComponents();

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

describe.each(components)('folder of $name', (component) => {
  isAbout(component.name);
  const { folder, definition, image } = component;

  it('has a README that names its version and its limits', async () => {
    const text = await readFile(join(folder, 'README.md'), 'utf8');
    expect(text).toContain(definition.version);
    expect(text).toMatch(/^## Values$/m);
    expect(text).toMatch(/^## Limits$/m);
  });

  it('says for every check how it can be made to fail', async () => {
    const breakages = await loadBreakages(component);
    const checks = definition.checks.map(({ name }) => name);
    const broken = breakages.map(({ check }) => check);
    expect(checks.filter((name) => !broken.includes(name))).toEqual([]);
    expect(broken.filter((name) => !checks.includes(name))).toEqual([]);
  });

  describe.skipIf(image === undefined)('image', () => {
    it('has a Dockerfile on its base that ends without root', async () => {
      const lines = (await readFile(join(image ?? '', 'Dockerfile'), 'utf8')).split('\n');
      const instructions = lines.filter((line) => /^[A-Z]+ /.test(line));
      expect(instructions.filter((line) => line.startsWith('FROM'))).toEqual(['FROM ${BASE}']);
      expect(instructions.filter((line) => /^ADD|https?:\/\//.test(line))).toEqual([]);
      expect(instructions.findLast((line) => line.startsWith('USER'))).toMatch(/^USER [1-9]\d*$/);
    });

    it('has a checksum for everything that is fetched', async () => {
      const { artifacts } = await loadImageFile(join(image ?? '', 'image.yaml'));
      for (const artifact of artifacts) {
        await expect(access(join(image ?? '', listingOf(artifact)))).resolves.toBeUndefined();
      }
    });
  });
});
