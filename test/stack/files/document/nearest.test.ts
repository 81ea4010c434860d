import { expect, test } from 'vitest';
import { nearest, suggest } from '../../../../src/stack/files/document/nearest.js';

const names = ['kafka', 'minio', 'volumes', 'zookeeper'];

test.each([
  ['kafak', 'kafka'],
  ['Kafka', 'kafka'],
  ['zookeper', 'zookeeper'],
  ['volume', 'volumes'],
  ['mnio', 'minio'],
  ['hdfs', undefined],
  ['', undefined],
])('%s means %s', (word, meant) => {
  expect(nearest(word, names)).toBe(meant);
});

test('a word that is far from all is answered by all of them', () => {
  expect(suggest('hdfs', names)).toBe('known are kafka, minio, volumes, zookeeper');
  expect(suggest('kafak', names)).toBe('did you mean "kafka"?');
  expect(suggest('x', [])).toBe('remove it');
});
