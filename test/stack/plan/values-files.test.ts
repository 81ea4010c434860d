import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Issue, StackFileError, loadStack, makePlan } from '../../../src/stack/plan/plan.js';
import { fixtures } from '../expectations.js';

const builtInComponents = join(fixtures, 'components');
const imageReference = async ({ name }: { name: string }) => ({ repository: name, tag: '1' });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-values-'));
});

afterEach(async () => await rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const stack = (ensemble: string) =>
  `name: s\nnamespace: s\ncomponents:\n  ensemble: ${ensemble}\nimages: { registry: r.test }\n`;

async function valuesOf(file: string): Promise<unknown> {
  const plan = await makePlan(
    await loadStack(file, { builtInComponents }),
    { kind: 'cluster' },
    { imageReference },
  ).catch((error: unknown) => error as StackFileError);
  if (plan instanceof Error) throw plan;
  return plan.components.find(({ name }) => name === 'ensemble')?.values;
}

async function issuesOf(file: string): Promise<readonly Issue[]> {
  const error: unknown = await valuesOf(file).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StackFileError);
  return (error as StackFileError).issues;
}

test('lie under the values, a later one over an earlier one', async () => {
  await write('values/one.yaml', 'replicas: 1\nsettings: { a: 1, b: 1 }\n');
  await write('values/two.yaml', 'replicas: 3\nsettings: { b: 2, c: 2 }\n');
  const file = await write(
    'stack.yaml',
    stack('{ valuesFiles: [values/one.yaml, values/two.yaml], values: { settings: { c: 3 } } }'),
  );
  expect(await valuesOf(file)).toMatchObject({ replicas: 3, settings: { a: 1, b: 2, c: 3 } });
});

test('are relative to the stack file that names them', async () => {
  await write('values.yaml', 'replicas: 1\n');
  await write('env/values.yaml', 'replicas: 3\n');
  const first = await write('stack.yaml', stack('{ valuesFiles: [values.yaml] }'));
  const over = await write('env/stack.yaml', 'components: { ensemble: { valuesFiles: [values.yaml] } }\n');
  expect(await valuesOf(first)).toMatchObject({ replicas: 1 });
  expect(await valuesOf([first, over].join(delimiter))).toMatchObject({ replicas: 3 });
});

test('are named with file and line for what is wrong in them', async () => {
  const wrong = await write('wrong.yaml', '# of the ensemble\nreplicas: many\n');
  const broken = await write('broken.yaml', 'a: [\n');
  const image = await write('image.yaml', 'image: { tag: "2" }\n');
  const named = (path: string) => write('stack.yaml', stack(`{ valuesFiles: [${path}] }`));
  expect(await issuesOf(await named('wrong.yaml'))).toMatchObject([{ file: wrong, line: 2 }]);
  expect((await issuesOf(await named('broken.yaml')))[0]).toMatchObject({ file: broken });
  expect(await issuesOf(await named('image.yaml'))).toMatchObject([
    { file: image, line: 1, message: "values do not set the image's tag" },
  ]);
  const missing = await named('none.yaml');
  expect(await issuesOf(missing)).toMatchObject([
    { file: missing, line: 4, message: `there is no file ${join(folder, 'none.yaml')}` },
  ]);
});
