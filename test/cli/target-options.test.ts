import { expect, test } from 'vitest';
import { makeProgram, stackCommands } from '../../src/cli/program/program.js';
import { withTargetOptions } from '../../src/cli/render/target-options.js';

const commands = stackCommands(
  makeProgram({ version: '1', defaultFile: 'stack.yaml', dispatch: async () => {}, write: () => {} }),
);

test.each([
  ['run `bigdata up` again', 'run `bigdata up -f my.yaml` again'],
  [
    '`bigdata status --follow` watches, `bigdata abort` ends it',
    '`bigdata status --follow -f my.yaml` watches, `bigdata abort -f my.yaml` ends it',
  ],
  ['`bigdata retry kafka -f other.yaml`', '`bigdata retry kafka -f other.yaml`'],
  ['`bigdata up --context other`', '`bigdata up --context other`'],
  ['`bigdata history kafka` shows it', '`bigdata history kafka -f my.yaml` shows it'],
  ['`bigdata kubectl get pods`', '`bigdata kubectl get pods`'],
  ['`bigdata down --delete`, `bigdata doctor`', '`bigdata down --delete`, `bigdata doctor`'],
  ['bigdata up, or `bigdata upside`', 'bigdata up, or `bigdata upside`'],
])('%s', (text, expected) => {
  expect(withTargetOptions(text, ' -f my.yaml', commands)).toBe(expected);
  expect(withTargetOptions(text, '', commands)).toBe(text);
});
