/**
 * What can be wrong in a YAML file before its meaning is looked at.
 *
 * @module
 */
import { isAlias, isMap, isScalar, isSeq, Lexer, type LineCounter, parse, visit } from 'yaml';
import type { Alias, Document, ErrorCode, Node, Pair, Scalar, YAMLError, YAMLMap, YAMLSeq } from 'yaml';
import type { Issue } from './issue.js';

/** Deeper nesting is refused before parsing: the parser recurses, and no values file is that deep. */
const maximumDepth = 64;

/** Aliases may multiply what an anchor holds by no more than this. */
const maximumAliases = 100;

/** Tags of plain JSON values; anything else (`!vault`, `!!binary`) has no meaning in Helm values. */
const plainTags = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);

const syntaxHints: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  DUPLICATE_KEY: 'remove one of the two, or merge what stands under them',
  BAD_INDENT: 'line it up with its neighbours, with spaces',
  BLOCK_AS_IMPLICIT_KEY: 'put the text in quotes if it has a colon, or begin a new line for a mapping',
  BAD_SCALAR_START: 'put the text in quotes',
  MISSING_CHAR: 'check quotes, brackets and the space after each colon',
  TAG_RESOLVE_FAILED: 'write the plain value without a tag',
};

/** The place where brackets or list items nest too deep, if there is one. */
export function findNestingIssue(file: string, text: string): Issue | undefined {
  let line = 1;
  let depth = 0;
  let indicatorsInLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') {
      depth += 1;
    } else if (token === ']' || token === '}') {
      depth -= 1;
    } else if (token === '-' || token === '?') {
      indicatorsInLine += 1;
    }
    const lineBreaks = token.split('\n').length - 1;
    if (depth > maximumDepth || indicatorsInLine > maximumDepth) {
      return {
        file,
        line,
        column: 1,
        message: `nested deeper than ${maximumDepth} levels`,
        hint: 'make it flatter',
      };
    }
    if (lineBreaks > 0) {
      line += lineBreaks;
      indicatorsInLine = 0;
    }
  }
  return undefined;
}

/** Errors and warnings of the parser, the first of each line, and more than one document in a file. */
export function findSyntaxIssues(
  file: string,
  text: string,
  documents: readonly Document[],
  lines: LineCounter,
): Issue[] {
  const issues = new Map<number, Issue>();
  for (const problem of documents.flatMap((document) => [...document.errors, ...document.warnings])) {
    const { line, col } = lines.linePos(problem.pos[0]);
    if (!issues.has(line)) {
      issues.set(line, {
        file,
        line,
        column: col,
        message: describe(problem, text),
        hint: hintOf(problem),
      });
    }
  }
  const second = documents[1];
  if (second !== undefined && issues.size === 0) {
    const { line, col } = lines.linePos(second.range?.[0] ?? 0);
    const message = `the file has ${documents.length} documents`;
    return [{ file, line, column: col, message, hint: 'keep one, and remove the `---` between them' }];
  }
  return [...issues.values()];
}

/** Everything that parses as YAML but is no plain JSON mapping. */
export function findContentIssues(file: string, document: Document, lines: LineCounter): Issue[] {
  const issues: Issue[] = [];
  const add = (node: Node | null, message: string, hint: string): void => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    issues.push({ file, line, column: col, message, hint });
  };
  if (!isMap(document.contents)) {
    add(document.contents, 'the file is not a mapping', 'write keys and values, e.g. `name: …`');
    return issues;
  }
  visit(document, {
    Alias: (_, alias, ancestors) => checkAlias(alias, document, ancestors, add),
    Pair: (_, pair) => checkKey(pair, document, add),
    Scalar: (_, scalar) => {
      checkTag(scalar, add);
      checkNumber(scalar, add);
      checkHelmReading(scalar, add);
    },
    Collection: (_, collection) => checkTag(collection, add),
  });
  if (issues.length === 0 && expandsTooFar(document)) {
    add(
      firstAlias(document),
      'nested too deep, or multiplied by aliases into too large a document',
      'make it flatter and write out what aliases stand for',
    );
  }
  return issues;
}

type Add = (node: Node | null, message: string, hint: string) => void;

function checkAlias(alias: Alias, document: Document, ancestors: readonly unknown[], add: Add): void {
  const anchored = alias.resolve(document);
  if (anchored === undefined) {
    add(
      alias,
      `nothing before this line has the anchor &${alias.source}`,
      `mark it with &${alias.source} above`,
    );
  } else if (ancestors.includes(anchored)) {
    add(alias, `*${alias.source} stands inside what it refers to`, 'write out what it stands for');
  }
}

function checkKey(pair: Pair, document: Document, add: Add): void {
  const key = pair.key as Node | null;
  // The parser's sign for a merge key.
  if (isScalar(key) && typeof key.value === 'symbol' && !isMergeable(pair.value as Node | null, document)) {
    add(key, '<< takes a mapping, or a list of mappings', 'merge an alias of a mapping: `<<: *name`');
    return;
  }
  if (!isScalar(key)) {
    add(key, 'a key is a mapping, a list or an alias', 'put text that begins with {, [ or * in quotes');
  } else if (key.value === '__proto__') {
    add(key, 'the key "__proto__" is not allowed', 'choose another key');
  }
}

/** Whether a value can be merged; a list is one of mappings. */
function isMergeable(value: Node | null, document: Document, inList = false): boolean {
  const node = isAlias(value) ? value.resolve(document) : value;
  if (isMap(node)) return true;
  return (
    !inList && isSeq(node) && node.items.every((item) => isMergeable(item as Node | null, document, true))
  );
}

function checkTag(node: Scalar | YAMLMap | YAMLSeq, add: Add): void {
  if (node.tag !== undefined && !plainTags.has(node.tag)) {
    add(node, `the tag ${node.tag} is not allowed`, 'write the plain value without a tag');
  }
}

function checkNumber(scalar: Scalar, add: Add): void {
  const { value } = scalar;
  if (typeof value !== 'number') {
    return;
  }
  if (!Number.isFinite(value)) {
    add(scalar, 'not a finite number', 'write a number, or put the text in quotes');
  } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    add(scalar, 'the number is too large to be kept exactly', 'put it in quotes');
  }
}

/** What YAML 1.1 may read as a number or as true or false: a parser is asked of these alone, as it takes its time. */
const maybeRead = /^([-+]?\.?\d.*|y|n|yes|no|on|off)$/i;

/**
 * Helm reads YAML 1.1, in which `no` is false and `0644` is 420. Silently the one or the other would be wrong for somebody. Times
 * like `1:30` and dates, which YAML 1.1 has as well, are text for Helm, too.
 */
function checkHelmReading(scalar: Scalar, add: Add): void {
  const { type, source = '', value } = scalar;
  if (type !== 'PLAIN' || scalar.tag !== undefined || source.includes(':') || !maybeRead.test(source)) return;
  const helms: unknown = parse(source, { version: '1.1', logLevel: 'silent' });
  if ((typeof helms !== 'boolean' && typeof helms !== 'number') || Object.is(helms, value)) return;
  const ours = typeof value === 'string' ? 'text' : String(value);
  add(
    scalar,
    `${source} is ${ours} in YAML 1.2, but ${helms} in YAML 1.1, which Helm reads`,
    `write ${helms}, or "${source}" in quotes`,
  );
}

/** Whether aliases make the document many times larger, or deeper than {@link maximumDepth}. */
function expandsTooFar(document: Document): boolean {
  const exceeds = (value: unknown, depth: number): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (depth === 0 || Object.values(value).some((inner) => exceeds(inner, depth - 1)));
  try {
    return exceeds(document.toJS({ maxAliasCount: maximumAliases }), 2 * maximumDepth);
  } catch (error) {
    if (!(error instanceof ReferenceError)) {
      throw error;
    }
    return true;
  }
}

function firstAlias(document: Document): Alias | null {
  let first: Alias | null = null;
  visit(document, {
    Alias: (_, alias) => {
      first = alias;
      return visit.BREAK;
    },
  });
  return first;
}

function hintOf(problem: YAMLError): string {
  if (problem.message.includes('end with a')) {
    return 'close the bracket that was opened above';
  }
  return syntaxHints[problem.code] ?? 'check the indentation and quotes here and in the line above';
}

function describe(problem: YAMLError, text: string): string {
  if (problem.code === 'DUPLICATE_KEY') {
    const key = /^[^\s:]+/.exec(text.slice(problem.pos[0]))?.[0] ?? '';
    return `the key ${key} stands here a second time`;
  }
  const message = problem.message.replace(/\.$/, '');
  return message.charAt(0).toLowerCase() + message.slice(1);
}
