import { describe, expect, test } from 'vitest';

import { compareObjects } from '../../src/changes/object-changes.js';

function configMap(data: Record<string, string>, name = 'app'): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function secret(data: Record<string, string>, name = 'app'): object {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: Object.fromEntries(encoded) };
}

function labelled(version: string): object {
  return {
    'app.kubernetes.io/name': 'app',
    'app.kubernetes.io/version': version,
    'helm.sh/chart': `app-${version}`,
  };
}

function set(version: string, more: object = {}): object {
  return {
    kind: 'StatefulSet',
    metadata: { name: 'app', labels: labelled(version) },
    spec: { template: { metadata: { labels: labelled(version) } }, ...more },
  };
}

function check(image: string): object {
  const metadata = { name: 'app-works', annotations: { 'helm.sh/hook': 'test' } };
  return { kind: 'Pod', metadata, spec: { image } };
}

function folded(installed: object[], planned: object[]): unknown[] {
  return compareObjects(installed, planned, []).map((change) => [change.object, change.folded]);
}

describe('the diff of a release', () => {
  test('has what was added, changed and removed, each as a unified diff', () => {
    const changes = compareObjects(
      [configMap({ a: '1', b: '2' }), configMap({}, 'old')],
      [configMap({ a: '1', b: '3' }), configMap({}, 'young')],
      [],
    );
    expect(changes.map(({ object, change }) => `${change} ${object}`)).toEqual([
      'changed ConfigMap/app',
      'removed ConfigMap/old',
      'added ConfigMap/young',
    ]);
    expect(changes[0]?.diff).toBe(
      [
        '--- ConfigMap/app installed',
        '+++ ConfigMap/app planned',
        '@@ -1,7 +1,7 @@',
        ' apiVersion: v1',
        ' data:',
        '   a: "1"',
        '-  b: "2"',
        '+  b: "3"',
        ' kind: ConfigMap',
        ' metadata:',
        '   name: app',
        '',
      ].join('\n'),
    );
    expect(changes[1]?.diff).toContain('+++ /dev/null');
    expect(changes[2]?.diff).toContain('--- /dev/null');
  });

  test('says of what people need not read: pods of checks, and labels that name chart and version', () => {
    expect(folded([set('1'), check('a:1')], [set('2'), check('a:2')])).toEqual([
      ['Pod/app-works', 'check'],
      ['StatefulSet/app', 'labels'],
    ]);
    expect(folded([set('1')], [set('2', { replicas: 3 })])).toEqual([['StatefulSet/app', undefined]]);
    expect(folded([], [set('1')])).toEqual([['StatefulSet/app', undefined]]);
    const selector = {
      kind: 'Service',
      metadata: { name: 'app' },
      spec: { selector: { 'helm.sh/chart': 'a' } },
    };
    const other = { ...selector, spec: { selector: { 'helm.sh/chart': 'b' } } };
    expect(folded([selector], [other])).toEqual([['Service/app', undefined]]);
  });

  test('is empty for equal objects, in whatever order of keys and documents', () => {
    const one = [configMap({ a: '1', b: '2' }), configMap({}, 'other')];
    const other = [configMap({}, 'other'), configMap({ b: '2', a: '1' })];
    expect(compareObjects(one, other, [])).toEqual([]);
  });

  test('takes another version of the same kind for the same object', () => {
    const job = { kind: 'CronJob', metadata: { name: 'app' } };
    const [change, ...others] = compareObjects(
      [{ ...job, apiVersion: 'batch/v1beta1' }],
      [{ ...job, apiVersion: 'batch/v1' }],
      [],
    );
    expect(others).toEqual([]);
    expect(change).toMatchObject({ change: 'changed' });
    expect(change?.diff).toContain('-apiVersion: batch/v1beta1\n+apiVersion: batch/v1\n');
  });

  test('leaves out what is no object', () => {
    expect(compareObjects([null, 'text', {}, { metadata: {} }], [], [])).toEqual([]);
  });
});

describe('secrets in a diff', () => {
  test('show that a value of a Secret changed, but no value', () => {
    const [change] = compareObjects(
      [secret({ password: 'hunter2hunter2', user: 'somebody' })],
      [secret({ password: 'correct-horse', user: 'somebody' })],
      [],
    );
    expect(change?.diff).toContain(
      '-  password: secret of 14 bytes\n+  password: secret of 13 bytes, new\n   user: secret of 8 bytes\n',
    );
    const sameLength = compareObjects([secret({ pin: '123456' })], [secret({ pin: '654321' })], []);
    expect(sameLength[0]?.diff).toContain('-  pin: secret of 6 bytes\n+  pin: secret of 6 bytes, new\n');
  });

  test('are redacted wherever else they stand, on both sides, and show there that they changed', () => {
    const before = [
      secret({ password: 'hunter2hunter2' }),
      configMap({ 'run.sh': 'go hunter2hunter2 live-value' }),
    ];
    const after = [
      secret({ password: 'correct-horse' }),
      configMap({ 'run.sh': 'go correct-horse live-value on' }),
    ];
    const live = [{ secret: 'live', key: 'value', bytes: Buffer.from('live-value') }];
    const [inConfigMap] = compareObjects(before, after, live);
    expect(inConfigMap?.diff).toContain(
      '-  run.sh: go [secret app/password] [secret live/value]\n+  run.sh: go [secret app/password, new] [secret live/value] on\n',
    );
    for (const value of ['hunter2', 'correct-horse', 'live-value', 'aHVudGVyMg']) {
      expect(JSON.stringify(compareObjects(before, after, live))).not.toContain(value);
    }
  });

  test('of a key that looks like one are redacted, and the object still counts as changed', () => {
    const [change] = compareObjects(
      [configMap({ rootPassword: 'one' })],
      [configMap({ rootPassword: 'two' })],
      [],
    );
    expect(change).toEqual({ object: 'ConfigMap/app', change: 'changed', diff: '' });
  });

  test('stay redacted in Secrets that come and go', () => {
    const changes = compareObjects(
      [secret({ key: 'abcdefgh' }, 'old')],
      [secret({ key: 'ijklmnop' }, 'new')],
      [],
    );
    expect(changes.map(({ diff }) => diff).join('\n')).toContain('+  key: secret of 8 bytes\n');
    expect(JSON.stringify(changes)).not.toMatch(/abcdefgh|ijklmnop|YWJj|aWpr/);
  });
});
