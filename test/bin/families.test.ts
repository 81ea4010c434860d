/** Which components are broken at the same time by test/contract/broken.test.ts. */
import { expect, test } from 'vitest';
import { familiesOf } from '../contract/support/families.js';

test('components are in one family if a need leads from one to the other, but not through what all share', () => {
  const components = [
    { name: 'volumes', needs: [] },
    { name: 'zookeeper', needs: ['volumes'] },
    { name: 'kafka', needs: ['zookeeper', 'volumes'] },
    { name: 'minio', needs: ['volumes'] },
    { name: 'spark', needs: ['minio', 'elsewhere'] },
    { name: 'alone', needs: [] },
    { name: 'together', needs: ['kafka', 'spark'] },
  ];
  expect(familiesOf(components)).toEqual({
    families: [['zookeeper', 'kafka'], ['minio', 'spark'], ['alone']],
    shared: ['volumes', 'together'],
  });
});

test('a few components alone are no family of others', () => {
  expect(familiesOf([{ name: 'kafka', needs: ['zookeeper'] }])).toEqual({
    families: [['kafka']],
    shared: [],
  });
  expect(familiesOf([])).toEqual({ families: [], shared: [] });
});
