/** @module */
import { parsePort, withExamples } from '../options.js';
import type { Registry } from '../registry.js';

/** `bigdata codec-server`. */
export function codecServer({ run, command }: Registry): void {
  withExamples(
    command(
      'codec-server',
      'Lets the Web UI decrypt payloads, until it is stopped: see BIGDATA_CODEC_KEY_FILE.',
    ).option('--port <port>', 'its port on the loopback interface (default: a free one)', parsePort),
    [['bigdata codec-server', 'prints the address for the Web UI; keep it secret']],
  ).action(run(async () => (await import('../../commands/codec-server.js')).codecServer));
}
