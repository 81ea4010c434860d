/**
 * What `plan` says before anything is made: charts that cannot be rendered, or that the API server would refuse.
 *
 * @components none
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ExitCode } from '../../src/errors.js';
import { clonePaths } from '../../src/paths.js';
import { writeActorFolder } from '../support/actor.js';
import { dropNamespace, readObject, useRealCluster } from '../support/real-cluster.js';
import type { RealCluster } from '../support/real-cluster.js';
import { Bigdata } from './bigdata.js';

const namespace = 'objections';
const bigdata = new Bigdata(clonePaths().state);
let real: RealCluster;
let folder: string;
let file: string;

beforeAll(async () => {
  real = await useRealCluster();
  folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
  await dropNamespace(real.cluster, namespace);
  await writeActorFolder(folder, 'broken');
  const values = { image: real.image };
  file = join(folder, 'stack.yaml');
  const stack = { name: namespace, namespace, componentFolders: ['components'] };
  await writeFile(file, stringify({ ...stack, components: { broken: { values } } }));
});

afterAll(async () => {
  await real.close();
  await rm(folder, { recursive: true, force: true });
});

function configMap(more: object): string {
  return stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'fault' }, ...more });
}

const template = 'templates/fault.yaml';

test.each([
  [
    'a nil pointer in a template',
    `${configMap({})}data: {{ .Values.nothing.at.all }}\n`,
    /templates\/fault\.yaml:\d+.*nil pointer/,
  ],
  [
    'an integer in a ConfigMap',
    configMap({ data: { port: 80 } }),
    /ConfigMap objections\/fault: .*data\.port/,
  ],
  ['an unknown field', configMap({ daat: {} }), /ConfigMap objections\/fault: .*daat/],
  [
    'a boolean as an image',
    `apiVersion: v1\nkind: Pod\nmetadata: { name: fault }\nspec: { containers: [{ name: a, image: y }] }\n`,
    /Pod objections\/fault: .*image/,
  ],
  [
    'a namespace that is not there',
    configMap({ metadata: { name: 'fault', namespace: 'objections-nowhere' } }),
    /ConfigMap objections-nowhere\/fault: namespaces "objections-nowhere" not found/,
  ],
  [
    'a version that the cluster no longer has',
    'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: { name: fault }\n',
    /(no matches for kind "Ingress" in version "extensions\/v1beta1"|the cluster has no extensions\/v1beta1 Ingress)/,
  ],
])('plan tells %s, and makes nothing', async (_, text, says) => {
  await writeFile(join(folder, 'components', 'broken', 'chart', template), text);
  const { exitCode, stdout } = await bigdata.run('plan', '-f', file);
  expect(exitCode, stdout).toBe(ExitCode.usage);
  expect(stdout).toContain('broken would fail: correct its chart or its values');
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(says);
  expect(await readObject(real.cluster, `/api/v1/namespaces/${namespace}`)).toBeUndefined();
});

test('plan has nothing against a chart that is well', async () => {
  await rm(join(folder, 'components', 'broken', 'chart', template));
  const { exitCode, stdout } = await bigdata.run('plan', '-f', file);
  expect(exitCode, stdout).toBe(ExitCode.ok);
  expect(stdout).not.toContain('would fail');
});
