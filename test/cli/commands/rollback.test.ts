import { describe, expect, test } from 'vitest';

import { history } from '../../../src/cli/commands/history.js';
import { rollback } from '../../../src/cli/commands/rollback.js';
import { ExitCode } from '../../../src/errors.js';
import { digestLabel } from '../../../src/kubernetes/releases/releases.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, type FakeOptions, plan, state } from '../fake-platform.js';

const options = { file: 'stack.yaml', component: 'kafka' };
const checks = [{ name: 'worked', pods: ['p'], proves: 'it worked', disruptive: false }];
const planned = plan(component('kafka'), component('front', { needs: ['kafka'] }));
const digestOf = (name: string): string => `sha256:${name}`;
const revision = (number: number, digest: string, status = 'superseded') => ({
  revision: number,
  status,
  stack: 'bigdata',
  digest: digestLabel(digestOf(digest)),
  secret: '',
});
const proofOf = (digest: string, number: number) => ({
  digest: digestOf(digest),
  version: `of ${digest}`,
  provenAt: `2026-01-0${number}T00:00:00.000Z`,
  revision: number,
  hooks: { checks },
});
const upgraded = {
  plan: planned,
  revisions: [revision(3, 'kafka', 'deployed'), revision(2, 'old'), revision(1, 'oldest')],
  proofs: new Map([['kafka', { ...proofOf('kafka', 3), checks: [], objects: [] }]]),
  earlier: [proofOf('old', 2)],
  releases: new Map([
    [
      'front',
      {
        name: 'front',
        stack: 'bigdata',
        digest: digestLabel(planned.components[1]?.digest ?? ''),
        revision: 1,
        status: 'deployed',
        secret: 's',
        touched: 0,
      },
    ],
  ]),
} satisfies FakeOptions;

function scene(change: FakeOptions = {}) {
  const { client, started } = fakeClient({ state: state({ operation: 'rollback' }) });
  return { ...fake({ ...upgraded, client, ...change }), started };
}

describe('rollback', () => {
  test('goes to what was proven before what is installed, and takes along what needs it', async () => {
    const { context, started } = scene();
    const result = await rollback(context, options);
    expect(started).toMatchObject([
      {
        type: 'rollBackStack',
        options: {
          args: [
            {
              component: 'kafka',
              revision: 2,
              from: { digest: digestOf('kafka'), version: 'of kafka' },
              plan: { components: [{ name: 'kafka', digest: digestOf('old'), checks }, { name: 'front' }] },
            },
          ],
        },
      },
    ]);
    expect(result.exitCode).toBe(ExitCode.ok);
    expect(result.text).toContain('rolled back to version of old, as it was in revision 2, and proven again');
    expect(result.text).toContain('says something else, which the next `bigdata up -f stack.yaml` installs.');
  });

  test('refuses a smaller revision with which data would go, unless that is accepted', async () => {
    const shrinks = [{ value: 'replicas', loses: 'blocks', next: 'Decommission first.' }];
    const guarded = plan(component('kafka', { data: { shrinks } }));
    const change = {
      plan: guarded,
      revisions: [
        { ...revision(3, 'kafka', 'deployed'), secret: 'v3' },
        { ...revision(2, 'old'), secret: 'v2' },
      ],
      valuesIn: { v3: { replicas: 5 }, v2: { replicas: 3 } },
    };
    const { context, started } = scene(change);
    await expect(rollback(context, options)).rejects.toMatchObject({
      message: 'kafka: replicas goes from 5 to 3, which loses blocks',
      where: 'revision 2',
      unchanged: 'No component was touched.',
      next: expect.stringContaining('Decommission first. `bigdata rollback kafka 2 --accept-loss`') as string,
      exitCode: ExitCode.usage,
    });
    expect(started).toEqual([]);
    await rollback(context, { ...options, acceptLoss: true });
    expect(started).toMatchObject([{ options: { args: [{ plan: { components: [{ data: {} }] } }] } }]);
  });

  test('goes to what was proven last, if that is not what is installed', async () => {
    const failed = [revision(4, 'new', 'failed'), ...upgraded.revisions];
    const { context, started } = scene({ revisions: failed });
    await rollback(context, options);
    expect(started).toMatchObject([{ options: { args: [{ revision: 3 }] } }]);
  });

  test('goes to the revision that is wanted', async () => {
    const again = [revision(4, 'old', 'failed'), ...upgraded.revisions];
    const { context, started } = scene({ revisions: again });
    await rollback(context, { ...options, revision: 2 });
    expect(started).toMatchObject([{ options: { args: [{ revision: 2 }] } }]);
  });

  test('leaves out what needs it and is not as planned, and says so', async () => {
    const { context, started, lines } = scene({ releases: new Map() });
    await rollback(context, options);
    expect(started).toMatchObject([{ options: { args: [{ plan: { components: [{ name: 'kafka' }] } }] } }]);
    expect(lines.join('\n')).toContain(
      'Not proven again, as it is not installed as the stack file says: front',
    );
  });

  test.each<[string, FakeOptions, number | undefined, string]>([
    ['what is not installed', { revisions: [] }, undefined, 'kafka is not installed'],
    ['where nothing else was proven', { earlier: [] }, undefined, 'Nothing else that was proven of kafka'],
    ['a revision that is forgotten', {}, 9, 'Helm remembers no revision 9 of kafka'],
    ['a revision that was not proven', {}, 1, 'Nothing is remembered of revision 1 of kafka being proven'],
    ['the revision that is installed', {}, 3, 'kafka is already what was proven as revision 3'],
  ])('refuses %s', async (_, change, wanted, message) => {
    const { context, started } = scene(change);
    const asked = { ...options, ...(wanted === undefined ? {} : { revision: wanted }) };
    await expect(rollback(context, asked)).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      unchanged: 'Nothing was touched.',
      exitCode: ExitCode.usage,
    });
    expect(started).toEqual([]);
  });
});

test('history tells which revisions were proven, and of which version', async () => {
  const { context } = scene();
  const { text, document } = await history(context, options);
  expect(text).toMatch(/3 +deployed +of kafka +2026-01-03T00:00:00.000Z\n2 +superseded +of old +2026-01-02/);
  expect(document).toMatchObject({
    revisions: [{ revision: 3, version: 'of kafka' }, { revision: 2, version: 'of old' }, { revision: 1 }],
  });
});
