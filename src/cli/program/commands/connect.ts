/** @module */
import type { ConnectOptions } from '../../commands/connect.js';
import { parsePort, withExamples } from '../options.js';
import type { Parsed, Registry } from '../registry.js';

/** `bigdata connect`. */
export function connect({ dispatch, onStack }: Registry): void {
  withExamples(
    onStack(
      'connect',
      'Shows how an endpoint is used from this machine, and forwards a port to it if need be.',
    )
      .argument('<component>', 'name of the component')
      .argument('[endpoint]', 'name of its endpoint (default: the first one)')
      .option(
        '--port <port>',
        'forward this port of the loopback interface (default: only on your own cluster, the port of the Service or a free one)',
        parsePort,
      )
      .option('--show-credentials', 'show the credentials themselves', false),
    [
      ['bigdata connect minio console', 'the page, and which Secret has the password'],
      ['bigdata connect presto --context production', 'on your own cluster: until Ctrl-C'],
      ['bigdata connect nifi --port 9000', 'on this port, e.g. for an SSH tunnel'],
    ],
  ).action((component: string, endpoint: string | undefined, options: ConnectOptions & Parsed) =>
    dispatch(options, async (context) =>
      (await import('../../commands/connect.js')).connect(context, {
        ...options,
        component,
        ...(endpoint === undefined ? {} : { endpoint }),
      }),
    ),
  );
}
