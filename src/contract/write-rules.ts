/**
 * Writes the table of rules in docs/components.md: run it (`npm run build && node dist/contract/write-rules.js && npx oxfmt`)
 * after a change of the catalogue.
 *
 * @module
 */
import { join } from 'node:path';
import { clonePaths } from '../paths.js';
import { replaceBetween } from '../stack/files/document/generated.js';
import { renderRulesTable } from './catalogue.js';

await replaceBetween(
  join(clonePaths().root, 'docs', 'components.md'),
  '<!-- rules: from src/contract/catalogue.ts -->',
  '<!-- end of rules -->',
  renderRulesTable(),
);
