/** Every link between the pages of the documentation leads somewhere. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import GithubSlugger from 'github-slugger';
import { type Token, marked } from 'marked';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const pages = [
  '.',
  'docs',
  'docs/decisions',
  ...readdirSync(join(root, 'components')).map((name) => join('components', name)),
].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** All tokens of one type, at any depth. */
function tokens<Type extends Token['type']>(page: string, type: Type): Extract<Token, { type: Type }>[] {
  const found: Extract<Token, { type: Type }>[] = [];
  marked.walkTokens(marked.lexer(readFileSync(join(root, page), 'utf8')), (token) => {
    if (token.type === type) found.push(token as Extract<Token, { type: Type }>);
  });
  return found;
}

/** The fragments under which the page's headings are found, as GitHub makes them. */
function anchors(page: string): string[] {
  const slugger = new GithubSlugger();
  return tokens(page, 'heading').map(({ text }: { text: string }) =>
    slugger.slug(text.replaceAll(/[`*]/g, '')),
  );
}

/** What is wrong with the links of a page. */
function deadLinks(page: string): string[] {
  return tokens(page, 'link')
    .map(({ href }: { href: string }) => href)
    .filter((href) => !/^[a-z]+:/.test(href))
    .filter((href) => {
      const [path = '', fragment] = href.split('#');
      const target = path === '' ? page : relative(root, join(root, dirname(page), path));
      if (!existsSync(join(root, target))) return true;
      return fragment !== undefined && !anchors(target).includes(fragment);
    });
}

describe('links of the documentation', () => {
  it('are looked for in all pages', () => {
    expect(pages).toContain('README.md');
    expect(pages.filter((page) => page.startsWith('docs/')).length).toBeGreaterThan(5);
    expect(pages.flatMap((page) => tokens(page, 'link')).length).toBeGreaterThan(30);
  });

  it.each(pages)('of %s lead to files and headings that are there', (page) => {
    expect(deadLinks(page)).toEqual([]);
  });
});
