import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/errors.js';
import { loadImageFile } from '../../src/stack/files/image-schema.js';
import { loadComponentFolder, loadStack, makePlan } from '../../src/stack/plan/plan.js';
import { entriesOf, expectIssues, fixtures, wantsCluster } from './expectations.js';

const builtInComponents = join(fixtures, 'components');
const imageReference = async () => ({ repository: 'bigdata.local/test', tag: '1' });

async function plan(file: string): Promise<unknown> {
  const target = wantsCluster(file)
    ? ({ kind: 'cluster' } as const)
    : ({ kind: 'local', stateFolder: '/state' } as const);
  return makePlan(await loadStack(file, { builtInComponents }), target, { imageReference });
}

describe('a bad stack file is refused with file, line and hint', () => {
  test.each(entriesOf('bad'))('%s', async (name) => {
    const file = join(fixtures, 'bad', name);
    const error = await expectIssues(file, () => plan(file));
    expect(error).toBeInstanceOf(UserError);
    expect(error.exitCode).toBe(ExitCode.usage);
    expect(error.message).not.toMatch(/hunter2|12345\b/);
  });

  test('the table is long enough', () => {
    expect(entriesOf('bad').length).toBeGreaterThanOrEqual(45);
  });
});

describe('a bad component folder is refused with file, line and hint', () => {
  test.each(entriesOf('bad-components'))('%s', async (name) => {
    const folder = join(fixtures, 'bad-components', name);
    await expectIssues(join(folder, 'component.yaml'), () => loadComponentFolder(folder));
  });
});

describe('a bad image.yaml is refused with file, line and hint', () => {
  test.each(entriesOf('bad-images'))('%s', async (name) => {
    const file = join(fixtures, 'bad-images', name);
    await expectIssues(file, () => loadImageFile(file));
  });
});
