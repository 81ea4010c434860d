import { expect, test } from 'vitest';

import { workerEnvironment } from '../../src/processes/worker-environment.js';

test('a worker gets the same environment from npm start, npx and any terminal', () => {
  const common = { HOME: '/root', TEMPORAL_ADDRESS: 'a:1', AWS_PROFILE: 'team' };
  const plain = workerEnvironment({ PATH: '/usr/bin:/bin', PWD: '/a', ...common, SHLVL: '1' });
  const npm = workerEnvironment({
    ...common,
    PATH: '/clone/node_modules/.bin:/usr/lib/node_modules/npm/bin:/usr/bin:/bin',
    npm_lifecycle_event: 'start',
    BIGDATA_DAEMON: '/state/workers/1.json',
    KUBECONFIG: '/other',
    BIGDATA_CONTEXT: 'other',
    BIGDATA_KUBECONFIG: '/other',
    BIGDATA_STACK: '/other.yaml',
  });
  // As text, because a fingerprint is made of it: the order counts.
  expect(JSON.stringify(npm)).toBe(JSON.stringify(plain));
  expect(plain).toEqual({ ...common, PATH: '/usr/bin:/bin' });
});
