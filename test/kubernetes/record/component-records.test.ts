/** What the cluster remembers of components, on a server that keeps ConfigMaps. */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  deleteRecord,
  readRecord,
  readRecords,
  removeFromRecord,
  writeToRecord,
} from '../../../src/kubernetes/record/component-records.js';
import { readEarlierProofs, rememberEarlier } from '../../../src/kubernetes/record/earlier-proofs.js';
import { type Proof, readProof, readProofs } from '../../../src/kubernetes/record/proofs.js';
import { type RecordedRemoval, readRemovals, writeRemoval } from '../../../src/kubernetes/record/removals.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../fake-api-server.js';

interface ConfigMap {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string | null>>;
}

const collection = '/api/v1/namespaces/demo/configmaps';
const proof: Proof = { digest: 'sha256:1', version: '1', provenAt: '', checks: [], revision: 3, objects: [] };
const removal: RecordedRemoval = {
  stack: 'demo',
  needs: ['zookeeper'],
  timeout: 60_000,
  claims: 'app=kafka',
};

let server: FakeApiServer;
let maps: Map<string, ConfigMap>;

beforeEach(async () => {
  maps = new Map();
  server = await startFakeApiServer((request, response, url) => {
    void serve(request, url).then(({ status, body }) => answer(response, status, body));
  });
});

afterEach(() => server.close());

async function serve(request: IncomingMessage, url: URL): Promise<{ status: number; body: unknown }> {
  const sentText = await text(request);
  const name = url.pathname.slice(collection.length + 1);
  const found = maps.get(name);
  const absent = { status: 404, body: { kind: 'Status', reason: 'NotFound', message: 'not found' } };
  const sent = sentText === '' ? undefined : (JSON.parse(sentText) as ConfigMap);
  switch (request.method) {
    case 'GET': {
      const items = [...maps.values()].filter(({ metadata }) => metadata.labels?.['bigdata.dev/component']);
      if (name === '') return { status: 200, body: { metadata: {}, items } };
      return found ? { status: 200, body: found } : absent;
    }
    case 'DELETE':
      maps.delete(name);
      return found ? { status: 200, body: {} } : absent;
    case 'POST':
      if (maps.has(sent?.metadata.name ?? '')) return { status: 409, body: { message: 'exists' } };
      maps.set(sent?.metadata.name ?? '', sent as ConfigMap);
      return { status: 201, body: sent };
    default: {
      const isMerge = request.headers['content-type']?.includes('merge') === true;
      if (isMerge && !found) return absent;
      const data = Object.entries({ ...found?.data, ...sent?.data }).filter(([, value]) => value !== null);
      const metadata = sent?.metadata ?? found?.metadata ?? { name };
      maps.set(name, { metadata, data: Object.fromEntries(data) });
      return { status: 200, body: maps.get(name) };
    }
  }
}

const kafka = { namespace: 'demo', stack: 'demo', component: 'kafka' };

describe('a record', () => {
  it('is one object a component, whose keys have writers of their own', async () => {
    await writeToRecord(server.rest, kafka, 'proof', 'p');
    await writeToRecord(server.rest, kafka, 'removal', 'r');
    await writeToRecord(server.rest, { ...kafka, component: 'hdfs' }, 'proof', 'q');
    expect([...maps.keys()].toSorted()).toEqual(['bigdata.component.hdfs', 'bigdata.component.kafka']);
    expect(await readRecord(server.rest, 'demo', 'kafka')).toEqual({ proof: 'p', removal: 'r' });
    expect(await readRecords(server.rest, 'demo')).toEqual(
      new Map([
        ['kafka', { proof: 'p', removal: 'r' }],
        ['hdfs', { proof: 'q' }],
      ]),
    );
    const managers = server.requests.filter((each) => each.startsWith('PATCH'));
    expect(managers[1]).toBe(
      `PATCH ${collection}/bigdata.component.kafka?fieldManager=bigdata-removal&force=true`,
    );
  });

  it('forgets a part, or all', async () => {
    await writeToRecord(server.rest, kafka, 'proof', 'p');
    await writeToRecord(server.rest, kafka, 'removal', 'r');
    await removeFromRecord(server.rest, 'demo', 'kafka', 'proof');
    expect(await readRecord(server.rest, 'demo', 'kafka')).toEqual({ removal: 'r' });
    const { signal } = new AbortController();
    await deleteRecord(server.rest, 'demo', 'kafka', signal);
    await deleteRecord(server.rest, 'demo', 'kafka', signal);
    await removeFromRecord(server.rest, 'demo', 'kafka', 'proof');
    expect(maps.size).toBe(0);
    expect(await readRecord(server.rest, 'demo', 'kafka')).toEqual({});
  });

  it('holds a removal as it was written', async () => {
    await writeRemoval(server.rest, { namespace: 'demo', component: 'kafka' }, removal);
    expect(await readRemovals(server.rest, 'demo')).toEqual(new Map([['kafka', removal]]));
  });

  it.each([
    '',
    'null',
    '{}',
    '{"stack":"demo","needs":"x","timeout":1}',
    '{"stack":"demo","needs":[1],"timeout":1}',
  ])('tells nothing if it was mangled to %j', async (mangled) => {
    await writeToRecord(server.rest, kafka, 'removal', mangled);
    await writeToRecord(server.rest, kafka, 'proof', mangled);
    expect((await readRemovals(server.rest, 'demo')).size).toBe(0);
    expect((await readProofs(server.rest, 'demo')).size).toBe(0);
  });
});

describe('what was proven earlier', () => {
  const hooks = { checks: [] };
  const replace = async (digest: string, by: string): Promise<void> =>
    rememberEarlier(server.rest, kafka, { replaced: { ...proof, digest, hooks }, by });

  it('is remembered once another thing is proven, the newest first, as far as Helm goes back', async () => {
    await rememberEarlier(server.rest, kafka, { replaced: undefined, by: 'a' });
    await replace('a', 'a');
    expect(await readEarlierProofs(server.rest, 'demo', 'kafka')).toEqual([]);
    await replace('a', 'b');
    await replace('b', 'c');
    await replace('c', 'd');
    const earlier = await readEarlierProofs(server.rest, 'demo', 'kafka');
    expect(earlier.map(({ digest }) => digest)).toEqual(['c', 'b']);
    expect(earlier[0]).toEqual({ digest: 'c', version: '1', provenAt: '', revision: 3, hooks });
  });

  it('has nothing twice, and not what is proven now', async () => {
    await replace('a', 'b');
    await replace('b', 'a');
    await replace('a', 'b');
    const earlier = await readEarlierProofs(server.rest, 'demo', 'kafka');
    expect(earlier.map(({ digest }) => digest)).toEqual(['a']);
  });

  it.each(['', 'null', '{}', '[1, null, {"digest": 1}]'])('is nothing if mangled to %j', async (mangled) => {
    await writeToRecord(server.rest, kafka, 'earlier', mangled);
    expect(await readEarlierProofs(server.rest, 'demo', 'kafka')).toEqual([]);
  });
});

describe('the one ConfigMap of versions before', () => {
  beforeEach(() => {
    maps.set('bigdata-stack', {
      metadata: { name: 'bigdata-stack', labels: { 'bigdata.dev/stack': 'demo' } },
      data: {
        kafka: JSON.stringify(proof),
        'kafka.removal': JSON.stringify(removal),
        'spark.removal': JSON.stringify({ ...removal, stack: 'other' }),
      },
    });
  });

  it('is read by who only looks, and left as it is', async () => {
    expect(await readProofs(server.rest, 'demo')).toEqual(new Map([['kafka', proof]]));
    expect([...(await readRemovals(server.rest, 'demo')).keys()].toSorted()).toEqual(['kafka', 'spark']);
    expect([...maps.keys()]).toEqual(['bigdata-stack']);
  });

  it('is taken apart before anything is written, without losing anything', async () => {
    await writeToRecord(server.rest, { ...kafka, component: 'hdfs' }, 'removal', 'r');
    expect([...maps.keys()].toSorted()).toEqual([
      'bigdata.component.hdfs',
      'bigdata.component.kafka',
      'bigdata.component.spark',
    ]);
    expect(await readProof(server.rest, 'demo', 'kafka')).toEqual(proof);
    expect((await readRemovals(server.rest, 'demo')).get('kafka')).toEqual(removal);
    expect(maps.get('bigdata.component.spark')?.metadata.labels?.['bigdata.dev/stack']).toBe('other');
  });

  it('does not come back over what was written since, and is looked for once', async () => {
    maps.set('bigdata.component.kafka', {
      metadata: { name: 'bigdata.component.kafka', labels: { 'bigdata.dev/component': 'kafka' } },
      data: { removal: 'newer' },
    });
    expect(await readRecord(server.rest, 'demo', 'kafka')).toEqual({ removal: 'newer' });
    expect(await readRecord(server.rest, 'demo', 'kafka')).toEqual({ removal: 'newer' });
    expect(server.requests.filter((each) => each === `GET ${collection}/bigdata-stack`)).toHaveLength(1);
  });
});
