/**
 * What a support bundle is made of.
 *
 * @module
 */
import { errorText } from '../util/error-text.js';

/** One file of the bundle, as it was found: it gets into the archive by {@link redacted} alone. */
export type CollectedFile = {
  /** Path in the bundle, with `/`. */
  readonly path: string;
} & (
  | { readonly text: string }
  /** As JSON. */
  | { readonly history: string }
  /** Written by the path's ending: documents of YAML, or one of JSON. */
  | { readonly documents: readonly unknown[] }
);

/** Something that could not be had, and why. */
export interface Gap {
  readonly what: string;
  readonly why: string;
}

/** Collects files; whatever cannot be had is noted, and the rest is still collected. */
export class Bundle {
  readonly files: CollectedFile[] = [];
  readonly gaps: Gap[] = [];

  add(path: string, text: string): void {
    this.files.push({ path, text });
  }

  addHistory(path: string, json: string): void {
    this.files.push({ path, history: json });
  }

  addObjects(path: string, ...documents: readonly unknown[]): void {
    this.files.push({ path, documents });
  }

  missing(what: string, why: string): void {
    this.gaps.push({ what, why });
  }

  /**
   * Tries one thing.
   *
   * @param what - for people, e.g. `the log of Pod bigdata/kafka-0`
   * @returns undefined if it failed
   */
  async attempt<Value>(what: string, work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.missing(what, errorText(error));
      return undefined;
    }
  }
}
