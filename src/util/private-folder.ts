/** @module */
import { mkdir } from 'node:fs/promises';

/** Makes a folder, and those above it that are missing, which nobody but its owner can look into. One that is there stays as it is. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}
