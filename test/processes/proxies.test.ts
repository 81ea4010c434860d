import { describe, expect, it } from 'vitest';
import { exemptFromProxies, loopback, proxyFor } from '../../src/processes/proxies.js';

const through = (server: string, noProxy = '') =>
  proxyFor(server, { HTTPS_PROXY: 'http://proxy:3128', http_proxy: 'plain:8080', NO_PROXY: noProxy });

describe('a server', () => {
  it('is reached through the proxy of its scheme', () => {
    expect(through('https://api.example.test:6443')).toBe('http://proxy:3128');
    expect(through('http://api.example.test')).toBe('http://plain:8080');
    expect(proxyFor('https://api.example.test', {})).toBeUndefined();
    expect(proxyFor('https://api.example.test', { ALL_PROXY: 'socks5://x' })).toBeUndefined();
  });

  it.each([
    ['https://127.0.0.1:6443', ''],
    ['https://localhost:6443', ''],
    ['https://[::1]:6443', ''],
    ['https://api.example.test', '*'],
    ['https://api.example.test', 'other, example.test'],
    ['https://example.test', 'example.test'],
    ['https://api.example.test', '.example.test'],
    ['https://api.example.test', '*.example.test'],
    ['https://api.example.test:6443', 'example.test:6443'],
    ['https://API.example.test', 'Example.Test'],
    ['https://10.1.2.3:6443', '10.0.0.0/8'],
    ['https://10.1.2.3:6443', '10.1.2.3'],
    ['https://[fd00::5]:6443', 'fd00::/16'],
  ])('%s is reached directly with NO_PROXY=%s', (server, noProxy) => {
    expect(through(server, noProxy)).toBeUndefined();
  });

  it.each([
    ['https://badexample.test', 'example.test'],
    ['https://example.test', '.example.test'],
    ['https://api.example.test:6443', 'example.test:443'],
    ['https://11.1.2.3:6443', '10.0.0.0/8'],
    ['https://api.example.test', '10.0.0.0/8'],
    ['https://10.1.2.3:6443', '10.0.0.0/nonsense'],
    ['https://10.1.2.3:6443', '10.0.0.0/99'],
  ])('%s is not reached directly with NO_PROXY=%s', (server, noProxy) => {
    expect(through(server, noProxy)).toBe('http://proxy:3128');
  });
});

describe('exempting hosts', () => {
  it('adds them to what is exempt, in both ways in which programs read it', () => {
    const environment = { https_proxy: 'http://proxy', no_proxy: 'corp.test,localhost' };
    exemptFromProxies(environment, loopback);
    exemptFromProxies(environment, ['10.87.255.2']);
    const all = 'corp.test,localhost,127.0.0.1,::1,10.87.255.2';
    expect(environment).toEqual({ https_proxy: 'http://proxy', no_proxy: all, NO_PROXY: all });
  });

  it('changes nothing where there is no proxy', () => {
    const environment = {};
    exemptFromProxies(environment, loopback);
    expect(environment).toEqual({});
  });
});
