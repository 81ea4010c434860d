import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDocument } from '../../../../src/stack/files/document/source-document.js';
import type { Values } from '../../../../src/stack/plan/plan-types.js';
import { findValueIssues } from '../../../../src/stack/plan/values/validate.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-values-'));
});

afterAll(() => rm(folder, { recursive: true }));

const draft7 = 'http://json-schema.org/draft-07/schema#';
const draft2020 = 'https://json-schema.org/draft/2020-12/schema';

async function issuesOf(name: string, schema: object, values: Values): Promise<string[]> {
  const chart = join(folder, name);
  await mkdir(chart, { recursive: true });
  await writeFile(join(chart, 'values.schema.json'), JSON.stringify(schema));
  const source = parseDocument('stack.yaml', JSON.stringify(values));
  const place = { source, path: [] };
  return (await findValueIssues(chart, values, [place], place)).map(({ message }) => message);
}

const replicas = (type: string, more: object = {}) => ({
  $schema: draft7,
  ...more,
  properties: { replicas: { type } },
});

it('holds each chart against its own schema, also where two give theirs the same name', async () => {
  const named = { $id: 'https://example.com/values.json' };
  expect(await issuesOf('number', replicas('integer', named), { replicas: 'three' })).toHaveLength(1);
  expect(await issuesOf('text', replicas('string', named), { replicas: 'three' })).toEqual([]);
});

const part = (type: string) => ({
  $schema: draft2020,
  $defs: { count: { $anchor: 'count', type } },
  properties: { replicas: { $ref: '#count' } },
});

it('keeps names of parts of a schema to that schema', async () => {
  expect(await issuesOf('anchor-number', part('integer'), { replicas: 'three' })).toHaveLength(1);
  expect(await issuesOf('anchor-text', part('string'), { replicas: 'three' })).toEqual([]);
});

it('reads one schema anew when its file has changed', async () => {
  expect(await issuesOf('changed', replicas('integer'), { replicas: 'three' })).toHaveLength(1);
  expect(await issuesOf('changed', replicas('string'), { replicas: 'three' })).toEqual([]);
});
