import { describe, expect, it } from 'vitest';
import { addressesIn, candidates, overlap } from '../../src/local/network/addresses.js';

describe('overlap', () => {
  it.each([
    ['10.87.0.0/16', '10.87.3.0/24', true],
    ['10.87.3.0/24', '10.87.0.0/16', true],
    ['10.0.0.0/8', '10.87.0.0/16', true],
    ['10.87.255.1', '10.87.0.0/16', true],
    ['0.0.0.0/0', '198.18.0.0/16', true],
    ['10.87.0.0/16', '10.88.0.0/16', false],
    ['192.168.1.7', '192.168.1.8', false],
    ['128.0.0.0/1', '10.0.0.0/8', false],
    ['172.16.0.0/12', '172.31.0.0/16', true],
    ['172.16.0.0/12', '172.32.0.0/16', false],
  ])('of %s and %s is %s', (left, right, expected) => {
    expect(overlap(left, right)).toBe(expected);
  });
});

describe('candidates', () => {
  it('are all blocks, each once, from a place that the clone decides', () => {
    const first = candidates('00000000');
    const second = candidates('1234abcd');
    expect(new Set(first).size).toBe(first.length);
    expect(first.length).toBeGreaterThan(100);
    expect(second[0]).not.toBe(first[0]);
    expect(second.toSorted()).toEqual(first.toSorted());
    expect(candidates('1234abcd')).toEqual(second);
  });

  it('are blocks that nobody on the internet has', () => {
    const reserved = ['10.0.0.0/8', '172.16.0.0/12', '198.18.0.0/15'];
    for (const half of candidates('ffffffff')) {
      expect(reserved.some((range) => overlap(range, addressesIn(half).block))).toBe(true);
    }
  });
});

describe('addressesIn', () => {
  it('lays out one block without overlaps', () => {
    const { block, hostAddress, nodeAddress, podRange, serviceRange, dnsAddress } = addressesIn('10.87');
    for (const range of [hostAddress, nodeAddress, podRange, serviceRange, dnsAddress]) {
      expect(overlap(block, range)).toBe(true);
    }
    expect(overlap(podRange, serviceRange)).toBe(false);
    expect(overlap(serviceRange, dnsAddress)).toBe(true);
    for (const range of [podRange, serviceRange]) {
      expect(overlap(range, nodeAddress)).toBe(false);
      expect(overlap(range, hostAddress)).toBe(false);
    }
  });
});
