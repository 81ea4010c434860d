/**
 * Writes README's table of causes: run it (`npm run build && node dist/stack/write-causes.js && npx oxfmt`) after a change of
 * the catalogue.
 *
 * @module
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clonePaths } from '../paths.js';
import { renderCausesTable } from './causes.js';

const begin = '<!-- causes: from src/stack/causes.ts -->';
const end = '<!-- end of causes -->';

const file = join(clonePaths().root, 'README.md');
const [before = '', rest = ''] = (await readFile(file, 'utf8')).split(begin);
const [, after = ''] = rest.split(end);
await writeFile(file, `${before}${begin}\n\n${renderCausesTable()}\n\n${end}${after}`);
