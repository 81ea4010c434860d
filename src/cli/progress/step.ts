/**
 * The work of a command as a graph of steps, so that what does not depend on each other runs at the same time.
 *
 * @module
 */
import type { Report } from '../../progress.js';

/** One line of progress: a piece of work that starts when all that it needs is done. */
export class Step<Value = unknown> {
  readonly title: string;
  readonly needs: readonly Step[];
  readonly #work: (report: Report) => Promise<Value>;
  #result: { readonly value: Value } | undefined;

  constructor(title: string, needs: readonly Step[], work: (report: Report) => Promise<Value>) {
    this.title = title;
    this.needs = needs;
    this.#work = work;
  }

  /** What the work gave. @throws if it is not done yet, which a step that lists this one in its needs cannot meet */
  get value(): Value {
    if (this.#result === undefined) {
      throw new Error(`the step "${this.title}" is not done`);
    }
    return this.#result.value;
  }

  async run(report: Report): Promise<void> {
    this.#result = { value: await this.#work(report) };
  }
}

/** Shows steps in some way: runs the given function where the step's own moment has come. */
export type ShowStep = (step: Step, run: (report: Report) => Promise<void>) => Promise<void>;

/**
 * Runs steps, each as soon as its needs are done. After a failure nothing new starts.
 *
 * @throws the first failure, at once: what runs beside it may go on for a while, and a later run takes it up again
 */
export async function runSteps(steps: readonly Step[], show: ShowStep): Promise<void> {
  const runs = new Map<Step, Promise<void>>();
  let failed = false;
  const start = async (step: Step): Promise<void> => {
    await Promise.all(step.needs.map((need) => runs.get(need)));
    if (failed) {
      return;
    }
    try {
      await show(step, (report) => step.run(report));
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  for (const step of steps) {
    runs.set(step, start(step));
  }
  await Promise.all(runs.values());
}
