import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseChangedChart } from '../../../src/activities/release/planned-digest.js';
import { clonePaths } from '../../../src/paths.js';
import type { PlannedComponent } from '../../../src/stack/plan/plan-types.js';
import { loadStack, makePlan } from '../../../src/stack/plan/plan.js';

const { root } = clonePaths();

const imageReference = async () => ({ repository: 'bigdata.local/x', tag: '1' });

let components: readonly PlannedComponent[];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bigdata-digest-'));
  const stack = await loadStack(join(root, 'stack.yaml'), { builtInComponents: join(root, 'components') });
  ({ components } = await makePlan(stack, { kind: 'local', stateFolder: '/srv/state' }, { imageReference }));
});

afterAll(async () => await rm(folder, { recursive: true }));

describe('a planned component', () => {
  it('is accepted with the digest that the plan gave it', () => {
    expect(components.length).toBeGreaterThan(0);
    for (const component of components) {
      refuseChangedChart(component);
    }
  });

  it('is refused when its chart or its values are not those of the plan', async () => {
    const [component] = components;
    const chart = join(folder, 'chart');
    await cp(component?.chart ?? '', chart, { recursive: true });
    const copied = { ...component, chart } as PlannedComponent;
    refuseChangedChart(copied);
    expect(() => refuseChangedChart({ ...copied, values: { more: true } })).toThrow(
      expect.objectContaining({
        type: 'ChartChanged',
      }),
    );
    await writeFile(join(chart, 'more.yaml'), 'x');
    expect(() => refuseChangedChart(copied)).toThrow(
      expect.objectContaining({
        type: 'ChartChanged',
        nonRetryable: true,
      }),
    );
    const nowhere = { ...copied, chart: '/nowhere' };
    expect(() => refuseChangedChart(nowhere)).toThrow(
      expect.objectContaining({
        type: 'ChartMissing',
        nonRetryable: true,
      }),
    );
  });
});
