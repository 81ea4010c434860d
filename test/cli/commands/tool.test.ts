import { expect, test } from 'vitest';
import { tool } from '../../../src/cli/commands/tool.js';
import { fake, plan } from '../fake-platform.js';
import { options } from './installed.js';

test('helm is run in the namespace of the stack', async () => {
  const { context, calls } = fake({ plan: plan() });
  await tool(context, 'helm', ['list', '-A'], options);
  expect(calls.at(-1)).toBe('/helm --kube-context bigdata-1 --namespace data list -A');
});
