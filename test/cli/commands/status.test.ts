import { describe, expect, test } from 'vitest';
import { plan as planCommand } from '../../../src/cli/commands/plan.js';
import { status } from '../../../src/cli/commands/status.js';
import type { Proof, Release } from '../../../src/cli/platform/platform.js';
import { digestLabel } from '../../../src/kubernetes/releases/releases.js';
import { dependenciesDigestOf } from '../../../src/stack/plan/plan.js';
import { ExitCode, UserError } from '../../../src/errors.js';
import { fakeClient } from '../fake-client.js';
import type { OperationState } from '../../../src/stack/operation/operation-types.js';
import { component, fake, plan, state } from '../fake-platform.js';
import { options, proof, release, twoComponents } from './installed.js';

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
    [
      'changed',
      { rotated: ['store'] },
      'changed: without pods that have read Secret/store since it changed',
      'restart',
    ],
    ['proven', {}, 'proven', 'none'],
  ])('%s, though it was proven, and planned', async (standing, change, says, planned) => {
    const objects = ['StatefulSet/kafka'];
    const wanted = { 'StatefulSet/kafka': 1 };
    const fields = { 'StatefulSet/kafka': 'own' };
    const hands = { 'StatefulSet/kafka': 'kubectl-edit wrote data.x' };
    const all = { objects, wanted, fields, hands, unseen: [], rotated: [] };
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
        [
          'kafka',
          { ready: true, pods: '', objects: [], wanted: {}, fields: {}, hands: {}, unseen: [], rotated: [] },
        ],
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
