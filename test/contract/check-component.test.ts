/**
 * A new component keeps every rule, and each mistake in it is told with its file and line.
 *
 * @components none
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Finding, checkComponent } from '../../src/contract/check-component.js';
import { type NewComponent, type NewImage, writeNewComponent } from '../../src/contract/new-component.js';
import { clonePaths } from '../../src/paths.js';
import { loadComponentFolder } from '../../src/stack/plan/plan.js';
import { localHelm } from './support/render.js';

const template = join(clonePaths().root, 'templates', 'component');
const packages: NewImage = { kind: 'packages', packages: ['nginx-light'] };
let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bigdata-component-'));
  folder = join(parent, 'queue');
});

afterEach(() => rm(parent, { recursive: true }));

async function make(change: Partial<NewComponent> = {}): Promise<readonly string[]> {
  return await writeNewComponent(template, folder, {
    name: 'queue',
    summary: 'Keeps: "things"',
    version: '7',
    port: 8080,
    data: true,
    image: packages,
    ...change,
  });
}

async function findings(): Promise<Finding[]> {
  return await checkComponent(await loadComponentFolder(folder), await localHelm());
}

async function edit(file: string, from: string | RegExp, to: string): Promise<void> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  await writeFile(path, changed);
}

describe('a new component keeps every rule', () => {
  it.each<[string, Partial<NewComponent>]>([
    ['with data', {}],
    ['without data', { data: false }],
    ['with a Dockerfile of its own', { image: { kind: 'dockerfile', text: 'FROM ${BASE}\nUSER 10001\n' } }],
    [
      'with an image that is there',
      { image: { kind: 'given', repository: 'example.com/queue', tag: '1.10' } },
    ],
  ])('%s', async (_, change) => {
    const files = await make(change);
    expect(await findings()).toEqual([]);
    expect(files.includes('image/Dockerfile')).toBe(change.image?.kind !== 'given');
    expect(files.includes('chart/templates/tests/sentinel.yaml')).toBe(change.data !== false);
  });

  it('and is not written over what is there', async () => {
    await make();
    await expect(make()).rejects.toThrow('EEXIST');
  });
});

/** A mistake: file, what is replaced, by what; then rule, message, place. */
type Mistake = readonly [
  what: string,
  edit: readonly [file: string, from: string | RegExp, to: string],
  rule: string,
  says: RegExp,
  file: string,
  line?: RegExp,
];

const set = 'chart/templates/statefulset.yaml';

const mistakes: readonly Mistake[] = [
  [
    'a README that says nothing of limits',
    ['README.md', '## Limits', '## Bounds'],
    'readme',
    /## Limits/,
    'README.md',
  ],
  [
    'a check that cannot fail',
    ['breakages.yaml', 'check: works', 'check: other'],
    'breakages',
    /make the check works fail/,
    'breakages.yaml',
  ],
  [
    'another version in the chart',
    ['chart/Chart.yaml', '"7"', '"8"'],
    'chart-metadata',
    /appVersion is "8", not 7/,
    'chart/Chart.yaml',
  ],
  [
    'notes without a word about tests',
    ['chart/templates/NOTES.txt', 'helm test', 'try'],
    'notes',
    /helm test/,
    'chart/templates/NOTES.txt',
  ],
  [
    'an open schema',
    ['chart/values.schema.json', '"additionalProperties": false', '"additionalProperties": true'],
    'closed-schema',
    /unknown values/,
    'chart/values.schema.json',
  ],
  [
    'sizes that nobody can read',
    ['chart/values.schema.json', /"pattern": "\^\[0-9\]\+\([^"]*"/, '"pattern": ".*"'],
    'sizes',
    /resources.limits.memory takes 12Q/,
    'chart/values.schema.json',
  ],
  [
    'a default that the schema refuses',
    ['chart/values.yaml', 'size: 1Gi', 'size: big'],
    'values',
    /persistence.size/,
    'chart/values.yaml',
    /size: big/,
  ],
  [
    'an image that ends as root',
    ['image/Dockerfile', 'USER 10001', 'USER 0'],
    'dockerfile',
    /USER 10001/,
    'image/Dockerfile',
    /USER 0\nCMD/,
  ],
  [
    'an image that fetches',
    ['image/Dockerfile', 'COPY bin', 'ADD https://example.com/x /x\nCOPY bin'],
    'dockerfile',
    /no checksum/,
    'image/Dockerfile',
    /ADD https/,
  ],
  [
    'a template that fails',
    [set, '.Values.resources |', '.Values.missing.resources |'],
    'renders',
    /nil pointer/,
    set,
    /missing/,
  ],
  [
    'service links',
    ['chart/templates/_helpers.tpl', 'enableServiceLinks: false', 'enableServiceLinks: true'],
    'service-links',
    /enableServiceLinks/,
    set,
    /kind: StatefulSet/,
  ],
  [
    'a container without resources',
    [set, /          resources:\n.*\n/, ''],
    'resources',
    /server: has no limit of memory/,
    set,
    /- name: server/,
  ],
  [
    'a short start',
    [set, 'failureThreshold: 3600', 'failureThreshold: 10'],
    'slow-starts',
    /10 s is killed/,
    set,
    /startupProbe/,
  ],
  [
    'a Service that leads to another port',
    ['chart/templates/service.yaml', 'targetPort: server', 'targetPort: other'],
    'services',
    /has no port other/,
    'chart/templates/service.yaml',
    /kind: Service/,
  ],
  [
    'a check that the chart does not have',
    ['component.yaml', 'pods: [queue-works]', 'pods: [queue-walks]'],
    'checks',
    /names the pod queue-walks/,
    'component.yaml',
    /pods:/,
  ],
  [
    'an endpoint that leads nowhere',
    ['component.yaml', 'port: 8080', 'port: 8081'],
    'endpoints',
    /no Service queue with the port 8081/,
    'component.yaml',
    /name: server/,
  ],
  [
    'a check that loses its log',
    ['chart/templates/tests/_check.tpl', 'before-hook-creation', 'hook-succeeded'],
    'checks',
    /log must still be there/,
    'chart/templates/tests/_check.tpl',
    /kind: Pod/,
  ],
  [
    'words about a workload that the chart does not have',
    ['component.yaml', /^checks:/m, 'changes:\n  workloads: [{ name: other, ready: it serves }]\nchecks:'],
    'changes',
    /names the workload other/,
    'component.yaml',
    /.*name: other/,
  ],
  [
    'words about a hook that no upgrade runs',
    [
      'component.yaml',
      /^checks:/m,
      'changes:\n  hooks:\n    - name: queue-works\n      does: something\nchecks:',
    ],
    'changes',
    /names the hook queue-works, which no upgrade runs/,
    'component.yaml',
    /.*name: queue-works/,
  ],
  [
    'a wait for objects that the chart does not have',
    ['component.yaml', /^checks:/m, 'ready:\n  - kind: Queue\n    for: condition=Ready\nchecks:'],
    'ready',
    /waits for objects of the kind Queue, which the chart does not have/,
    'component.yaml',
    /.*kind: Queue/,
  ],
  [
    'a wait for an object of another name',
    [
      'component.yaml',
      /^checks:/m,
      'ready:\n  - kind: Service\n    name: stack\n    for: jsonpath={.spec.clusterIP}\nchecks:',
    ],
    'ready',
    /waits for Service\/stack, which the chart does not have/,
    'component.yaml',
    /.*name: stack/,
  ],
  [
    'a ServiceAccount with some values only',
    [
      set,
      /^    spec:$/m,
      '    spec:\n      {{- if .Values.persistence.enabled }}\n      serviceAccountName: queue\n      {{- end }}',
    ],
    'service-account',
    /StatefulSet\/queue: has a serviceAccountName with some values only/,
    set,
    /serviceAccountName/,
  ],
];

describe('is told with its rule, file and line:', () => {
  const named = mistakes.map(([what, change, rule, says, where, line]) => ({
    what,
    change,
    rule,
    says,
    where,
    line,
  }));
  it.each(named)('$what', async ({ change: [file, from, to], rule, says, where, line }) => {
    await make();
    await edit(file, from, to);
    const found = await findings();
    const own = found.find((finding) => finding.rule === rule && says.test(finding.message));
    expect(own, JSON.stringify(found)).toBeDefined();
    expect(own?.file).toBe(where);
    if (line === undefined) return;
    const text = await readFile(join(folder, where), 'utf8');
    expect(
      text
        .split('\n')
        .slice((own?.line ?? 0) - 1)
        .join('\n'),
    ).toMatch(new RegExp(`^.*${(line as RegExp).source}`));
  });
});
