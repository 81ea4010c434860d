/**
 * A YAML file with the position of everything in it.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { type Issue, type Position, StackFileError } from './issue.js';
import { findContentIssues, findNestingIssue, findSyntaxIssues } from './yaml-issues.js';

/** Keys and indexes from the top of a document down to a value. */
export type Path = readonly PropertyKey[];

/** Larger files are refused: a plan must fit into one Temporal payload. */
const maximumBytes = 256 * 1024;

/** The content of a YAML file as plain data, and where in the file each part stands. */
export class SourceDocument {
  readonly #document: Document;
  readonly #lines: LineCounter;
  /** What it consists of, strongest first; itself if it is one file. */
  #layers: readonly SourceDocument[] = [this];

  /** @internal Use {@link readDocument} or {@link parseDocument}. */
  constructor(
    /** Absolute path. */
    readonly file: string,
    /** A mapping of JSON values. */
    readonly data: Record<string, unknown>,
    document: Document,
    lines: LineCounter,
  ) {
    this.#document = document;
    this.#lines = lines;
  }

  /**
   * Several files as one document: each part stands where it was written last.
   *
   * @param layers - weakest first
   * @param data - what they come to
   */
  static layered(
    layers: readonly [SourceDocument, ...SourceDocument[]],
    data: Record<string, unknown>,
  ): SourceDocument {
    const [weakest] = layers;
    const whole = new SourceDocument(weakest.file, data, weakest.#document, weakest.#lines);
    whole.#layers = layers.toReversed();
    return whole;
  }

  /** Whether the path is written in this document, even with the value null. */
  has(path: Path): boolean {
    return this.#layers.some((layer) => layer.#walk(path).depth === path.length);
  }

  /** Absolute path of the file in which the path is written, or most of it. */
  fileOf(path: Path): string {
    return this.#layerOf(path).file;
  }

  /** The strongest layer of those that have most of the path. */
  #layerOf(path: Path): SourceDocument {
    const depths = this.#layers.map((layer) => layer.#walk(path).depth);
    return this.#layers[depths.indexOf(Math.max(...depths))] ?? this;
  }

  /** Where the key of the path's last step stands (for a list, its item); of the deepest part that is written. */
  positionOfKey(path: Path): Position {
    const layer = this.#layerOf(path);
    const { pair, node } = layer.#walk(path);
    const key = pair?.key;
    return layer.#position(isNode(key) ? key : node);
  }

  /** Where the value at the path starts; where it is a mapping, a list or left empty, its key. */
  positionOfValue(path: Path): Position {
    const layer = this.#layerOf(path);
    const { node } = layer.#walk(path);
    const written = isAlias(node) || (isScalar(node) && node.source !== '');
    return written ? layer.#position(node) : this.positionOfKey(path);
  }

  /** An issue at the key of a path. */
  issueAtKey(path: Path, message: string, hint: string): Issue {
    return { file: this.fileOf(path), ...this.positionOfKey(path), message, hint };
  }

  /** An issue at the value of a path. */
  issueAtValue(path: Path, message: string, hint: string): Issue {
    return { file: this.fileOf(path), ...this.positionOfValue(path), message, hint };
  }

  #position(node: Node | null): Position {
    const offset = node?.range?.[0];
    if (offset === undefined) {
      return { line: 1, column: 1 };
    }
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  /** Follows a path as far as it is written, through aliases. */
  #walk(path: Path): { depth: number; node: Node | null; pair: Pair | undefined } {
    let node: Node | null = this.#document.contents;
    let pair: Pair | undefined;
    let depth = 0;
    for (const step of path) {
      const container: Node | null | undefined = isAlias(node) ? node.resolve(this.#document) : node;
      if (isMap(container)) {
        const next = this.#pairOf(container, String(step));
        if (next === undefined) {
          break;
        }
        pair = next;
        node = isNode(next.value) ? next.value : null;
      } else if (isSeq(container)) {
        const next: unknown = container.items[Number(step)];
        if (!isNode(next)) {
          break;
        }
        pair = undefined;
        node = next;
      } else {
        break;
      }
      depth += 1;
    }
    return { depth, node, pair };
  }

  /** The pair of a key, in the mapping itself or in what is merged into it. */
  #pairOf(map: YAMLMap, key: string): Pair | undefined {
    const own = map.items.find((item) => keyOf(item) === key);
    if (own !== undefined) return own;
    const merged = map.items.find(isMerge)?.value;
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const node = isAlias(source) ? source.resolve(this.#document) : source;
      const found = isMap(node) ? this.#pairOf(node, key) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/**
 * Reads a YAML file that must hold one mapping.
 *
 * @throws {@link StackFileError} with every issue of syntax and content that was found.
 */
export async function readDocument(path: string): Promise<SourceDocument> {
  const file = resolve(path);
  return parseDocument(file, await readText(file));
}

/** As {@link readDocument}, of a text that was already read. */
export function parseDocument(file: string, text: string): SourceDocument {
  refuse(findNestingIssue(file, text));
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const documents: Document[] = 'empty' in parsed ? [] : parsed;
  refuse(...findSyntaxIssues(file, text, documents, lines));
  const [document] = documents;
  if (document === undefined || document.contents === null) {
    const hint = 'write keys and values, e.g. `name: …`';
    throw new StackFileError([{ file, message: 'the file is empty', hint }]);
  }
  refuse(...findContentIssues(file, document, lines));
  return new SourceDocument(file, document.toJS() as Record<string, unknown>, document, lines);
}

/** Reads a file of UTF-8 text of a sensible size. */
async function readText(file: string): Promise<string> {
  const issue = (message: string, hint: string, cause?: unknown): StackFileError =>
    new StackFileError([{ file, message, hint }], cause);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw issue(...unreadable(error), error);
  }
  if (bytes.length > maximumBytes) {
    throw issue(
      `the file has ${bytes.length} bytes`,
      `keep it below ${maximumBytes}; large configuration belongs into a ConfigMap of your own`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw issue('the file is not text in UTF-8', 'save it as UTF-8', error);
  }
}

function unreadable(error: unknown): [message: string, hint: string] {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return ['there is no such file', 'check the path'];
    case 'EISDIR':
      return ['this is a folder', 'name the file in it'];
    case 'EACCES':
    case 'EPERM':
      return ['the file may not be read', 'check its permissions'];
    default:
      throw error;
  }
}

function refuse(...issues: readonly (Issue | undefined)[]): void {
  const found = issues.filter((issue) => issue !== undefined);
  if (found.length > 0) {
    throw new StackFileError(found);
  }
}

function keyOf(pair: Pair): string {
  const key = isScalar(pair.key) ? pair.key.value : pair.key;
  return key === null ? '' : String(key);
}

/** Whether a pair is a merge key, for which the parser has a sign of its own. */
function isMerge({ key }: Pair): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}
