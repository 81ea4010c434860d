import { describe, expect, it } from 'vitest';
import { hintOf } from '../../../src/kubernetes/diagnose/log-hints.js';

describe('the last lines of a log', () => {
  it.each([
    ['open /data/log: no space left on device', /volume larger/],
    ['java.io.IOException: No space left on device', /volume larger/],
    ['java.net.UnknownHostException: zookeeper', /DNS/],
    ['dial tcp: lookup minio on 10.96.0.10:53: read udp: i/o timeout', /DNS/],
    ['lookup kubernetes.default on 10.96.0.10:53: read udp 10.1.0.4: read: connection refused', /DNS/],
    ['curl: (6) Could not resolve host: minio: Temporary failure in name resolution', /DNS/],
    ['mkdir: cannot create directory ‘/data’: Permission denied', /fsGroup/],
    ['java.nio.file.AccessDeniedException: /data/version-2', /fsGroup/],
    ['java.net.BindException: Address already in use', /port/],
    ['httpd: bind: Permission denied', /below 1024/],
    ['(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80', /below 1024/],
    ['Error: listen EACCES: permission denied 0.0.0.0:80', /below 1024/],
    ['listen tcp :443: bind: permission denied', /below 1024/],
  ])('%s: say what to do', (line, hint) => {
    expect(hintOf(['starting', line, 'bye'])).toMatch(hint);
  });

  it('count from the end', () => {
    expect(hintOf(['permission denied', 'no space left on device'])).toMatch(/volume/);
  });

  it('may tell nothing', () => {
    expect(hintOf([])).toBeUndefined();
    expect(
      hintOf(['broker.id is missing', 'dial tcp 10.0.0.1:9092: connect: connection refused']),
    ).toBeUndefined();
  });
});
