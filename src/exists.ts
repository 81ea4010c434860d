/** @module */
import { stat } from 'node:fs/promises';

/** Whether there is a file or folder at a path. @throws the file system's error if that cannot be told */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}
