/**
 * Folders of images, and tools that only pretend to build them.
 *
 * @module
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import type { ImageOptions } from '../../src/images/reference.js';
import type { Paths } from '../../src/paths.js';
import type { LoadedComponent } from '../../src/stack/files/component-folder.js';

/** A clone with nothing but images. */
export interface Workshop {
  readonly folder: string;
  readonly paths: Paths;
  readonly options: ImageOptions;
  /** Writes files, named relative to the folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** A component of version 1.0 with the image in `components/NAME/image`. */
  component(name: string): LoadedComponent;
  /** Calls of the pretended tools since the last look. */
  calls(): Promise<string[]>;
  /** From now on, calls that match fail; none for an empty pattern. */
  failOn(pattern: string): Promise<void>;
  close(): Promise<void>;
}

/** Two bases, and the images `first` and `second` upon the upper one. */
export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'bigdata-images-'));
  const pretended = join(folder, 'pretended');
  await mkdir(pretended);
  vi.stubEnv('PRETENDED', pretended);
  vi.stubEnv('PATH', `${join(import.meta.dirname, 'tools')}:${process.env['PATH']}`);
  const write: Workshop['write'] = async (files) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
  };
  await write({
    'images/debian/image.yaml': 'name: debian\n',
    'images/debian/Dockerfile': 'ARG BASE\nFROM ${BASE}\n',
    'images/jre/image.yaml': 'name: jre\nfrom: debian\n',
    'images/jre/Dockerfile': 'ARG BASE\nFROM ${BASE}\n',
    'components/first/image/image.yaml': 'name: first\nfrom: jre\n',
    'components/first/image/Dockerfile': 'ARG BASE\nFROM ${BASE}\n',
    'components/second/image/image.yaml': 'name: second\nfrom: jre\n',
    'components/second/image/Dockerfile': 'ARG BASE\nFROM ${BASE}\n',
  });
  const seen: string[] = [];
  return {
    folder,
    paths: {
      root: folder,
      id: '00000000',
      state: join(folder, 'state'),
      run: join(folder, 'run'),
      cache: join(folder, 'cache'),
    },
    options: { bases: join(folder, 'images') },
    write,
    component: (name) =>
      ({
        name,
        image: join(folder, 'components', name, 'image'),
        definition: { version: '1.0' },
      }) as LoadedComponent,
    calls: async () => {
      const all = (await readFile(join(pretended, 'calls'), 'utf8').catch(() => '')).split('\n').slice(0, -1);
      const recent = all.slice(seen.length);
      seen.push(...recent);
      return recent;
    },
    failOn: (pattern) => writeFile(join(pretended, 'fail'), pattern),
    close: async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    },
  };
}
