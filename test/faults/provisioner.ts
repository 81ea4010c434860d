/**
 * The provisioner of volumes that the stacks of the fault suite use, in a namespace of its own.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { clonePaths } from '../../src/paths.js';
import { Bigdata } from '../e2e/bigdata.js';

export interface Provisioner {
  readonly bigdata: Bigdata;
  remove(): Promise<void>;
}

/** Installs it through the command line. */
export async function installProvisioner(): Promise<Provisioner> {
  const bigdata = new Bigdata(clonePaths().state);
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-faults-'));
  const file = join(folder, 'stack.yaml');
  const name = 'faults-volumes';
  await writeFile(file, stringify({ name, namespace: name, components: { volumes: {} } }));
  await bigdata.json('up', '-f', file);
  return {
    bigdata,
    async remove() {
      await bigdata.json('uninstall', '-f', file, '--delete-data', '--yes');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
