/**
 * The key by which the API server encrypts Secrets in etcd.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../util/write-whole.js';
import type { NodeLayout } from '../node/layout.js';

/** Bytes that secretbox (XSalsa20 and Poly1305) wants. */
const keyBytes = 32;

/** The cluster's key, in base64; it is made with the cluster, and lives as long as its data. */
export async function encryptionKey({ folder }: Pick<NodeLayout, 'folder'>): Promise<string> {
  const file = join(folder, 'encryption.key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(keyBytes).toString('base64');
  await writeWhole(file, `${key}\n`, { mode: 0o600 });
  return key;
}
