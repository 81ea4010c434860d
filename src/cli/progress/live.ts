/**
 * Progress on a terminal: one live line a step or component.
 *
 * @module
 */
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { ListrTaskWrapper, DefaultRenderer, SimpleRenderer } from 'listr2';

import type { ComponentState, OperationState } from '../../stack/operation/operation-types.js';
import { isLost, isSettled } from '../../stack/operation/phases.js';
import { duration } from '../render/duration.js';
import { describeComponent, describeEvent, describeSettled } from './describe.js';
import type { Progress } from './progress.js';
import { runSteps } from './step.js';
import type { Step } from './step.js';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Milliseconds between two updates of a line's seconds. */
const tick = 1_000;

export class LiveProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  async steps(steps: readonly Step[]): Promise<void> {
    const lines = new Map(steps.map((step) => [step, new Line(step.title)]));
    const shown = this.#show([...lines.values()]);
    try {
      await runSteps(steps, async (step, run) => {
        await lines.get(step)?.during((report) => run((event) => report(describeEvent(event))));
      });
    } finally {
      for (const line of lines.values()) {
        line.skip();
      }
      await shown;
    }
  }

  async operation(title: string, snapshots: AsyncIterable<OperationState>): Promise<void> {
    const lines = new Map<string, Line>();
    const startedAt = new Map<string, number>();
    let shown: Promise<void> = Promise.resolve();
    this.note(title);
    let last: readonly ComponentState[] = [];
    for await (const { components } of snapshots) {
      last = components;
      const more = components.filter(({ name }) => !lines.has(name)).map(({ name }) => new Line(name));
      for (const line of more) {
        lines.set(line.title, line);
      }
      if (more.length > 0) {
        // What turns up later, e.g. what is to be removed, is shown when the lines before it have ended.
        shown = shown.then(() => this.#show(more));
      }
      for (const component of components) {
        if (component.phase !== 'waiting' && !startedAt.has(component.name)) {
          startedAt.set(component.name, performance.now());
        }
        const milliseconds = performance.now() - (startedAt.get(component.name) ?? performance.now());
        update(lines.get(component.name), component, milliseconds);
      }
    }
    for (const component of last.filter(({ phase }) => phase === 'deciding')) {
      lines.get(component.name)?.fail(`${component.name}: ${describeSettled(component)}`);
    }
    for (const line of lines.values()) {
      line.skip();
    }
    await shown;
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  async #show(lines: readonly Line[]): Promise<void> {
    const list = new Listr(
      lines.map((line) => ({ title: line.title, task: (_, task: Task) => line.show(task) })),
      {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
        // Whether this is a terminal was decided by who made this object.
        forceTTY: true,
        fallbackRendererCondition: false,
        rendererOptions: {
          collapseErrors: false,
          showErrorMessage: false,
          formatOutput: 'truncate',
          logger: new ListrLogger({ processOutput: new ProcessOutput(this.#stream, this.#stream) }),
        },
      },
    );
    await list.run();
  }
}

/** @param milliseconds - since the component was first seen at work: its own clock stands still between changes */
function update(line: Line | undefined, component: ComponentState, milliseconds: number): void {
  if (!isSettled(component.phase)) {
    line?.say(describeComponent(component), milliseconds);
    return;
  }
  const text = `${component.name}: ${describeSettled(component)}`;
  if (isLost(component.phase) && component.phase !== 'cancelled') {
    line?.fail(text);
  } else {
    line?.end(text);
  }
}

/** One line of the list: says what is being done and for how long, and ends in one of three ways. */
class Line {
  readonly title: string;
  #task: Task | undefined;
  #end: ((task: Task) => void) | undefined;
  #settle: () => void = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  constructor(title: string) {
    this.title = title;
  }

  /** What the list runs: it shows the line until that ends, which may have happened before. */
  async show(task: Task): Promise<void> {
    this.#task = task;
    await this.#ended;
    this.#end?.(task);
  }

  async during(work: (report: (text: string) => void) => Promise<void>): Promise<void> {
    const start = performance.now();
    let text = '';
    const show = (): void => this.say(text, performance.now() - start);
    const timer = setInterval(show, tick);
    try {
      await work((next) => {
        text = next;
        show();
      });
      this.end(`${this.title} (${duration(performance.now() - start)})`);
    } catch (error) {
      this.fail(`${this.title}: failed after ${duration(performance.now() - start)}`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  say(text: string, milliseconds: number): void {
    if (this.#task !== undefined) {
      const seconds = milliseconds < tick ? '' : ` · ${duration(Math.floor(milliseconds / 1_000) * 1_000)}`;
      this.#task.output = `${text}${seconds}`;
    }
  }

  end(title: string): void {
    this.#endAs((task) => {
      task.title = title;
    });
  }

  fail(title: string): void {
    this.#endAs((task) => {
      task.title = title;
      throw new Error(title);
    });
  }

  /** Ends a line whose turn never came. */
  skip(): void {
    this.#endAs((task) => task.skip());
  }

  /** The first end counts. */
  #endAs(end: (task: Task) => void): void {
    this.#end ??= end;
    this.#settle();
  }
}
