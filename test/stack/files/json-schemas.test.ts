import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { clonePaths } from '../../../src/paths.js';
import { renderJsonSchemas } from '../../../src/stack/files/json-schemas.js';
import { fixtures } from '../expectations.js';

const { root } = clonePaths();

describe.each([...renderJsonSchemas()])('schemas/%s', (name, text) => {
  test('is current (else: npm run build && node dist/stack/files/write-schemas.js)', async () => {
    expect(await readFile(join(root, 'schemas', name), 'utf8')).toBe(text);
  });

  test('is a JSON schema whose examples fit it', () => {
    const ajv = new Ajv({ strict: false });
    const inspect = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) {
        return;
      }
      if ('examples' in node && Array.isArray(node.examples)) {
        const validate = ajv.compile(node);
        for (const example of node.examples) {
          expect(validate(example), `${JSON.stringify(example)}: ${ajv.errorsText(validate.errors)}`).toBe(
            true,
          );
        }
      }
      Object.values(node).forEach(inspect);
    };
    inspect(JSON.parse(text));
  });
});

test.each([
  ['stack.schema.json', join(root, 'stack.yaml')],
  ['stack.schema.json', join(fixtures, 'good/full.yaml')],
  ['component.schema.json', join(fixtures, 'components/broker/component.yaml')],
  ['image.schema.json', join(fixtures, 'components/ensemble/image/image.yaml')],
])('%s accepts %s', async (schema, file) => {
  const validate = new Ajv({ strict: false }).compile(JSON.parse(renderJsonSchemas().get(schema) ?? ''));
  const valid = validate(parse(await readFile(file, 'utf8')));
  expect(validate.errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});
