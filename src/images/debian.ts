/**
 * The Debian that every image is built upon, from the distribution's own packages: no registry is asked.
 *
 * @module
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../progress.js';
import type { Buildah } from './buildah.js';
import { runTool } from './tool.js';

const suite = 'bookworm';
/** Raised when what is bootstrapped changes. */
const recipe = 1;

/** What the Dockerfile of the lowest base gets as `BASE`. */
export const debianReference = `bigdata.local/${suite}:${recipe}`;
/** So that a Dockerfile which names its base itself finds the same. */
const usualReference = `docker.io/library/debian:${suite}-slim`;

/** All times inside of images, seconds since 1970: 2024-01-01. */
export const imageTimestamp = 1_704_067_200;

/** As in Debian's own slim images: no manuals and translations, but the licences. */
const left = ['doc', 'info', 'locale', 'man'].map((folder) => `path-exclude=/usr/share/${folder}/*`);
const kept = ['path-include=/usr/share/doc/*/copyright'];

/** Packages that a minimal Debian unpacks. */
const packageCount = 90;

/**
 * Bootstraps Debian into the store.
 *
 * @param work - A folder for the archive in between; emptied afterwards.
 * @throws UserError if mmdebstrap is missing or fails.
 */
export async function bootstrapDebian(buildah: Buildah, work: string, report: Report): Promise<void> {
  await mkdir(work, { recursive: true });
  report({ text: `Debian ${suite}: fetching packages` });
  await bootstrap(join(work, 'rootfs.tar'), report);
  await writeFile(join(work, 'Dockerfile'), 'FROM scratch\nADD rootfs.tar /\nCMD ["/bin/bash"]\n');
  report({ text: `Debian ${suite}: importing` });
  const tags = ['--tag', usualReference, '--tag', debianReference];
  const timestamp = ['--timestamp', String(imageTimestamp)];
  await buildah(['bud', '--isolation', 'chroot', ...timestamp, ...tags, work], {
    purpose: 'Importing the Debian base',
  });
  await rm(work, { recursive: true });
}

async function bootstrap(archive: string, report: Report): Promise<void> {
  let configured = 0;
  await runTool({
    program: 'mmdebstrap',
    arguments: [
      '--mode=root',
      '--variant=minbase',
      '--verbose',
      // Instead of usrmerge, which would bring 50 MB of Perl; it wants a file system that is merged already.
      '--include=usr-is-merged',
      '--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr',
      ...[...left, ...kept].map((option) => `--dpkgopt=${option}`),
      suite,
      archive,
    ],
    environment: { SOURCE_DATE_EPOCH: String(imageTimestamp) },
    purpose: 'Bootstrapping the Debian base',
    onLine: (line) => {
      if (line.startsWith('Setting up ')) {
        configured += 1;
        report({
          text: `Debian ${suite}: ${line}`,
          done: Math.min(configured, packageCount),
          total: packageCount,
        });
      }
    },
  });
}
