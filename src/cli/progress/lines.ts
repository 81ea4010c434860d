/**
 * Progress as plain lines: for pipes, logs and programs.
 *
 * @module
 */
import type { Report } from '../../progress.js';
import type { ComponentState, OperationState } from '../../stack/operation/operation-types.js';
import { isSettled } from '../../stack/operation/phases.js';
import { duration } from '../render/duration.js';
import { describeComponent, describeEvent, describeSettled } from './describe.js';
import type { Progress } from './progress.js';
import { runSteps } from './step.js';
import type { Step } from './step.js';

/** Milliseconds between two lines of one step, so that a build of a thousand packages does not fill a log. */
const usualInterval = 5_000;

export class LineProgress implements Progress {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  readonly #interval: number;
  readonly #start: number;

  /** @param interval - milliseconds between two lines of one step */
  constructor(
    write: (text: string) => void,
    now: () => number = () => performance.now(),
    interval = usualInterval,
  ) {
    this.#write = write;
    this.#now = now;
    this.#interval = interval;
    this.#start = now();
  }

  async steps(steps: readonly Step[]): Promise<void> {
    await runSteps(steps, async (step, run) => {
      const start = this.#now();
      this.#line(`${step.title} …`);
      await run(this.#reportOf(step));
      this.#line(`${step.title}: done in ${duration(this.#now() - start)}`);
    });
  }

  async operation(title: string, snapshots: AsyncIterable<OperationState>): Promise<void> {
    // That everything waits at first is no news.
    const shown = new Map<string, string>();
    const isNews = ({ name, phase }: ComponentState, description: string): boolean =>
      shown.get(name) !== description && (phase !== 'waiting' || shown.has(name));
    this.#line(`${title} …`);
    for await (const { components } of snapshots) {
      for (const component of components) {
        const description = describeComponent(component);
        if (isNews(component, description)) {
          shown.set(component.name, description);
          this.#line(
            `${component.name}: ${isSettled(component.phase) ? describeSettled(component) : description}`,
          );
        }
      }
    }
  }

  note(text: string): void {
    this.#line(text);
  }

  #reportOf(step: Step): Report {
    let last = '';
    let toldAt = Number.NEGATIVE_INFINITY;
    return (event) => {
      const description = describeEvent(event);
      const now = this.#now();
      if (description === last || now - toldAt < this.#interval) {
        return;
      }
      last = description;
      toldAt = now;
      this.#line(`${step.title}: ${description}`);
    };
  }

  #line(text: string): void {
    this.#write(`[${duration(this.#now() - this.#start).padStart(7)}] ${text}\n`);
  }
}
