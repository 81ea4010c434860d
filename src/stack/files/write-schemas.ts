/**
 * Writes `schemas/`: run it (`npm run build && node dist/stack/files/write-schemas.js`) after a change of a schema.
 *
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clonePaths } from '../../paths.js';
import { renderJsonSchemas } from './json-schemas.js';

const folder = join(clonePaths().root, 'schemas');
await mkdir(folder, { recursive: true });
for (const [name, text] of renderJsonSchemas()) {
  await writeFile(join(folder, name), text);
}
