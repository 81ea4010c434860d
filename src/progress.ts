/**
 * How long-running effects tell what they do, without knowing who shows it.
 *
 * @module
 */

/** One step of progress. */
export interface ProgressEvent {
  /** What is being done now, e.g. `compiling k8s.io/client-go`. */
  readonly text: string;
  /** Units done and in all, where they are known. */
  readonly done?: number;
  readonly total?: number;
}

/** Receives progress; must not throw. */
export type Report = (event: ProgressEvent) => void;
