import { expect, test } from 'vitest';
import { withTargetOptions } from '../../src/cli/render/target-options.js';

test.each([
  ['run `bigdata up` again', 'run `bigdata up -f my.yaml` again'],
  [
    '`bigdata status --follow` watches, `bigdata abort` ends it',
    '`bigdata status --follow -f my.yaml` watches, `bigdata abort -f my.yaml` ends it',
  ],
  ['`bigdata retry kafka -f other.yaml`', '`bigdata retry kafka -f other.yaml`'],
  ['`bigdata up --context other`', '`bigdata up --context other`'],
  ['`bigdata down --delete`, `bigdata doctor`', '`bigdata down --delete`, `bigdata doctor`'],
  ['bigdata up, or `bigdata upside`', 'bigdata up, or `bigdata upside`'],
])('%s', (text, expected) => {
  expect(withTargetOptions(text, ' -f my.yaml')).toBe(expected);
  expect(withTargetOptions(text, '')).toBe(text);
});
