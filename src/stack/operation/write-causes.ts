/**
 * Writes the table of causes in docs/failures.md: run it (`npm run build && node dist/stack/operation/write-causes.js && npx oxfmt`) after a change of
 * the catalogue.
 *
 * @module
 */
import { join } from 'node:path';
import { clonePaths } from '../../paths.js';
import { renderCausesTable } from './causes.js';
import { replaceBetween } from '../files/document/generated.js';

await replaceBetween(
  join(clonePaths().root, 'docs', 'failures.md'),
  '<!-- causes: from src/stack/operation/causes.ts -->',
  '<!-- end of causes -->',
  renderCausesTable(),
);
