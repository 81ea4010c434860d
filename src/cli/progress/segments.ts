/** @module */
import type { OperationState } from '../../stack/operation/operation-types.js';

/** Snapshots of an operation, in segments that end where nothing moves until somebody decides. */
export class Segments {
  readonly #snapshots: AsyncGenerator<OperationState>;
  /** Read already, and not yet given. */
  #ahead: OperationState | undefined;
  #waiting: OperationState | undefined;

  constructor(snapshots: AsyncGenerator<OperationState>) {
    this.#snapshots = snapshots;
  }

  /** Where the last segment ended; undefined if the operation has. */
  get waiting(): OperationState | undefined {
    return this.#waiting;
  }

  /** The next segment. */
  async *next(): AsyncGenerator<OperationState> {
    this.#waiting = undefined;
    for (let state = await this.#read(); state !== undefined; state = await this.#read()) {
      yield state;
      if (state.waitsForDecision) {
        this.#waiting = state;
        return;
      }
    }
  }

  /** Waits until something else waits than where the last segment ended, or nothing does. */
  async untilDecided(): Promise<void> {
    const before = open(this.#waiting);
    let state = await this.#read();
    while (state !== undefined && open(state) === before) {
      state = await this.#read();
    }
    this.#ahead = state;
  }

  /** Ends the watching. */
  async close(): Promise<void> {
    await this.#snapshots.return(undefined);
  }

  async #read(): Promise<OperationState | undefined> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined) {
      return ahead;
    }
    const { done, value } = await this.#snapshots.next();
    return done ? undefined : value;
  }
}

/** What waits; an attempt that fails as the one before does differs by its time. */
function open(state: OperationState | undefined): string {
  return JSON.stringify(state?.components.filter(({ phase }) => phase === 'deciding'));
}
