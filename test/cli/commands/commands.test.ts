import { StackFileError } from '../../../src/stack/files/document/issue.js';
import { requestKey } from '../../../src/client/request.js';
import type { Look } from '../../../src/client/watch.js';
import { list } from '../../../src/cli/commands/list.js';
import { logs } from '../../../src/cli/commands/logs.js';
import { tool } from '../../../src/cli/commands/tool.js';
import { version } from '../../../src/cli/commands/version.js';
import { watch } from '../../../src/cli/commands/watch.js';
import { isBroken, renderWatch } from '../../../src/cli/render/watch.js';
import { makeStyle } from '../../../src/cli/render/style.js';
import { explain } from '../../../src/cli/commands/explain.js';
import { describe, expect, test } from 'vitest';

import { doctor } from '../../../src/cli/commands/doctor.js';
import { down } from '../../../src/cli/commands/down.js';
import { endpoints } from '../../../src/cli/commands/endpoints.js';
import { buildImages, pushImages } from '../../../src/cli/commands/images.js';
import { plan as planCommand } from '../../../src/cli/commands/plan.js';
import { status } from '../../../src/cli/commands/status.js';
import { uninstall } from '../../../src/cli/commands/uninstall.js';
import { verify } from '../../../src/cli/commands/verify.js';
import { worker } from '../../../src/cli/commands/worker.js';
import type { Proof, Release } from '../../../src/cli/platform/platform.js';
import { digestLabel } from '../../../src/kubernetes/releases/releases.js';
import { dependenciesDigestOf } from '../../../src/stack/plan/plan.js';
import { ExitCode, UserError } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import type { OperationState } from '../../../src/stack/operation/operation-types.js';
import { component, fake, plan, state } from '../fake-platform.js';

const options = { file: 'stack.yaml' };
const proof: Proof = {
  digest: 'sha256:kafka',
  version: '1.0',
  provenAt: '2026-01-02T03:04:05.000Z',
  checks: [{ name: 'replication', proves: 'a topic is replicated', facts: {}, milliseconds: 1 }],
  revision: 1,
  objects: [],
};
const release: Release = {
  stack: 'bigdata',
  name: 'kafka',
  revision: 1,
  status: 'deployed',
  secret: 's',
  touched: 0,
};
/** The plan's stack is called bigdata. */
const others = {
  exitCode: ExitCode.usage,
  message: 'The namespace belongs to the stack other, not to bigdata',
};
const installedAsPlanned = new Map([['kafka', { ...release, digest: digestLabel('sha256:kafka') }]]);
const twoComponents = plan(component('kafka'), component('minio', { needs: ['volumes'] }));

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

  describe('of a changed component', () => {
    const changed = new Map([['kafka', { ...installed, digest: 'old' }]]);
    const diff = '--- ConfigMap/kafka installed\n+++ ConfigMap/kafka planned\n@@ -1 +1 @@\n-a\n+b\n';

    test('shows how its objects change', async () => {
      const changes = [
        { object: 'ConfigMap/kafka', change: 'changed', diff },
        { object: 'Secret/kafka', change: 'changed', diff: '' },
      ] as const;
      const objectChanges = new Map([['kafka', changes]]);
      const { context, calls } = fake({ plan: twoComponents, releases: changed, proofs, objectChanges });
      const { text, document } = await planCommand(context, planOptions);
      expect(calls).toContain('changes.ofObjects kafka');
      expect(text).toContain(
        `kafka changes 2 objects:\n${diff}Secret/kafka changes only in redacted values\n`,
      );
      expect(document).toMatchObject({ diffs: { kafka: changes } });
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

describe('status', () => {
  const follow = { ...options, follow: false };

  /** Of a stack of one component, of which this is remembered. */
  const statusOf = (found: Release | undefined, proven: Proof | undefined): ReturnType<typeof status> => {
    const { context } = fake({
      plan: plan(component('kafka')),
      client: fakeClient({}).client,
      releases: new Map(found === undefined ? [] : [['kafka', found]]),
      proofs: new Map(proven === undefined ? [] : [['kafka', proven]]),
    });
    return status(context, follow);
  };

  test.each([
    ['absent', undefined, undefined],
    ['proven', release, proof],
    ['changed', release, { ...proof, digest: 'sha256:old' }],
    ['unproven', release, undefined],
    ['unproven', { ...release, revision: 2 }, proof],
    ['unproven', release, { ...proof, sentinelWritten: true }],
    ['unproven', { ...release, status: 'pending-upgrade' }, proof],
    ['failed', { ...release, status: 'failed' }, proof],
  ])('%s', async (standing, found, proven) => {
    const result = await statusOf(found as Release | undefined, proven as Proof | undefined);
    expect(result.document).toMatchObject({ operation: null, components: [{ name: 'kafka', standing }] });
  });

  test.each([
    ['not-ready', { ready: false, pods: '0/1 pods ready' }, 'not ready: 0/1 pods ready', 'repair'],
    ['drifted', { objects: [] }, 'drifted: without StatefulSet/kafka', 'repair'],
    ['drifted', { wanted: { 'StatefulSet/kafka': 0 } }, 'it is scaled to 0, 1 were proven', 'repair'],
    [
      'drifted',
      { fields: { 'StatefulSet/kafka': 'other' } },
      'drifted: without planned fields of StatefulSet/kafka: kubectl-edit wrote data.x',
      'repair',
    ],
    ['proven', {}, 'proven', 'none'],
  ])('%s, though it was proven, and planned', async (standing, change, says, planned) => {
    const objects = ['StatefulSet/kafka'];
    const wanted = { 'StatefulSet/kafka': 1 };
    const fields = { 'StatefulSet/kafka': 'own' };
    const hands = { 'StatefulSet/kafka': 'kubectl-edit wrote data.x' };
    const all = { objects, wanted, fields, hands, unseen: [] };
    const look = { ready: true, pods: '1/1 pods ready', ...all, ...change };
    const { context } = fake({
      plan: plan(component('kafka')),
      client: fakeClient({}).client,
      releases: new Map([['kafka', { ...release, digest: digestLabel('sha256:kafka') }]]),
      proofs: new Map([['kafka', { ...proof, objects, wanted, fields }]]),
      looks: new Map([['kafka', look]]),
    });
    const { text, document } = await status({ ...context, width: 400 }, follow);
    expect(document).toMatchObject({ components: [{ name: 'kafka', standing }] });
    expect(text.replaceAll(/\s+/g, ' ')).toContain(says);
    expect((await planCommand(context, { ...options, diff: true })).document).toMatchObject({
      changes: { kafka: planned },
    });
  });

  test('looks at what is there first: drifted, though what it needs was changed, too', async () => {
    const { context } = fake({
      plan: plan(component('kafka', { dependenciesDigest: 'new' })),
      client: fakeClient({}).client,
      releases: new Map([['kafka', { ...release, digest: digestLabel('sha256:kafka') }]]),
      proofs: new Map([['kafka', { ...proof, objects: ['StatefulSet/kafka'], dependenciesDigest: 'old' }]]),
      looks: new Map([
        ['kafka', { ready: true, pods: '', objects: [], wanted: {}, fields: {}, hands: {}, unseen: [] }],
      ]),
    });
    expect((await status(context, follow)).document).toMatchObject({
      components: [{ standing: 'drifted', missing: 'StatefulSet/kafka' }],
    });
  });

  test.each([
    ['proven', release, proof, ExitCode.ok],
    ['installed', release, { ...proof, checks: [] }, ExitCode.ok],
    ['absent', undefined, undefined, ExitCode.ok],
    ['changed', release, { ...proof, digest: 'sha256:old' }, ExitCode.ok],
    ['unproven', release, undefined, ExitCode.failed],
    ['failed', { ...release, status: 'failed' }, proof, ExitCode.failed],
  ])('%s: its exit code tells whether all is well', async (standing, found, proven, exitCode) => {
    const result = await statusOf(found as Release | undefined, proven as Proof | undefined);
    expect(result.document).toMatchObject({ components: [{ standing }], healthy: exitCode === ExitCode.ok });
    expect(result.exitCode).toBe(exitCode);
  });

  test('tells why something is not as it should be, by the last operation, and what to do', async () => {
    const cause = { type: 'ImagePull', message: 'the image cannot be pulled', next: 'push it' } as const;
    const failed = { name: 'kafka', phase: 'failed', unchanged: false, milliseconds: 1, checks: [], cause };
    const lost = { components: [failed, { ...failed, name: 'healed' }] } as unknown as OperationState;
    const ended = { type: 'installStack', startTime: new Date(0), closeTime: new Date(1) };
    const { context } = fake({
      plan: plan(component('kafka'), component('healed')),
      client: fakeClient({ ended, result: async () => lost }).client,
      releases: new Map([
        ['kafka', { ...release, status: 'failed' }],
        ['healed', release],
      ]),
      proofs: new Map([['healed', { ...proof, digest: 'sha256:healed' }]]),
    });
    const { text, document } = await status(context, { ...follow, file: 'mine.yaml' });
    expect(text).toContain('none is running; the last one was the install that ended at 1970');
    expect(text).toContain('kafka: the image cannot be pulled');
    expect(text).toContain('next: Push it.');
    expect(text).toMatch(/Not as it should be: kafka\. `bigdata up.*` makes it as planned/);
    expect(document).toMatchObject({
      healthy: false,
      lastOperation: { kind: 'install' },
      components: [{ name: 'kafka', cause }, { name: 'healed' }],
    });
    expect(text).not.toContain('healed: the image');
  });

  test('tells what was rolled back, and why', async () => {
    const rolledBack = { digest: 'sha256:new', version: '2.0', why: 'CheckFailed: it loses records' };
    const { context } = fake({
      plan: plan(component('kafka')),
      client: fakeClient({}).client,
      releases: new Map([['kafka', release]]),
      proofs: new Map([['kafka', { ...proof, rolledBack }]]),
    });
    const { text, document } = await status(context, follow);
    expect(text).toContain('rolled back to this from a change to version 2.0, which failed: CheckFailed');
    expect(document).toMatchObject({ components: [{ proof: { rolledBack } }] });
  });

  test('tells what was rolled back by hand, and what was proven upon that', async () => {
    const front = component('front', { needs: ['kafka'], dependenciesDigest: 'as planned' });
    const kafka = { ...proof, digest: 'sha256:old', dependenciesDigest: 'g' };
    const upon = dependenciesDigestOf(['kafka'], new Map([['kafka', kafka]]));
    const proofs = new Map([
      ['kafka', { ...kafka, rolledBack: { digest: 'sha256:kafka', version: '2.0' } }],
      ['front', { ...proof, digest: front.digest, dependenciesDigest: upon }],
    ]);
    const releases = new Map([
      ['kafka', { ...release, digest: digestLabel('sha256:old') }],
      ['front', { ...release, name: 'front', digest: digestLabel(front.digest) }],
    ]);
    const { context } = fake({
      plan: plan(component('kafka'), front),
      proofs,
      releases,
      client: fakeClient({}).client,
    });
    const { text, document, exitCode } = await status(context, { ...options, follow: false });
    expect(text).toContain('rolled back to this by hand, from version 2.0');
    expect(document).toMatchObject({ components: [{ standing: 'changed' }, { standing: 'changed' }] });
    expect(exitCode).toBe(ExitCode.ok);
  });

  test('tells what is installed and not in the stack file', async () => {
    const { context } = fake({
      plan: plan(component('kafka')),
      client: fakeClient({}).client,
      releases: new Map([['livy', { ...release, name: 'livy' }]]),
      proofs: new Map([['livy', proof]]),
      unlisted: [{ release: 'livy' }],
    });
    const { text, document } = await status(context, follow);
    expect(text).toMatch(/livy +1\.0 +not in the stack file +2026/);
    expect(document).toMatchObject({
      components: [{ name: 'kafka' }, { name: 'livy', standing: 'unlisted' }],
    });
  });

  test('tells the profile', async () => {
    const { context } = fake({
      plan: { ...twoComponents, profile: 'standard' },
      client: fakeClient({}).client,
    });
    const { text, document } = await status(context, follow);
    expect(text).toMatch(/^bigdata in namespace data, profile standard\n/);
    expect(document).toMatchObject({ profile: 'standard' });
  });

  test('tells what the cluster remembers although Temporal is out of reach', async () => {
    const temporalError = new UserError({
      message: 'Temporal cannot be reached',
      next: '',
      exitCode: ExitCode.environment,
    });
    const { context } = fake({
      plan: plan(component('kafka')),
      temporalError,
      releases: new Map([['kafka', release]]),
      proofs: new Map([['kafka', proof]]),
    });
    const result = await status(context, follow);
    expect(result.text).toContain('Temporal cannot be reached');
    expect(result.text).toContain('operation: unknown');
    expect(result.text).toContain('a topic is replicated');
  });

  test('says that nothing runs', async () => {
    const result = await status(fake({ plan: twoComponents, running: false }).context, follow);
    expect(result.exitCode).toBe(ExitCode.environment);
    expect(result.text).toContain('the local cluster does not run');
  });

  const running = {
    type: 'installStack',
    requestKey: 'install x',
    startTime: new Date('2026-01-02T03:04:05Z'),
  };

  test('names the running operation', async () => {
    const { context } = fake({ plan: twoComponents, client: fakeClient({ running }).client });
    const result = await status(context, follow);
    expect(result.text).toContain('install since 2026-01-02T03:04:05.000Z, http://ui/bigdata:8f14e45f:data');
  });

  test('follows the running operation to its end', async () => {
    const { client } = fakeClient({ running, state: state() });
    const { context, lines } = fake({ plan: twoComponents, client });
    const result = await status(context, { ...options, follow: true });
    expect(result.exitCode).toBe(ExitCode.ok);
    expect(lines.join('\n')).toContain('Attached to the install that runs since');
  });
});

describe('verify', () => {
  test('runs on the running cluster', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'verify' }) });
    const { context, calls } = fake({ client, plan: twoComponents });
    const result = await verify(context, { ...options, disruptive: true });
    expect(started).toMatchObject([{ type: 'verifyStack', options: { args: [{ disruptive: true }] } }]);
    expect(calls).not.toContain('node.ensure');
    expect(result.exitCode).toBe(ExitCode.ok);
  });

  test("repairs a cluster of which something died, unless it is the user's", async () => {
    const { client } = fakeClient({ state: state({ operation: 'verify' }) });
    const local = fake({ client, broken: true });
    await verify(local.context, { ...options, disruptive: false });
    expect(local.calls).toContain('node.ensure');
    const own = fake({ client, broken: true });
    await verify(own.context, { ...options, context: 'mine', disruptive: false });
    expect(own.calls).not.toContain('node.ensure');
  });

  test('is refused while something else runs', async () => {
    const running = {
      type: 'uninstallStack',
      requestKey: 'uninstall y',
      startTime: new Date('2026-01-02T03:04:05Z'),
    };
    const { context } = fake({ client: fakeClient({ running }).client });
    await expect(verify(context, { ...options, disruptive: false })).rejects.toMatchObject({
      exitCode: ExitCode.busy,
      message: 'An operation is running already: uninstall, since 2026-01-02T03:04:05.000Z',
    });
  });

  test('is refused without a cluster', async () => {
    const { context } = fake({ running: false });
    await expect(verify(context, { ...options, disruptive: false })).rejects.toMatchObject({
      exitCode: ExitCode.environment,
    });
  });
});

describe('uninstall', () => {
  const removing = { ...options, deleteData: false, yes: false };

  test('keeps data without asking', async () => {
    const kept = {
      kind: 'PersistentVolumeClaim',
      name: 'data-kafka-0',
      namespace: 'data',
      why: 'kept' as const,
      detail: 'data',
    };
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall', left: [kept] }) });
    const result = await uninstall(fake({ client }).context, removing);
    expect(started).toMatchObject([{ type: 'uninstallStack', options: { args: [{ deleteData: false }] } }]);
    expect(result.exitCode).toBe(ExitCode.ok);
    expect(result.text).toContain('kept PersistentVolumeClaim data/data-kafka-0');
  });

  test('removes what the cluster remembers where a component cannot be loaded any more', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const { context, lines } = fake({ client });
    const issue = { file: 'stack.yaml', message: 'there is no component kafka', hint: 'restore its folder' };
    const { stacks } = context.platform;
    const refuse = () => Promise.reject(new StackFileError([issue]));
    const broken = { ...context, platform: { ...context.platform, stacks: { ...stacks, plan: refuse } } };
    await uninstall(broken, removing);
    expect(started).toMatchObject([{ options: { args: [{ plan: { stack: 'bigdata', components: [] } }] } }]);
    expect(lines.join('\n')).toContain('all is removed that the cluster remembers of it');
    expect(lines.join('\n')).toContain('there is no component kafka');
  });

  test('fails if something is stuck', async () => {
    const stuck = { kind: 'Namespace', name: 'data', why: 'stuck' as const, detail: 'finalizer' };
    const { client } = fakeClient({ state: state({ operation: 'uninstall', left: [stuck] }) });
    const result = await uninstall(fake({ client }).context, removing);
    expect(result.exitCode).toBe(ExitCode.failed);
  });

  test.each([
    ['asks nobody without a terminal', false, false, 'usage'],
    ['takes no for an answer', true, false, 'usage'],
    ['takes yes for an answer', true, true, 'ok'],
  ])('with --delete-data %s', async (_, interactive, answer, end) => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall', left: [] }) });
    const { context } = fake({ client, interactive, answer });
    const result = uninstall(context, { ...removing, deleteData: true });
    if (end === 'ok') {
      await expect(result).resolves.toMatchObject({ exitCode: ExitCode.ok });
    } else {
      await expect(result).rejects.toMatchObject({
        exitCode: ExitCode.usage,
        unchanged: 'Nothing was deleted.',
      });
      expect(started).toEqual([]);
    }
  });
});

describe('down', () => {
  test('stops workers before what they work with, and deletes nothing', async () => {
    const { context, calls } = fake();
    await down(context, { delete: false, yes: false });
    expect(calls[0]).toBe('workers.stopAll');
    expect(calls.toSorted()).toEqual(['node.stop', 'temporal.stop', 'workers.stopAll']);
  });

  test('deletes after a yes', async () => {
    const { context, calls } = fake();
    await expect(down(context, { delete: true, yes: false })).rejects.toThrow('Not confirmed');
    expect(calls).toEqual([]);
    await down(context, { delete: true, yes: true });
    expect(calls).toContain('node.delete');
    expect(calls.slice(-3)).toEqual(['temporal.delete', 'workers.delete', 'tidy']);
    expect(calls.indexOf('temporal.stop')).toBeLessThan(calls.indexOf('temporal.delete'));
  });
});

describe('doctor', () => {
  test('fails if something is wrong, and says what to do', async () => {
    const findings = [
      { name: 'disk', state: 'bad', detail: '1 GiB free', next: 'free some' },
      { name: 'worker', state: 'off', detail: 'does not run' },
    ] as const;
    const result = await doctor(fake({ findings }).context);
    expect(result.exitCode).toBe(ExitCode.environment);
    expect(result.text).toContain('bad disk: 1 GiB free\n      next: Free some.');
  });

  test('what merely does not run is no fault', async () => {
    const findings = [{ name: 'worker', state: 'off', detail: 'does not run' }] as const;
    expect((await doctor(fake({ findings }).context)).exitCode).toBe(ExitCode.ok);
  });
});

test('logs asks kubectl for the pods of the release, and ends as kubectl does', async () => {
  const { context, calls } = fake({ plan: plan(component('kafka', { release: 'broker' })) });
  const wanted = { ...options, component: 'kafka', follow: true, previous: false, tail: 5 };
  const result = await logs(context, wanted);
  expect(calls.at(-1)).toMatch(
    /^\/kubectl --context bigdata-1 --namespace data logs --selector app.kubernetes.io\/instance=broker .*--tail 5 --follow/,
  );
  expect(result.exitCode).toBe(7);
  await expect(logs(context, { ...wanted, component: 'kafak' })).rejects.toMatchObject({
    exitCode: ExitCode.usage,
    next: 'Did you mean "kafka"?',
  });
});

test('helm is run in the namespace of the stack', async () => {
  const { context, calls } = fake({ plan: plan() });
  await tool(context, 'helm', ['list', '-A'], options);
  expect(calls.at(-1)).toBe('/helm --kube-context bigdata-1 --namespace data list -A');
});

test('list shows the stacks of a cluster, and how much of each is proven', async () => {
  const other = { ...release, name: 'theirs', stack: 'somebody' };
  const { context } = fake({
    releases: new Map([
      ['kafka', release],
      ['minio', { ...release, name: 'minio', revision: 2 }],
      ['theirs', other],
    ]),
    proofs: new Map([
      ['kafka', proof],
      ['minio', proof],
    ]),
  });
  const { text, document } = await list(context, {});
  expect(text).toMatch(/bigdata +data +1 of 2 +kafka, minio\n/);
  expect(document).toMatchObject({ stacks: [{ stack: 'bigdata', namespace: 'data', proven: 1 }] });
});

test('version tells what runs here', async () => {
  expect(await version(fake().context)).toMatchObject({
    exitCode: ExitCode.ok,
    text: 'bigdata  0.1.0\n',
    document: { bigdata: '0.1.0' },
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

test('the time of an operation is its own, also for who attaches to it', async () => {
  const input = { plan: twoComponents, disruptive: false };
  const running = {
    type: 'verifyStack',
    requestKey: requestKey({ operation: 'verify', input }),
    startTime: new Date(Date.now() - 60_000),
  };
  const { client } = fakeClient({ running, state: state({ operation: 'verify' }) });
  const { text } = await verify(fake({ plan: twoComponents, client }).context, {
    ...options,
    disruptive: false,
  });
  expect(text).toMatch(/every check passed \(1m/);
});

test('verify of a component asks for its checks alone', async () => {
  const { client, started } = fakeClient({ state: state({ operation: 'verify' }) });
  const { context } = fake({ plan: twoComponents, client });
  const { text } = await verify(context, { ...options, disruptive: false, only: ['minio'] });
  expect(started).toMatchObject([{ options: { args: [{ plan: { components: [{ name: 'minio' }] } }] } }]);
  expect(text).toContain('bigdata (minio) works');
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

describe('uninstall of a component', () => {
  const chain = plan(
    component('volumes'),
    component('kafka', { needs: ['volumes'] }),
    component('nifi', { needs: ['kafka'] }),
  );
  const removing = { ...options, deleteData: false, yes: false, only: ['kafka'] };

  test('asks about what needs it, and leaves the rest, the namespace and the watch alone', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const { context, calls } = fake({ plan: chain, client, interactive: true, answer: true });
    const { exitCode, text } = await uninstall(context, removing);
    expect(calls).toContain('confirm Remove kafka, and what needs it: nifi?');
    expect(started).toMatchObject([
      { options: { args: [{ part: true, plan: { components: [{ name: 'kafka' }, { name: 'nifi' }] } }] } },
    ]);
    expect(exitCode).toBe(ExitCode.ok);
    expect(text).toContain('removed from bigdata');
  });

  test('is refused without a yes; nothing else needs the last one', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const { context } = fake({ plan: chain, client });
    await expect(uninstall(context, removing)).rejects.toMatchObject({
      message: 'Not confirmed: nifi would be removed, too',
      unchanged: 'Nothing was removed.',
    });
    expect(started).toEqual([]);
    await uninstall(context, { ...removing, only: ['nifi'] });
    expect(started).toHaveLength(1);
  });

  test('is refused where something installed needs it that the stack file no longer lists', async () => {
    const { client, started } = fakeClient({ state: state({ operation: 'uninstall' }) });
    const unlisted = [
      { release: 'livy', removal: { needs: ['nifi'], timeout: 1 } },
      { release: 'minio', removal: { needs: ['volumes'], timeout: 1 } },
      { release: 'unknown' },
    ];
    const { context } = fake({ plan: chain, client, unlisted });
    await expect(uninstall(context, { ...removing, only: ['nifi'] })).rejects.toMatchObject({
      message: expect.stringMatching(/^livy is installed but not listed/) as string,
      unchanged: 'Nothing was removed.',
      exitCode: ExitCode.usage,
    });
    expect(started).toEqual([]);
  });

  test('names the claims whose data is to be deleted', async () => {
    const { context, calls } = fake({ plan: chain, interactive: true });
    await expect(uninstall(context, { ...removing, only: [], deleteData: true })).rejects.toThrow(
      'Not confirmed',
    );
    expect(calls.find((call) => call.startsWith('confirm'))).toMatch(
      /^confirm {3}PersistentVolumeClaim data-kafka-0, 8Gi\nDelete all data of bigdata/,
    );
  });
});

describe('endpoints', () => {
  test('names the Secret of the credentials, never the credentials', async () => {
    const minio = component('minio', {
      endpoints: [
        {
          name: 'console',
          service: 'minio-console',
          port: 9001,
          protocol: 'http',
          credentials: { secret: 'minio', keys: ['rootUser', 'rootPassword'] },
        },
      ],
    });
    const { context } = fake({ plan: plan(minio), services: { 'minio-console': '10.0.0.9' } });
    const result = await endpoints(context, options);
    expect(result.text).toContain('http://10.0.0.9:9001/');
    expect(result.text).toContain('credentials: keys rootUser, rootPassword of Secret data/minio');
    expect(JSON.stringify(result)).not.toContain('user of minio');
    const shown = await endpoints(context, { ...options, showCredentials: true });
    expect(shown.text).toContain('credentials: rootUser user of minio, rootPassword hunter2');
  });

  test('leaves out what is not installed', async () => {
    const { context } = fake({ plan: twoComponents });
    expect((await endpoints(context, options)).document).toEqual({ endpoints: [] });
  });
});

describe('images', () => {
  test('builds for this machine', async () => {
    const { context, calls } = fake();
    const result = await buildImages(context, options);
    expect(calls).toEqual(['plan stack.yaml local', 'machine.ensure', 'images.build']);
    expect(result.text).toBe('built bigdata.local/kafka:1\n');
  });

  test('pushes for a cluster', async () => {
    const { context, calls } = fake();
    await pushImages(context, { ...options, tlsVerify: false });
    expect(calls).toEqual(['plan stack.yaml cluster', 'machine.ensure', 'images.push tlsVerify=false']);
  });
});

test('worker leaves Ctrl-C to the worker itself', async () => {
  const { context, calls, interruptions } = fake();
  await worker(context, {});
  expect(calls.at(-1)).toBe('workers.run');
  expect(interruptions).toEqual([undefined]);
});

describe('explain', () => {
  test('says of a cause what it means and what to do, and of all what they are', async () => {
    const { context } = fake({ plan: twoComponents });
    const one = await explain(context, 'ClaimPending');
    expect(one.text).toContain('ClaimPending: a claim has no StorageClass');
    expect(one.document).toMatchObject({
      cause: 'ClaimPending',
      next: expect.stringContaining('volumes') as string,
    });
    expect(await explain(context, 'claimpending')).toEqual(one);
    expect((await explain(context, undefined)).text.split('\n').length).toBeGreaterThan(50);
    await expect(explain(context, 'ClaimPendin')).rejects.toMatchObject({
      next: 'Did you mean "ClaimPending"?',
      exitCode: ExitCode.usage,
    });
  });
});

const found = (result: 'proven' | 'failed' | 'skipped') => ({ result, repaired: [], findings: [] });

const look = (each: Look['found']): Look => ({
  at: new Date(0),
  found: each,
  workflowId: 'w',
  runId: 'r',
});

describe('watch', () => {
  const shown = { ...options, repair: false, off: false };

  test.each([
    ['--off with --every', { every: '1h', off: true }, '--off goes with neither'],
    ['--repair alone', { repair: true }, 'nothing says how often'],
    ['no duration', { every: 'often' }, 'is not a duration'],
    ['seconds', { every: '5s' }, 'too often'],
  ])('refuses %s, before anything is touched', async (_, wishes, message) => {
    const { context, calls } = fake({ plan: twoComponents });
    await expect(watch(context, { ...shown, ...wishes })).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: ExitCode.usage,
    });
    expect(calls).toEqual([]);
  });

  test('says how to begin where nobody watches', async () => {
    const { context } = fake({ plan: twoComponents, client: fakeClient({}).client });
    const { text, document, exitCode } = await watch(context, shown);
    expect(text).toContain('is not watched. `bigdata watch --every 1h');
    expect(document).toEqual({ watched: false });
    expect(exitCode).toBe(ExitCode.ok);
    expect((await watch(context, { ...shown, off: true })).text).toContain('was not watched');
  });

  test('tells of the last look that came to a result', () => {
    const watched = (...looks: Look['found'][]) => ({ looks: looks.map(look) });
    expect(isBroken(watched('running', found('skipped'), found('failed'), found('proven')))).toBe(true);
    expect(isBroken(watched(found('proven'), found('failed')))).toBe(false);
    expect(isBroken(watched())).toBe(false);
    const findings = [{ component: 'kafka', type: 'Drift', message: 'it lacks Service/kafka' }] as const;
    const text = renderWatch(
      'demo',
      {
        every: 3_600_000,
        repair: true,
        planDigest: '',
        next: undefined,
        looks: [look({ ...found('failed'), findings })],
      },
      makeStyle(false),
      100,
    );
    expect(text).toContain(
      'demo is watched: every 1h what drifted is put back, and everything verified; paused.',
    );
    expect(text).toContain('1970-01-01T00:00:00.000Z  failed  kafka: Drift: it lacks Service/kafka');
  });
});
