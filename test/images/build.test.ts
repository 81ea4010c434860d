/** Building images: in order, once, and never half. */
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildImages } from '../../src/images/build.js';
import { pushImages } from '../../src/images/push.js';
import { type ImageOptions, type PlannedImage, planImage } from '../../src/images/reference.js';
import type { ProgressEvent } from '../../src/progress.js';
import { openWorkshop, type Workshop } from './workshop.js';

let shop: Workshop;
let events: ProgressEvent[] = [];
const report = (event: ProgressEvent): void => {
  events.push(event);
};

beforeEach(async () => {
  events = [];
  shop = await openWorkshop();
});

afterEach(async () => {
  await shop.close();
});

async function planned(options: Partial<ImageOptions> = {}): Promise<PlannedImage[]> {
  const components = [shop.component('first'), shop.component('second')];
  const all = { ...shop.options, components, ...options };
  return (await Promise.all(components.map((component) => planImage(component, all)))) as PlannedImage[];
}

/** The calls that build something, without what differs from run to run. */
async function built(): Promise<string[]> {
  return (await shop.calls()).flatMap((call) => {
    const tag = /bud .*--tag (?:docker\S+ --tag )?bigdata\.local\/(\w+):/.exec(call);
    return tag?.[1] === undefined ? [] : [tag[1]];
  });
}

async function archives(): Promise<string[]> {
  return (await readdir(join(shop.paths.cache, 'images'))).filter((name) => !name.startsWith('.lock'));
}

describe('buildImages', () => {
  it('builds each base once and before what stands upon it', async () => {
    const images = await buildImages(await planned(), shop.paths, report);
    const order = await built();
    expect(order.slice(0, 3)).toEqual(['bookworm', 'debian', 'jre']);
    expect(order.slice(3).toSorted()).toEqual(['first', 'second']);
    expect(images.map(({ reference }) => reference.repository)).toEqual([
      'bigdata.local/first',
      'bigdata.local/second',
    ]);
    for (const { file } of images) {
      await expect(access(file)).resolves.toBeUndefined();
    }
    expect(events.at(-1)).toMatchObject({
      done: 2,
      total: 2,
      text: expect.stringMatching(/built in \d/) as string,
    });
  });

  it('calls no tool when everything is there', async () => {
    const first = await buildImages(await planned(), shop.paths, report);
    vi.stubEnv('PATH', '/nowhere');
    await shop.calls();
    expect(await buildImages(await planned(), shop.paths, report)).toEqual(first);
    expect(await shop.calls()).toEqual([]);
  });

  it('builds only what has changed', async () => {
    await buildImages(await planned(), shop.paths, report);
    await built();
    await shop.write({ 'components/second/image/Dockerfile': 'ARG BASE\nFROM ${BASE}\nUSER 1\n' });
    await buildImages(await planned(), shop.paths, report);
    expect(await built()).toEqual(['second']);
  });

  it('builds an image once that is a base of another', async () => {
    await shop.write({ 'components/second/image/image.yaml': 'name: second\nfrom: first\n' });
    await buildImages(await planned(), shop.paths, report);
    expect(await built()).toEqual(['bookworm', 'debian', 'jre', 'first', 'second']);
  });

  it('keeps what is finished when something fails, and goes on from there', async () => {
    await shop.failOn('bud .*second');
    await expect(buildImages(await planned(), shop.paths, report)).rejects.toMatchObject({
      name: 'UserError',
      message: 'Building the image second failed',
      next: expect.stringContaining('there is no space left') as string,
      exitCode: 3,
    });
    expect((await archives()).every((name) => name.startsWith('first-'))).toBe(true);
    await built();
    await shop.failOn('');
    await buildImages(await planned(), shop.paths, report);
    expect(await built()).not.toContain('jre');
    expect((await archives()).map((name) => name.split('-')[0])).toEqual(['first', 'second']);
  });

  it('keeps layers for the next build, but not where a step reads files that Buildah does not look at', async () => {
    const mounting = 'ARG BASE\nFROM ${BASE}\nRUN --mount=type=bind,target=/here true\n';
    await shop.write({ 'components/second/image/Dockerfile': mounting });
    await buildImages(await planned(), shop.paths, report);
    const calls = (await shop.calls()).filter((call) => / bud .*\/(first|second):/.test(call));
    const kept = calls.map((call) => [/\/(first|second):/.exec(call)?.[1], call.includes('--layers')]);
    expect(new Map(kept as [string, boolean][])).toEqual(
      new Map([
        ['first', true],
        ['second', false],
      ]),
    );
  });

  it('never takes an archive for finished that is not', async () => {
    await shop.failOn('push .*second');
    await expect(buildImages(await planned(), shop.paths, report)).rejects.toThrow(
      /archive of the image second/,
    );
    expect(await archives()).not.toContainEqual(expect.stringMatching(/^second-/));
  });

  it('removes what a killed build left behind', async () => {
    const leftover = join(shop.paths.cache, 'images', '.unfinished-killed');
    await mkdir(leftover, { recursive: true });
    await writeFile(join(leftover, 'second.tar'), 'half an image');
    await buildImages(await planned(), shop.paths, report);
    await expect(access(leftover)).rejects.toThrow(/ENOENT/);
  });

  it('builds once when two ask at the same time', async () => {
    const images = await planned();
    const [one, other] = await Promise.all([
      buildImages(images, shop.paths, report),
      buildImages(images, shop.paths, report),
    ]);
    expect(one).toEqual(other);
    expect((await built()).length).toBe(5);
    expect(events.some(({ text }) => text === 'another bigdata builds images')).toBe(true);
  });

  it('says which program is missing, and how to get it', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(buildImages(await planned(), shop.paths, report)).rejects.toMatchObject({
      message: expect.stringContaining('buildah is missing') as string,
      next: expect.stringContaining('on Debian: buildah') as string,
      exitCode: 3,
    });
  });
});

describe('pushImages', () => {
  const registry = 'registry.example.com/bigdata';

  it('pushes every image under the name that a cluster pulls', async () => {
    const pushed = await pushImages(await planned({ registry }), shop.paths, report);
    expect(pushed.map(({ reference }) => reference.repository)).toEqual([
      `${registry}/first`,
      `${registry}/second`,
    ]);
    const calls = (await shop.calls()).filter((call) => call.includes('docker://'));
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(
      /push --quiet --tls-verify=true bigdata\.local\/first:1\.0-\w+ docker:\/\/registry\.example\.com\/bigdata\/first:1\.0-\w+$/,
    );
  });

  it('reads an archive back whose image the store has lost', async () => {
    await buildImages(await planned(), shop.paths, report);
    await writeFile(join(shop.folder, 'pretended', 'store'), '');
    await shop.calls();
    await pushImages(await planned({ registry }), shop.paths, report, { tlsVerify: false });
    const calls = await shop.calls();
    expect(calls.filter((call) => call.startsWith('buildah pull --quiet oci-archive:'))).toHaveLength(2);
    expect(calls.filter((call) => call.includes('--tls-verify=false'))).toHaveLength(2);
  });

  it('passes on what the registry says', async () => {
    await shop.failOn('docker://');
    await expect(pushImages(await planned({ registry }), shop.paths, report)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Pushing registry\.example\.com\/bigdata\/first:\S+ failed$/,
      ) as string,
      next: expect.stringContaining('there is no space left') as string,
    });
  });
});
