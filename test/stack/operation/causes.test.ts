import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { causes, isCauseType, renderCausesTable } from '../../../src/stack/operation/causes.js';

/** A table without what the formatter adds. */
const plain = (markdown: string): string => markdown.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');

describe('the catalogue of causes', () => {
  it('is the table in docs/failures.md (else: npm run build && node dist/stack/operation/write-causes.js && npx oxfmt)', async () => {
    const page = await readFile(join(import.meta.dirname, '..', '..', '..', 'docs', 'failures.md'), 'utf8');
    expect(plain(page)).toContain(plain(renderCausesTable()));
  });

  it('says of each what to do, in a sentence', () => {
    for (const { what, reported, next } of Object.values(causes)) {
      expect(next).toMatch(/^[A-Z`].*\.$/);
      expect(`${what}${reported}`).not.toMatch(/[.|]$/);
    }
  });

  it('knows its own words alone', () => {
    expect(isCauseType('CrashLoop')).toBe(true);
    expect(isCauseType('toString')).toBe(false);
  });
});
