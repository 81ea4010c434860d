/**
 * The addresses of one clone's cluster, and how a block that nobody else uses is chosen. Pure.
 *
 * @module
 */

/** Addresses of a cluster: everything lies in one /16 block, so that one look shows whose a packet is. */
export interface Addresses {
  /** e.g. `10.87.0.0/16` */
  readonly block: string;
  /** The machine's end of the link to the node, e.g. `10.87.255.1`. */
  readonly hostAddress: string;
  /** The node's end. */
  readonly nodeAddress: string;
  /** Length of the link's prefix, bits. */
  readonly linkPrefix: number;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly dnsAddress: string;
}

/** First halves of private blocks, those that are used the least by routers, VPNs and container engines. */
const firstHalves: readonly string[] = [
  ...Array.from({ length: 160 }, (_, index) => `10.${64 + index}`),
  ...Array.from({ length: 12 }, (_, index) => `172.${20 + index}`),
  '198.18',
  '198.19',
];

/** All first halves in the order in which this clone tries them: its own place, then round about. */
export function candidates(id: string): string[] {
  const start = Number.parseInt(id, 16) % firstHalves.length;
  return [...firstHalves.slice(start), ...firstHalves.slice(0, start)];
}

/** Lays out a block by its first half, e.g. `10.87`. */
export function addressesIn(firstHalf: string): Addresses {
  return {
    block: `${firstHalf}.0.0/16`,
    hostAddress: `${firstHalf}.255.1`,
    nodeAddress: `${firstHalf}.255.2`,
    linkPrefix: 30,
    podRange: `${firstHalf}.0.0/18`,
    serviceRange: `${firstHalf}.128.0/20`,
    dnsAddress: `${firstHalf}.128.10`,
  };
}

/** Whether two IPv4 ranges (`a.b.c.d/n`, or one address) share an address. */
export function overlap(left: string, right: string): boolean {
  const [leftAddress, leftBits] = parseRange(left);
  const [rightAddress, rightBits] = parseRange(right);
  const shared = Math.min(leftBits, rightBits);
  const mask = shared === 0 ? 0 : (0xff_ff_ff_ff << (32 - shared)) >>> 0;
  return (leftAddress & mask) >>> 0 === (rightAddress & mask) >>> 0;
}

function parseRange(range: string): [address: number, bits: number] {
  const [address = '', bits = '32'] = range.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [number, Number(bits)];
}
