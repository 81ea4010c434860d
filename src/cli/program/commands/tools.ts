/** @module */
import type { StackOptions } from '../../command.js';
import { withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata kubectl` and `bigdata helm`. */
export function tools({ dispatch, onStack }: Registry): void {
  for (const [name, example] of [
    ['kubectl', 'get pods'],
    ['helm', 'list'],
  ] as const) {
    withExamples(
      onStack(name, `Runs ${name} on the cluster and in the namespace of the stack.`)
        .argument('[arguments...]', `arguments of ${name}; options of bigdata come before them`)
        .allowUnknownOption()
        .passThroughOptions(),
      [[`bigdata ${name} ${example}`, 'on the local cluster, without a kubeconfig']],
    ).action((args: readonly string[], options: StackOptions & Parsed) =>
      dispatch({ ...options, aside: true }, async (context) =>
        (await import('../../commands/tool.js')).tool(context, name, args, options),
      ),
    );
  }
}
