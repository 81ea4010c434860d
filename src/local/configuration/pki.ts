/**
 * The cluster's own certificate authority, made and renewed by kubeadm's phases.
 *
 * @module
 */
import { writeWhole } from '../../util/write-whole.js';
import { exists } from '../../util/exists.js';
import { makePrivateFolder } from '../../util/private-folder.js';
import { createHash, X509Certificate } from 'node:crypto';
import { cp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import type { ConfigurationFile } from './files.js';
import type { LocalNode, NodeLayout } from '../node/layout.js';
import { clientKubeconfig } from './pki-files.js';

/** Certificates that end sooner than this (milliseconds) are renewed; they are made for a year. */
const renewBefore = 30 * 24 * 60 * 60 * 1000;

/** What outlives a renewal: clients and pods trust these. */
const authorities = ['ca', 'front-proxy-ca', 'etcd/ca'] as const;
const kept = [...authorities.flatMap((name) => [`${name}.crt`, `${name}.key`]), 'sa.key', 'sa.pub'];

/** Name of the file that holds the digest of the settings that the certificates were made for. */
const settingsFile = 'settings.sha256';

/**
 * Makes certificates and kubeconfigs if there are none, or renews them if they end soon or were made for other addresses.
 * A half-finished set never takes the place of a finished one. Returns a digest that changes with any of them.
 */
export async function ensurePki(node: LocalNode, kubeadm: ConfigurationFile): Promise<string> {
  const { layout } = node;
  const settings = createHash('sha256').update(kubeadm.text).digest('hex');
  const current = layout.certificates;
  const previous = `${current}.previous`;
  if (!(await exists(current)) && (await exists(previous))) {
    await rename(previous, current);
  }
  if (!(await isValid(current, settings))) {
    const unfinished = `${current}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await keepAuthorities(current, unfinished);
    await issue(node, kubeadm.path, unfinished);
    await writeFile(join(unfinished, settingsFile), settings);
    await rm(previous, { recursive: true, force: true });
    if (await exists(current)) {
      await rename(current, previous);
    }
    await rename(unfinished, current);
    await rm(previous, { recursive: true, force: true });
  }
  await writeAdminKubeconfig(layout);
  return await digest(current);
}

/** The first moment (milliseconds since 1970) at which a certificate of a set ends. */
export async function firstExpiry(folder: string): Promise<number> {
  const files = await filesIn(folder);
  const ends = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      if (file.endsWith('.crt')) {
        return [Date.parse(new X509Certificate(text).validTo)];
      }
      if (file.endsWith('.conf')) {
        const data = (parse(text) as KubeconfigFile).users[0]?.user['client-certificate-data'] ?? '';
        return [Date.parse(new X509Certificate(Buffer.from(data, 'base64')).validTo)];
      }
      return [];
    }),
  );
  return Math.min(...ends.flat());
}

interface KubeconfigFile {
  clusters: { name: string }[];
  users: { name: string; user: { 'client-certificate-data'?: string } }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  'current-context': string;
}

async function isValid(folder: string, settings: string): Promise<boolean> {
  const madeFor = await readFile(join(folder, settingsFile), 'utf8').catch(() => undefined);
  return madeFor === settings && (await firstExpiry(folder)) > Date.now() + renewBefore;
}

/** Takes over the authorities of the set before, unless one of them ends soon as well. */
async function keepAuthorities(current: string, unfinished: string): Promise<void> {
  await makePrivateFolder(join(unfinished, 'etcd'));
  for (const name of authorities) {
    const text = await readFile(join(current, `${name}.crt`), 'utf8').catch(() => undefined);
    if (text === undefined || Date.parse(new X509Certificate(text).validTo) < Date.now() + renewBefore) {
      return;
    }
  }
  await Promise.all(kept.map((file) => cp(join(current, file), join(unfinished, file))));
}

async function issue(node: LocalNode, configuration: string, folder: string): Promise<void> {
  const { kubeadm } = node.binaries.programs;
  const config = ['--config', configuration];
  await execa(kubeadm, ['init', 'phase', 'certs', 'all', ...config]);
  await execa(kubeadm, ['init', 'phase', 'kubeconfig', 'all', ...config, '--kubeconfig-dir', folder]);
  for (const [client, user] of [
    ['kube-proxy', 'system:kube-proxy'],
    ['coredns', 'system:coredns'],
  ] as const) {
    const { stdout } = await execa(kubeadm, ['kubeconfig', 'user', '--client-name', user, ...config]);
    await writeFile(join(folder, `${client}.conf`), stdout, { mode: 0o600 });
  }
}

/** The kubeconfig for people: one name for cluster, user and context, so that it merges with those they have. */
async function writeAdminKubeconfig(layout: NodeLayout): Promise<void> {
  const file = parse(await readFile(clientKubeconfig(layout, 'admin'), 'utf8')) as KubeconfigFile;
  const { name } = layout;
  const renamed = {
    ...file,
    clusters: file.clusters.map((cluster) => ({ ...cluster, name })),
    users: file.users.map((user) => ({ ...user, name })),
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await writeWhole(layout.kubeconfig, stringify(renamed), { mode: 0o600 });
}

async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesIn(folder)) {
    hash.update(file).update(await readFile(join(folder, file)));
  }
  return hash.digest('hex');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
