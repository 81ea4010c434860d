import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../src/local/configuration/template.js';
import { nodeDaemons } from '../../src/local/node/daemons.js';
import { daemonNames } from '../../src/local/node/layout.js';
import { moduleVersions } from '../../src/local/binaries.js';
import { parseMountPoints } from '../../src/local/kernel/mounts.js';
import { clonePaths } from '../../src/paths.js';
import { inputs, node, paths } from './support/example-node.js';

describe('renderTemplate', () => {
  it('writes values so that they cannot break out', () => {
    const values = { path: '/a "quoted" \\ path', flag: true };
    expect(renderTemplate('path = {{path}}\nflag = {{flag}}', values)).toBe(
      'path = "/a \\"quoted\\" \\\\ path"\nflag = true',
    );
  });

  it('refuses a template that wants what is not given', () => {
    expect(() => renderTemplate('{{missing}}', {})).toThrow('the template wants missing');
  });

  it('is asked for whole values only, never for a part of one', async () => {
    const folder = join(clonePaths().root, 'local', 'node');
    for (const name of await readdir(folder)) {
      expect(await readFile(join(folder, name), 'utf8'), name).not.toMatch(/[\w"':/.]\{\{|\}\}[\w"':/.]/);
    }
  });
});

describe('layout', () => {
  it('keeps names within what the kernel allows', () => {
    expect(node.layout.hostInterface.length).toBeLessThanOrEqual(15);
    expect(node.layout.containerdSocket.length).toBeLessThanOrEqual(100);
  });

  it('keeps all of a clone in its own folders', () => {
    const shared = new Set([
      '/run/netns/bigdata-0123abcd',
      '/bigdata-0123abcd',
      'bigdata-0123abcd',
      'bigdata0123abcd',
    ]);
    for (const path of Object.values(node.layout)) {
      expect(shared.has(path) || path.startsWith('/state/') || path.startsWith(`${paths.run}/`), path).toBe(
        true,
      );
    }
  });
});

describe('daemons', () => {
  const daemons = nodeDaemons(node, inputs);

  it('are all there, each in the namespace of the node with a small environment', () => {
    expect(Object.keys(daemons)).toEqual([...daemonNames]);
    for (const daemon of Object.values(daemons)) {
      expect(daemon.netns).toBe('/run/netns/bigdata-0123abcd');
      expect(Object.keys(daemon.env)).toEqual(expect.arrayContaining(['PATH']));
      expect(Object.keys(daemon.env).length).toBeLessThanOrEqual(2);
    }
  });

  it('let nobody in without a certificate', () => {
    expect(daemons['kube-apiserver'].args).toEqual(
      expect.arrayContaining([
        '--anonymous-auth=false',
        '--authorization-mode=Node,RBAC',
        '--client-ca-file=/state/cluster/pki/ca.crt',
      ]),
    );
    expect(daemons.etcd.args).toEqual(
      expect.arrayContaining([
        '--client-cert-auth=true',
        '--listen-client-urls=https://127.0.0.1:2379',
        '--listen-peer-urls=https://127.0.0.1:2380',
        '--peer-client-cert-auth=true',
      ]),
    );
  });

  it('are started again when certificates, configuration or namespace change', () => {
    const changed = nodeDaemons(node, { ...inputs, namespace: 'another' });
    for (const name of daemonNames) {
      expect(changed[name].inputs).not.toBe(daemons[name].inputs);
    }
    const renewed = nodeDaemons(node, { ...inputs, pki: 'another' });
    const restarted = daemonNames.filter((name) => renewed[name].inputs !== daemons[name].inputs);
    expect(restarted).toEqual(daemonNames.filter((name) => name !== 'containerd'));
  });
});

describe('moduleVersions', () => {
  it('reads what go.mod pins', async () => {
    const goMod = await readFile(join(clonePaths().root, 'local', 'kubernetes', 'go.mod'), 'utf8');
    expect(moduleVersions(goMod)).toEqual({
      kubernetes: expect.stringMatching(/^v1\.\d+\.\d+$/),
      helm: expect.stringMatching(/^v4\.\d+\.\d+$/),
    });
  });

  it('refuses a go.mod without Kubernetes', () => {
    expect(() => moduleVersions('module x\n')).toThrow('go.mod does not pin k8s.io/kubernetes');
  });
});

describe('parseMountPoints', () => {
  it('reads blanks and keeps the order', () => {
    const text = [
      String.raw`36 35 98:0 / /mnt/with\040blank rw,noatime master:1 - ext3 /dev/root rw`,
      '37 35 0:4 net:[4026532000] /run/netns/x rw shared:2 - nsfs nsfs rw',
      '',
    ].join('\n');
    expect(parseMountPoints(text)).toEqual(['/mnt/with blank', '/run/netns/x']);
  });
});
