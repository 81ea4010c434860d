import { expect, it } from 'vitest';
import { projected, projectedObject } from '../../src/changes/projection.js';

it('leaves of a live object what the planned one sets', () => {
  const planned = {
    kind: 'Deployment',
    spec: { replicas: 1, template: { spec: { dnsPolicy: 'ClusterFirst' } } },
  };
  const live = {
    kind: 'Deployment',
    status: { replicas: 3 },
    spec: {
      replicas: 3,
      strategy: {},
      template: { spec: { dnsPolicy: 'Default', restartPolicy: 'Always' } },
    },
  };
  expect(projected(live, planned)).toEqual({
    kind: 'Deployment',
    spec: { replicas: 3, template: { spec: { dnsPolicy: 'Default' } } },
  });
});

it('tells entries of lists by their names, or else by their places', () => {
  const planned = {
    env: [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ],
    args: ['x', 'y'],
  };
  const live = {
    env: [
      { name: 'injected', value: '0' },
      { name: 'b', value: '3' },
    ],
    args: ['x', 'z', 'w'],
  };
  expect(projected(live, planned)).toEqual({ env: [{ name: 'b', value: '3' }], args: ['x', 'z'] });
});

it('shows what became of another type', () => {
  expect(projected({ data: 'text' }, { data: { a: 1 } })).toEqual({ data: 'text' });
  expect(projected({}, { data: { a: 1 } })).toEqual({});
});

it('of a Secret that a chart writes as text, leaves the data that the API server keeps of it', () => {
  const secret = { kind: 'Secret', metadata: { name: 'users' } };
  const live = { ...secret, data: { admin: 'YWRtaW4=', kept: 'eA==', others: 'eQ==' } };
  const planned = { ...secret, stringData: { admin: 'other' }, data: { kept: 'eA==' } };
  expect(projectedObject(live, planned)).toEqual({ ...secret, data: { admin: 'YWRtaW4=', kept: 'eA==' } });
});
