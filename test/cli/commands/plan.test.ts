import { describe, expect, test } from 'vitest';
import { plan as planCommand } from '../../../src/cli/commands/plan.js';
import { status } from '../../../src/cli/commands/status.js';
import { verify } from '../../../src/cli/commands/verify.js';
import type { Release } from '../../../src/cli/platform/platform.js';
import { ExitCode, UserError } from '../../../src/errors.js';
import { up } from '../../../src/cli/commands/up.js';
import { fakeClient } from '../fake-client.js';
import { component, fake, plan, state, upOptions } from '../fake-platform.js';
import { options, proof, release, others, installedAsPlanned, twoComponents } from './installed.js';

describe('plan', () => {
  const planOptions = { ...options, diff: true };
  const installed = { ...release, digest: 'kafka' };
  const releases = new Map([['kafka', installed]]);
  const proofs = new Map([['kafka', proof]]);

  test.each([
    ['none', installed, proof],
    ['change', { ...installed, digest: 'old' }, proof],
    ['prove again', installed, undefined],
    ['prove again', installed, { ...proof, dependenciesDigest: 'other' }],
    ['repair', { ...installed, revision: 2 }, proof],
    ['prove again', { ...installed, status: 'failed' }, proof],
    ['refuse', { ...installed, stack: 'other' }, undefined],
    ['install', undefined, undefined],
  ])('tells what would happen: %s', async (change, found, proven) => {
    const { context } = fake({
      plan: twoComponents,
      releases: new Map(found === undefined ? [] : [['kafka', found]]),
      proofs: new Map(proven === undefined ? [] : [['kafka', proven]]),
    });
    const { document } = await planCommand(context, planOptions);
    expect(document).toMatchObject({ changes: { kafka: change, minio: 'install' }, removed: [] });
  });

  test('refuses the namespace of another stack', async () => {
    const { context } = fake({ plan: twoComponents, releases, proofs, stackOf: 'other' });
    await expect(planCommand(context, planOptions)).rejects.toMatchObject(others);
    await expect(status(context, { ...options, follow: false })).rejects.toMatchObject(others);
    await expect(verify(context, { ...options, disruptive: false })).rejects.toMatchObject(others);
  });

  test('works without a cluster', async () => {
    const { context } = fake({ plan: twoComponents, running: false });
    const { document, text } = await planCommand(context, planOptions);
    expect(document).toMatchObject({ changes: { kafka: 'unknown' }, removed: [], diffs: {} });
    expect(text).toContain('what would change is not known');
  });

  test('tells the profile', async () => {
    const { context } = fake({ plan: { ...twoComponents, profile: 'standard' } });
    const { text, document } = await planCommand(context, planOptions);
    expect(text).toContain('bigdata in namespace data, profile standard, in this order:');
    expect(document).toMatchObject({ profile: 'standard' });
  });

  test('tells what would be removed, in the order of its removal, and that data is kept', async () => {
    const { context } = fake({
      plan: twoComponents,
      releases,
      proofs: new Map([...proofs, ['livy', { ...proof, version: '0.7' }]]),
      unlisted: [
        { release: 'livy', removal: { needs: ['spark'], timeout: 1 } },
        { release: 'spark', removal: { needs: [], timeout: 1 } },
      ],
    });
    const { text, document } = await planCommand(context, planOptions);
    expect(text).toMatch(/livy +0\.7 +remove +spark\nspark +remove\n/);
    expect(text).toContain('is removed in the end, and its data is kept');
    expect(document).toMatchObject({
      changes: { livy: 'remove', spark: 'remove' },
      removed: ['livy', 'spark'],
    });
  });

  test('tells what would be refused of what is new or changed, and that it is a mistake of input', async () => {
    const objections = new Map([['minio', ['Service data/minio: spec.ports: Required value']]]);
    const { context, calls } = fake({ plan: twoComponents, releases, proofs, objections });
    const { exitCode, text, document } = await planCommand(context, planOptions);
    expect(calls).toContain('changes.objections minio');
    expect(exitCode).toBe(ExitCode.usage);
    expect(text).toContain(
      'minio would fail: correct its chart or its values\n  Service data/minio: spec.ports: Required value\n',
    );
    expect(document).toMatchObject({
      objections: { minio: ['Service data/minio: spec.ports: Required value'] },
    });
  });

  test('tells what a smaller value would lose, which up refuses unless that is accepted', async () => {
    const shrinks = [{ value: 'replicas', loses: 'partitions', next: 'Move them first.' }];
    const smaller = plan(
      component('kafka', { digest: 'sha256:new', values: { replicas: 3 }, data: { shrinks } }),
    );
    const scene = { plan: smaller, releases, proofs, values: { replicas: 5 } };
    const { exitCode, text, document } = await planCommand(fake(scene).context, planOptions);
    expect(exitCode).toBe(ExitCode.usage);
    expect(text).toContain('replicas goes from 5 to 3, which loses partitions. Move them first.');
    expect(text).toContain('unless with --accept-loss kafka');
    expect(document).toMatchObject({ losses: { kafka: [{ value: 'replicas', from: 5, to: 3 }] } });

    const { client, started } = fakeClient({ state: state() });
    const refused = up(fake({ ...scene, client }).context, upOptions);
    await expect(refused).rejects.toMatchObject({
      message: 'kafka: replicas goes from 5 to 3, which loses partitions',
      exitCode: ExitCode.usage,
      next: expect.stringContaining('Move them first. Or set kafka.replicas back to 5') as string,
    });
    expect(started).toEqual([]);
    const wrong = up(fake({ ...scene, client }).context, { ...upOptions, acceptLoss: ['kafak'] });
    await expect(wrong).rejects.toMatchObject({
      message: '--accept-loss kafak names no component of the stack',
    });
    await up(fake({ ...scene, client }).context, { ...upOptions, acceptLoss: ['kafka'] });
    expect(started).toMatchObject([{ options: { args: [{ plan: { components: [{ data: {} }] } }] } }]);
  });

  describe('of a changed component', () => {
    const changed = new Map([['kafka', { ...installed, digest: 'old' }]]);
    const diff = '--- ConfigMap/kafka installed\n+++ ConfigMap/kafka planned\n@@ -1 +1 @@\n-a\n+b\n';

    test('shows how its objects change', async () => {
      const changes = [
        { object: 'ConfigMap/kafka', change: 'changed', diff },
        { object: 'Secret/kafka', change: 'changed', diff: '' },
      ] as const;
      const objectChanges = new Map([['kafka', changes]]);
      const steps = [
        { step: 1, object: 'StatefulSet/kafka', does: 'starts kafka-3' },
        { step: 1, object: 'Deployment/ui', does: 'replaces its pod' },
        { step: 2, does: 'is ready' },
      ];
      const { context, calls } = fake({
        plan: twoComponents,
        releases: changed,
        proofs,
        objectChanges,
        changeSteps: new Map([['kafka', steps]]),
      });
      const { text, document } = await planCommand(context, planOptions);
      expect(calls).toContain('changes.ofObjects kafka');
      expect(text).toContain(
        `kafka changes 2 objects:\n${diff}Secret/kafka changes only in redacted values\n`,
      );
      expect(text).toContain(
        [
          'kafka, step by step:',
          '  1. StatefulSet/kafka starts kafka-3',
          '     Deployment/ui replaces its pod',
          '  2. is ready',
        ].join('\n'),
      );
      expect(document).toMatchObject({ diffs: { kafka: changes }, steps: { kafka: steps } });
    });

    test('says why that cannot be told', async () => {
      const objectChanges = new Map([['kafka', new Error('no chart, token=hunter2')]]);
      const { context } = fake({ plan: twoComponents, releases: changed, objectChanges });
      const { text, document } = await planCommand(context, planOptions);
      expect(text).toContain('kafka cannot be rendered, so what changes is not shown: no chart, token=…\n');
      expect(document).toMatchObject({ diffs: { kafka: { error: 'no chart, token=…' } } });
    });

    test('tells the rest where nothing can be rendered', async () => {
      const objectChanges = new UserError({
        message: 'Helm 4 or newer is missing',
        next: '',
        exitCode: ExitCode.environment,
      });
      const { context } = fake({ plan: twoComponents, releases: changed, objectChanges });
      const { exitCode, text } = await planCommand(context, planOptions);
      expect(exitCode).toBe(ExitCode.ok);
      expect(text).toContain('so what changes is not shown: Helm 4 or newer is missing\n');
    });

    test('renders nothing when told so, or when nothing changes', async () => {
      const without = fake({ plan: twoComponents, releases: changed });
      await planCommand(without.context, { ...options, diff: false });
      const unchanged = fake({ plan: twoComponents, releases, proofs });
      await planCommand(unchanged.context, planOptions);
      expect([...without.calls, ...unchanged.calls].join(' ')).not.toContain('changes.ofObjects');
    });
  });
});

test.each([
  [installedAsPlanned, ExitCode.ok],
  [new Map<string, Release>(), ExitCode.failed],
])('plan --exit-code tells whether there is anything to do', async (releases, exitCode) => {
  const { context } = fake({ plan: plan(component('kafka')), releases, proofs: new Map([['kafka', proof]]) });
  expect(await planCommand(context, { ...options, diff: false, exitCode: true })).toMatchObject({ exitCode });
  expect(await planCommand(context, { ...options, diff: false })).toMatchObject({ exitCode: ExitCode.ok });
});

test('plan folds what people need not read, unless they want all', async () => {
  const changes = [
    { object: 'StatefulSet/kafka', change: 'changed', diff: '-a\n+b\n' },
    { object: 'Pod/kafka-works', change: 'changed', diff: '-check a\n+check b\n', folded: 'check' },
    { object: 'Service/kafka', change: 'changed', diff: '-chart 1\n+chart 2\n', folded: 'labels' },
  ] as const;
  const { context } = fake({
    plan: plan(component('kafka')),
    releases: new Map([['kafka', { ...release, digest: 'old' }]]),
    proofs: new Map([['kafka', proof]]),
    objectChanges: new Map([['kafka', changes]]),
  });
  const { text, document } = await planCommand(context, { ...options, diff: true });
  expect(text).toContain('kafka changes 3 objects:\n-a\n+b\n');
  expect(text).toContain('pods of checks (--all shows them): Pod/kafka-works\n');
  expect(text).toContain('but for labels of chart and version the same (--all shows them): Service/kafka\n');
  expect(text).not.toContain('+check b');
  expect(document).toMatchObject({ diffs: { kafka: changes } });
  expect((await planCommand(context, { ...options, diff: true, all: true })).text).toContain('+chart 2');
});

test('values of the command line are told to the plan, by component', async () => {
  const { context, calls } = fake({ plan: plan(component('kafka')), running: false });
  const set = ['kafka.replicas=5', 'kafka.config.a\\.b=1', 'minio.size=1Gi'];
  await planCommand(context, { ...options, diff: false, set });
  expect(calls[0]).toBe('plan stack.yaml local kafka replicas=5 kafka config.a\\.b=1 minio size=1Gi');
  await expect(
    planCommand(context, { ...options, diff: false, set: ['password=hunter2'] }),
  ).rejects.toMatchObject({
    message: '--set password=… does not say which component is meant',
    exitCode: ExitCode.usage,
  });
});
