import { describe, expect, it } from 'vitest';
import type { RecordedRemoval } from '../../../src/kubernetes/record/removals.js';
import { type Found, findUnlisted, unlistedAmong } from '../../../src/kubernetes/releases/unlisted.js';
import { answer, startFakeApiServer } from '../fake-api-server.js';

const removal: RecordedRemoval = {
  stack: 'demo',
  needs: ['zookeeper'],
  timeout: 60_000,
  claims: 'app=kafka',
};
const { stack: _, ...known } = removal;

function release(name: string, stack?: string) {
  const labels = { owner: 'helm', name, status: 'deployed', version: '1' };
  return {
    metadata: {
      name: `sh.helm.release.v1.${name}.v1`,
      labels: stack === undefined ? labels : { ...labels, 'bigdata.dev/stack': stack },
    },
  };
}

function record(component: string, content: RecordedRemoval) {
  const metadata = { name: 'record', labels: { 'bigdata.dev/component': component } };
  return { metadata, data: { removal: JSON.stringify(content) } };
}

function claim(component: string) {
  return { metadata: { name: `data-${component}-0`, labels: { 'bigdata.dev/component': component } } };
}

function releases(...names: (readonly [name: string, stack?: string])[]): Found['releases'] {
  return names.map(([name, stack]) => ({
    name,
    revision: 1,
    status: 'deployed',
    secret: '',
    touched: 0,
    ...(stack === undefined ? {} : { stack }),
  }));
}

describe('unlistedAmong', () => {
  const nothing: Found = { releases: [], removals: new Map(), claims: [] };
  const wanted = { stack: 'demo', planned: ['minio'] };

  it('finds releases of the stack that are not planned, and how each is removed', () => {
    const found = releases(
      ['minio', 'demo'],
      ['kafka', 'demo'],
      ['nifi', 'demo'],
      ['mine'],
      ['spark', 'other'],
    );
    const removals = new Map([['kafka', removal]]);
    expect(unlistedAmong(wanted, { ...nothing, releases: found, removals })).toEqual([
      { release: 'nifi' },
      { release: 'kafka', removal: known },
    ]);
  });

  it('finds what was left half removed, but nothing of another stack', () => {
    const removals = new Map([
      ['kafka', removal],
      ['minio', removal],
      ['spark', { ...removal, stack: 'other' }],
      ['livy', removal],
    ]);
    expect(unlistedAmong(wanted, { ...nothing, removals, releases: releases(['livy', 'other']) })).toEqual([
      { release: 'kafka', removal: known },
    ]);
  });

  it('finds data that outlived its component', () => {
    const claims = [claim('hdfs'), claim('hdfs'), claim('minio'), { metadata: { name: 'somebody-elses' } }];
    const [data, ...others] = unlistedAmong(wanted, { ...nothing, claims });
    expect(data).toMatchObject({ release: 'hdfs', removal: { claims: 'bigdata.dev/component=hdfs' } });
    expect(others).toEqual([]);
  });
});

describe('findUnlisted', () => {
  it('takes two lists and one look, and a list of claims only for data', async () => {
    const server = await startFakeApiServer((_request, response, { pathname }) => {
      if (pathname.endsWith('/secrets'))
        answer(response, 200, { metadata: {}, items: [release('kafka', 'demo')] });
      else if (pathname.endsWith('/persistentvolumeclaims'))
        answer(response, 200, { metadata: {}, items: [claim('hdfs')] });
      else if (pathname.endsWith('/configmaps'))
        answer(response, 200, { metadata: {}, items: [record('kafka', removal)] });
      else answer(response, 404, { kind: 'Status', reason: 'NotFound', message: 'not found' });
    });
    const wanted = { stack: 'demo', namespace: 'demo', planned: [] };
    expect(await findUnlisted(server.rest, wanted)).toEqual([{ release: 'kafka', removal: known }]);
    expect(server.requests).toHaveLength(3);
    const names = (await findUnlisted(server.rest, { ...wanted, withData: true })).map(
      (each) => each.release,
    );
    expect(names.toSorted()).toEqual(['hdfs', 'kafka']);
    await server.close();
  });

  it('finds nothing where nothing is', async () => {
    const server = await startFakeApiServer((_request, response, { pathname }) => {
      if (/\/(secrets|configmaps)$/.test(pathname)) answer(response, 200, { metadata: {}, items: [] });
      else answer(response, 404, { kind: 'Status', reason: 'NotFound', message: 'not found' });
    });
    expect(await findUnlisted(server.rest, { stack: 'demo', namespace: 'demo', planned: [] })).toEqual([]);
    await server.close();
  });
});
