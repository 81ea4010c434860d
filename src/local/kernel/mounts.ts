/**
 * Mount points under a folder.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** Mount points out of the text of /proc/self/mountinfo, in the order of mounting. */
export function parseMountPoints(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map((point) =>
      point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}

/** Mount points at or below a folder, the last mounted first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  // Only Linux has the file; elsewhere nothing of a cluster can be mounted.
  const points = parseMountPoints(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).toReversed();
}

/** Whether something is mounted exactly there. */
export async function isMountPoint(path: string): Promise<boolean> {
  return (await mountsBelow(path)).includes(path);
}

/** Unmounts everything at or below a folder, also what is still in use: it goes with its last user. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of await mountsBelow(folder)) {
    await execa('umount', ['--lazy', point]);
  }
}
