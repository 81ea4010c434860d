/** Workloads whose pods read Secrets that change. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';

import {
  noteSecretsRead,
  restartForSecrets,
  secretReaders,
} from '../../../src/activities/release/restart-for-secrets.js';
import type { Workload } from '../../../src/kubernetes/api/objects.js';
import { RotatedSecrets } from '../../../src/kubernetes/releases/rotated-secrets.js';
import {
  secretsReadAnnotation as annotation,
  secretsReadOf,
} from '../../../src/kubernetes/secrets/secrets-read.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

const at = { namespace: 'demo', secret: 'sh.helm.release.v1.front.v1' };
const path = '/apis/apps/v1/namespaces/demo/deployments/front';
const workload = `apiVersion: apps/v1
kind: Deployment
metadata: { name: front }
spec: { template: { spec: { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: store, key: password } } }] }] } } }
`;
let manifest: string;

interface Live {
  metadata: {
    name: string;
    namespace: string;
    generation: number;
    creationTimestamp: string;
    annotations: Record<string, string>;
  };
  status: {
    /** As the generation, where its controller keeps up. */
    observedGeneration?: number;
    replicas: number;
    updatedReplicas: number;
    readyReplicas: number;
    availableReplicas: number;
  };
  spec: {
    template: { metadata: { annotations: Record<string, string> }; spec: { containers: object[] } };
  };
}

let server: FakeApiServer;
let live: Live;
let uid: string;
/** When it was made. */
let made: string;
/** Of the Secret, by key; undefined if there is none. */
let data: Record<string, string> | undefined;
let version: number;
/** Whether the controller of workloads keeps up. */
let keepsUp: boolean;
/** Of those who watch. */
const watches = new EventEmitter();

beforeEach(async () => {
  const env = [{ valueFrom: { secretKeyRef: { name: 'store', key: 'password' } } }];
  live = {
    metadata: {
      name: 'front',
      namespace: at.namespace,
      generation: 1,
      creationTimestamp: '2026-01-01T10:00:00Z',
      annotations: {},
    },
    status: {
      observedGeneration: 1,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    },
    spec: { template: { metadata: { annotations: {} }, spec: { containers: [{ name: 'c', env }] } } },
  };
  data = { password: 'old', other: 'x' };
  uid = randomUUID();
  manifest = workload;
  made = '2026-01-01T09:59:59Z';
  version = 1;
  keepsUp = true;
  server = await startFakeApiServer((request, response, url) => {
    if (request.method === 'PATCH') {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { metadata, spec } = JSON.parse(body) as Partial<Live>;
        Object.assign(live.metadata.annotations, metadata?.annotations);
        live.metadata.generation++;
        if (keepsUp) live.status.observedGeneration = live.metadata.generation;
        Object.assign(live.spec.template.metadata.annotations, spec?.template.metadata.annotations);
        answer(response, 200, live);
      });
    } else if (url.pathname.endsWith(at.secret)) {
      const release = gzipSync(JSON.stringify({ name: 'front', version: 1, manifest })).toString('base64');
      const encoded = Buffer.from(release).toString('base64');
      answer(response, 200, { metadata: { name: at.secret }, data: { release: encoded } });
    } else if (url.pathname === path) answer(response, 200, live);
    else if (url.pathname === dirname(path)) {
      if (url.searchParams.get('watch') === null)
        answer(response, 200, { metadata: { resourceVersion: '1' }, items: [live] });
      else watches.emit('begun', response);
    } else if (url.pathname.endsWith('/secrets/store') && data)
      answer(response, 200, { metadata: secretNow(), data });
    else answer(response, 404, { message: 'not found' });
  });
});

afterEach(() => server.close());

function secretNow() {
  return { name: 'store', uid, resourceVersion: `${version}`, creationTimestamp: made };
}

const { signal } = new AbortController();
const readers = () => secretReaders(server.rest, at, signal);
const told: string[] = [];
const tell = ({ detail }: { detail?: string }) => void told.push(detail ?? '');
const finish = (before: Awaited<ReturnType<typeof readers>> = new Map()) =>
  restartForSecrets(server.rest, at, before, { signal, tell });
const restartedFor = () => live.spec.template.metadata.annotations[annotation];
const patches = () => server.requests.filter((each) => each.startsWith('PATCH')).length;

function change(key: string, value: string | undefined): void {
  version++;
  data = { ...data };
  if (value === undefined) delete data[key];
  else data[key] = value;
}

async function rotated(): Promise<string[]> {
  const secrets = data ? [{ metadata: secretNow() }] : [];
  return await new RotatedSecrets(server.rest, 'demo', secrets).of(live as unknown as Workload);
}

describe('pods that read a Secret', () => {
  it('are not restarted when their workload was made just now, and what they have read is written down', async () => {
    await finish();
    expect(restartedFor()).toBeUndefined();
    expect(secretsReadOf(live.metadata)).toMatchObject({ store: { version: '1' } });
    expect(JSON.stringify(live)).not.toContain('old');
    expect(await rotated()).toEqual([]);
  });

  it('are left alone while nothing changed: nothing is written', async () => {
    await finish();
    await finish(await readers());
    expect(patches()).toBe(1);
  });

  it('are restarted once when a value of theirs changed', async () => {
    await finish();
    change('password', 'new');
    expect(await rotated()).toEqual(['store']);
    await finish(await readers());
    expect(restartedFor()).toBe('store@2');
    expect(told.at(-1)).toBe('restarting the pods of Deployment front, as Secret store changed');
    expect(await rotated()).toEqual([]);
    await finish(await readers());
    expect(patches()).toBe(2);
  });

  it('are restarted by whoever goes on after an attempt that died', async () => {
    await finish();
    change('password', 'new');
    await finish();
    expect(restartedFor()).toBe('store@2');
  });

  it('are left alone when other keys changed, or nothing but labels', async () => {
    await finish();
    change('other', 'y');
    expect(await rotated()).toEqual([]);
    await finish(await readers());
    expect(restartedFor()).toBeUndefined();
    // Whoever looks next need not read it.
    expect(secretsReadOf(live.metadata)).toMatchObject({ store: { version: '2' } });
  });

  it('are not restarted twice when the change replaces them anyway', async () => {
    await finish();
    change('password', 'new');
    const before = await readers();
    live.spec.template.spec.containers.push({ name: 'more' });
    await finish(before);
    expect(restartedFor()).toBeUndefined();
    expect(await rotated()).toEqual([]);
  });

  it('that are being replaced have read what was there before, should it change meanwhile', async () => {
    await finish();
    const before = await readers();
    live.spec.template.spec.containers.push({ name: 'more' });
    change('password', 'new');
    await finish(before);
    expect(restartedFor()).toBeUndefined();
    expect(await rotated()).toEqual(['store']);
  });

  it('go on without the Secret when it is gone', async () => {
    await finish();
    const before = data;
    data = undefined;
    expect(await rotated()).toEqual([]);
    await finish(await readers());
    expect(restartedFor()).toBeUndefined();
    data = before;
    change('password', 'new');
    expect(await rotated()).toEqual(['store']);
  });

  it('are behind, where nobody wrote anything down, if the Secret was written after their workload was made', async () => {
    expect(await rotated()).toEqual([]);
    live.metadata.annotations[annotation] = '{"store": 7}';
    expect(await rotated()).toEqual([]);
    made = '2026-01-01T10:00:01Z';
    expect(await rotated()).toEqual(['store']);
    await finish(await readers());
    expect(restartedFor()).toBe('store@1');
    expect(await rotated()).toEqual([]);
  });

  it('that waited for the Secret have read it once they are proven', async () => {
    const later = data;
    data = undefined;
    await finish();
    data = later;
    made = '2026-01-01T10:00:01Z';
    await noteSecretsRead(server.rest, at, signal);
    expect(await rotated()).toEqual([]);
    change('password', 'new');
    await noteSecretsRead(server.rest, at, signal);
    expect(await rotated()).toEqual(['store']);
    expect(restartedFor()).toBeUndefined();
  });

  it('that waited for it are not called proven before their controller has seen what was written down', async () => {
    const later = data;
    data = undefined;
    await finish();
    data = later;
    keepsUp = false;
    let isNoted = false;
    const noted = noteSecretsRead(server.rest, at, signal).then(() => void (isNoted = true));
    const [watch] = (await Promise.race([once(watches, 'begun'), noted.then(() => [])])) as [ServerResponse?];
    expect(isNoted).toBe(false);
    live.status.observedGeneration = live.metadata.generation;
    watch?.write(`${JSON.stringify({ type: 'MODIFIED', object: live })}\n`);
    await noted;
  });

  it('are restarted when a change that replaced them did not come to its end, and is taken back', async () => {
    await finish();
    change('password', 'new');
    const before = await readers();
    const [only] = live.spec.template.spec.containers;
    live.spec.template.spec.containers.push({ name: 'more' });
    await finish(before);
    expect(restartedFor()).toBeUndefined();
    // Pods of the template before are still there, and stay.
    live.status = { replicas: 2, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    const stuck = await readers();
    live.spec.template.spec.containers = [only ?? {}];
    await finish(stuck);
    expect(restartedFor()).toBe('store@2');
  });

  it('have read what the release wrote before it replaced them', async () => {
    manifest = `${manifest}---\napiVersion: v1\nkind: Secret\nmetadata: { name: store }\n`;
    await finish();
    const before = await readers();
    change('password', 'new');
    live.spec.template.spec.containers.push({ name: 'more' });
    await finish(before);
    expect(await rotated()).toEqual([]);
    expect(restartedFor()).toBeUndefined();
  });
});
