/**
 * What was injected, and whether it was survived.
 *
 * @module
 */
import Table from 'cli-table3';

export interface Outcome {
  readonly fault: string;
  readonly where: string;
  readonly survived: boolean;
  /** From the fault to the next progress, or to the end of the operation where there is none to be seen between. */
  readonly seconds: number;
}

/** Collects outcomes, and prints on standard error, past the test runner. */
export class OutcomeTable {
  readonly #title: string;
  readonly #verb: string;
  readonly #outcomes: Outcome[] = [];

  /** @param verb what a fault should be: survived, or named */
  constructor(title: string, verb = 'survived') {
    this.#title = title;
    this.#verb = verb;
  }

  /** Prints it at once as well: the whole takes long. */
  add(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    const { fault, where, survived, seconds } = outcome;
    process.stderr.write(
      `${survived ? this.#verb : `NOT ${this.#verb.toUpperCase()}`}: ${fault}, ${where} (${seconds.toFixed(1)} s)\n`,
    );
  }

  print(): void {
    if (this.#outcomes.length === 0) return;
    const table = new Table({
      head: ['', 'fault', 'where injected', this.#verb, 'seconds'],
      style: { head: [], border: [], compact: true },
    });
    this.#outcomes.forEach(({ fault, where, survived, seconds }, index) => {
      table.push([index + 1, fault, where, survived ? 'yes' : 'NO', seconds.toFixed(1)]);
    });
    const well = this.#outcomes.filter(({ survived }) => survived).length;
    process.stderr.write(
      `\n${this.#title}\n${table.toString()}\n${well} of ${this.#outcomes.length} ${this.#verb}\n`,
    );
  }
}
