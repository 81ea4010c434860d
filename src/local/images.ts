/**
 * Images of the local node, in containerd's store.
 *
 * @module
 */
import { execa } from 'execa';
import { ExitCode, UserError } from '../errors.js';
import type { Paths } from '../paths.js';
import { archiveWithout } from './archive.js';
import type { Report } from '../progress.js';
import { type NodeLayout, nodeLayout } from './node/layout.js';
import { snapshotterFor } from './kernel/snapshotter.js';

/** An image in a file. */
export interface ImageArchive {
  /** Full name with tag, e.g. `bigdata.local/kafka:3.9.1-0123456789ab`; the archive must carry the same. */
  readonly reference: string;
  /** OCI or Docker archive. */
  readonly file: string;
}

/** References of all images that the node has. */
export async function listImages(paths: Paths): Promise<string[]> {
  return await listReferences(nodeLayout(paths));
}

/** As `listImages`, for who has the layout already. */
export async function listReferences(layout: NodeLayout): Promise<string[]> {
  const { stdout } = await ctr(layout, ['images', 'list', '--quiet']);
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('sha256:'));
}

/**
 * Loads images into the node; those that it has are skipped by their references.
 *
 * @throws UserError if an archive cannot be read or holds another image.
 */
export async function loadImages(
  paths: Paths,
  archives: readonly ImageArchive[],
  report: Report,
): Promise<void> {
  const layout = nodeLayout(paths);
  const present = new Set(await listImages(paths));
  const missing = archives.filter(({ reference }) => !present.has(reference));
  for (const [done, { reference, file }] of missing.entries()) {
    report({ text: `loading ${reference}`, done, total: missing.length });
    try {
      await loadArchive(layout, file);
    } catch (error) {
      throw notLoadable(reference, file, error);
    }
    if (!(await listImages(paths)).includes(reference)) {
      throw notLoadable(reference, file, undefined);
    }
  }
  if (missing.length > 0) {
    report({ text: `${missing.length} images loaded`, done: missing.length, total: missing.length });
  }
}

/** Loads one archive under the names that it carries. Layers that the node has already are not read again. */
export async function loadArchive(layout: NodeLayout, file: string): Promise<void> {
  const { stdout } = await ctr(layout, ['content', 'list', '--quiet']);
  const digests = stdout.split('\n').filter((line) => line !== '');
  const present = new Set(digests.map((digest) => `blobs/${digest.trim().replace(':', '/')}`));
  const load = ['images', 'import', '--snapshotter', await snapshotterFor(layout), '-'];
  await execa('ctr', ctrArguments(layout, load), { input: archiveWithout(file, present) });
}

/** Runs containerd's client on this node's containerd. */
export async function ctr(layout: NodeLayout, args: readonly string[]): Promise<{ readonly stdout: string }> {
  return await execa('ctr', ctrArguments(layout, args));
}

function ctrArguments(layout: NodeLayout, args: readonly string[]): string[] {
  return ['--address', layout.containerdSocket, '--namespace', 'k8s.io', ...args];
}

function notLoadable(reference: string, file: string, cause: unknown): UserError {
  const reason =
    cause instanceof Error ? (cause.message.split('\n').at(-1) ?? '') : 'it holds an image of another name';
  return new UserError({
    message: `The image ${reference} could not be loaded into the local node: ${reason}`,
    where: file,
    unchanged: 'Images that were loaded earlier stay',
    next: 'Delete the file and run the same command again, which builds it again',
    exitCode: ExitCode.environment,
    cause,
  });
}
