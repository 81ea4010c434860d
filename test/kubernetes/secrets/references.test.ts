import { describe, expect, it } from 'vitest';
import type { PodTemplate } from '../../../src/kubernetes/api/objects.js';
import { secretReferences } from '../../../src/kubernetes/secrets/references.js';

const variable = (name: string, key: string, optional?: boolean) => ({
  valueFrom: { secretKeyRef: { name, key, ...(optional === undefined ? {} : { optional }) } },
});
const container = (env: object[], envFrom: object[] = []) => ({ name: 'c', env, envFrom });
const of = (spec: object) => secretReferences({ spec } as PodTemplate);

describe('the Secrets that a pod reads', () => {
  it('are those of variables, with the keys of all containers', () => {
    const initContainers = [container([variable('store', 'user')])];
    const containers = [
      container([variable('store', 'password'), { value: 'plain' }, variable('other', 'a')]),
    ];
    expect(of({ initContainers, containers })).toEqual([
      { secret: 'other', keys: ['a'], optional: false },
      { secret: 'store', keys: ['password', 'user'], optional: false },
    ]);
  });

  it('are read whole where one place reads all keys', () => {
    const containers = [container([variable('store', 'user')], [{ secretRef: { name: 'store' } }])];
    expect(of({ containers })).toEqual([{ secret: 'store', keys: undefined, optional: false }]);
    const volumes = [{ secret: { secretName: 'store' } }, { emptyDir: {} }, { configMap: { name: 'c' } }];
    expect(of({ volumes })).toEqual([{ secret: 'store', keys: undefined, optional: false }]);
  });

  it('are those of volumes, with the keys that are mounted', () => {
    const volumes = [
      { secret: { secretName: 'tls', items: [{ key: 'tls.crt', path: 'c' }] } },
      { projected: { sources: [{ secret: { name: 'tls', items: [{ key: 'tls.key', path: 'k' }] } }, {}] } },
    ];
    expect(of({ volumes })).toEqual([{ secret: 'tls', keys: ['tls.crt', 'tls.key'], optional: false }]);
  });

  it('are optional if no place needs them', () => {
    expect(of({ containers: [container([variable('a', 'x', true)])] })).toMatchObject([{ optional: true }]);
    const mixed = [container([variable('a', 'x', true), variable('a', 'y')])];
    expect(of({ containers: mixed })).toMatchObject([{ optional: false }]);
  });

  it('are none of a pod without any, or of no pod', () => {
    expect(of({ containers: [{ name: 'c' }] })).toEqual([]);
    expect(secretReferences(undefined)).toEqual([]);
  });
});
