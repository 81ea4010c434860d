/**
 * A stack of small components, of which tests let some fail for good: the store stands alone, and the front needs the queue.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ComponentStatus } from '../../src/cli/operations/component-status.js';
import type { OpenDecision } from '../../src/cli/render/decisions.js';
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { ensureActorImage, writeActorFolder } from '../support/actor.js';
import { Bigdata } from './bigdata.js';

export interface UpDocument extends OperationState {
  readonly unchanged: boolean;
  readonly workflowId: string;
  readonly decisions?: readonly OpenDecision[];
}

/** An image that no node has. */
export const absent = 'bigdata.local/absent:1';

export const allProven = { base: 'proven', store: 'proven', queue: 'proven', front: 'proven' };

export class DecisionStack {
  readonly bigdata = new Bigdata(clonePaths().state);
  readonly image: string;
  readonly #name: string;
  readonly #folder: string;

  private constructor(name: string, image: string, folder: string) {
    this.#name = name;
    this.image = image;
    this.#folder = folder;
  }

  /** @param name - of the stack and its namespace */
  static async make(name: string): Promise<DecisionStack> {
    const folder = await mkdtemp(join(tmpdir(), 'bigdata-e2e-'));
    const image = await ensureActorImage(clonePaths());
    await writeActorFolder(folder, 'base');
    await writeActorFolder(folder, 'store', { needs: ['base'] });
    await writeActorFolder(folder, 'queue', { needs: ['base'] });
    await writeActorFolder(folder, 'front', { needs: ['queue'] });
    return new DecisionStack(name, image, folder);
  }

  /** Where each component stands by a file whose images all work, when nothing runs. */
  async standings(name: string): Promise<Record<string, string>> {
    const file = await this.file(name);
    const { components } = await this.bigdata.json<{ readonly components: readonly ComponentStatus[] }>(
      'status',
      '-f',
      file,
    );
    return Object.fromEntries(components.map((each) => [each.name, each.standing]));
  }

  /** Writes a stack file; whose image is left out has one that works. */
  async file(
    name: string,
    images: { readonly queue?: string; readonly store?: string; readonly storeHook?: readonly string[] } = {},
  ): Promise<string> {
    const { image } = this;
    const file = join(this.#folder, name);
    const tests = [{ name: 'works', args: ['print', '{"nonce":"n1"}'] }];
    const components = {
      base: { values: { image, tests, kind: 'Deployment' } },
      store: { values: { image: images.store ?? image, tests, hook: images.storeHook ?? [] } },
      queue: { values: { image: images.queue ?? image, tests } },
      front: { values: { image, tests } },
    };
    const componentFolders = [join(this.#folder, 'components')];
    await writeFile(
      file,
      stringify({ name: this.#name, namespace: this.#name, componentFolders, components }),
    );
    return file;
  }

  async up(...args: string[]): Promise<{ exitCode: number; document: UpDocument }> {
    const { exitCode, stdout } = await this.bigdata.run('up', '--output', 'json', ...args);
    return { exitCode, document: JSON.parse(stdout) as UpDocument };
  }

  async remove(): Promise<void> {
    const file = await this.file('last.yaml');
    await this.bigdata.run('abort', '-f', file);
    await this.bigdata.run('uninstall', '-f', file, '--delete-data', '--yes');
    await rm(this.#folder, { recursive: true, force: true });
  }
}
