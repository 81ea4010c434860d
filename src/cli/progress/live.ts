/**
 * Progress on a terminal: one live line a step or component.
 *
 * @module
 */
import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { ListrTaskWrapper, DefaultRenderer, SimpleRenderer } from 'listr2';

import type { ComponentState, OperationState } from '../../stack/operation-types.js';
import { duration } from '../render/duration.js';
import { describeComponent, describeEvent, describeSettled, isSettled } from './describe.js';
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
    const lines = new Map(steps.map((step) => [step, new Line()]));
    const shown = this.#show(
      steps.map((step) => ({ title: step.title, line: lines.get(step) ?? new Line() })),
    );
    try {
      await runSteps(steps, async (step, run) => {
        const line = lines.get(step) ?? new Line();
        await line.during((report) => run((event) => report(describeEvent(event))));
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
    let shown: Promise<void> | undefined;
    let last: OperationState | undefined;
    this.note(title);
    for await (const state of snapshots) {
      last = state;
      if (shown === undefined) {
        for (const { name } of state.components) {
          lines.set(name, new Line());
        }
        shown = this.#show([...lines].map(([name, line]) => ({ title: name, line })));
      }
      for (const component of state.components) {
        update(lines.get(component.name), component);
      }
    }
    for (const component of last?.components ?? []) {
      lines.get(component.name)?.end(`${component.name}: ${describeSettled(component)}`);
    }
    await shown;
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  async #show(tasks: readonly { readonly title: string; readonly line: Line }[]): Promise<void> {
    const list = new Listr(
      tasks.map(({ title, line }) => ({ title, task: (_, task: Task) => line.attach(title, task) })),
      {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
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

function update(line: Line | undefined, component: ComponentState): void {
  if (!isSettled(component)) {
    line?.say(describeComponent(component), component.milliseconds);
    return;
  }
  const text = `${component.name}: ${describeSettled(component)}`;
  if (component.phase === 'failed' || component.phase === 'blocked') {
    line?.fail(text);
  } else {
    line?.end(text);
  }
}

/** One line of the list: says what is being done and for how long, and ends in one of three ways. */
class Line {
  #task: Task | undefined;
  #title = '';
  #ended = false;
  #resolve: () => void = () => {};
  #reject: (reason: Error) => void = () => {};
  readonly #done = new Promise<void>((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  /** Called by the list when it shows the line; resolves when the line has ended. */
  attach(title: string, task: Task): Promise<void> {
    this.#title = title;
    this.#task = task;
    return this.#done;
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
      this.end(`${this.#title} (${duration(performance.now() - start)})`);
    } catch (error) {
      this.fail(`${this.#title}: failed after ${duration(performance.now() - start)}`);
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
    this.#name(title);
    this.#ended = true;
    this.#resolve();
  }

  fail(title: string): void {
    this.#name(title);
    this.#ended = true;
    this.#reject(new Error(title));
  }

  /** Ends a line whose turn never came; does nothing to one that has ended. */
  skip(): void {
    if (!this.#ended) {
      this.#task?.skip();
      this.end(this.#title);
    }
  }

  #name(title: string): void {
    if (this.#task !== undefined) {
      this.#task.title = title;
    }
  }
}
