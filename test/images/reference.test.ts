/** What images are called. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageReference, planImage } from '../../src/images/reference.js';
import { openWorkshop, type Workshop } from './workshop.js';

let shop: Workshop;

beforeEach(async () => {
  shop = await openWorkshop();
});

afterEach(async () => {
  await shop.close();
});

async function reference(name = 'first', options = {}) {
  return await imageReference(shop.component(name), { ...shop.options, ...options });
}

describe('imageReference', () => {
  it('is the version and the content, twice the same', async () => {
    const first = await reference();
    expect(first?.repository).toBe('bigdata.local/first');
    expect(first?.tag).toMatch(/^1\.0-[0-9a-f]{12}$/);
    expect(await reference()).toEqual(first);
    expect(await shop.calls()).toEqual([]);
  });

  it.each([
    ['its Dockerfile', 'components/first/image/Dockerfile'],
    ['a new file', 'components/first/image/bin/start'],
    ['its base', 'images/jre/Dockerfile'],
    ['the base of its base', 'images/debian/apt.conf'],
  ])('changes with %s', async (_, file) => {
    const before = await reference();
    await shop.write({ [file]: 'something else' });
    expect(await reference()).not.toEqual(before);
  });

  it('does not change with another image', async () => {
    const before = await reference();
    await shop.write({ 'components/second/image/Dockerfile': 'something else' });
    expect(await reference()).toEqual(before);
  });

  it('is the same where the bases are known from an image before', async () => {
    const planned = new Map();
    const both = [await reference('first', { planned }), await reference('second', { planned })];
    expect(both).toEqual([await reference('first'), await reference('second')]);
    expect([...planned.keys()].map((folder: string) => folder.split('/').at(-2))).toContain('images');
  });

  it('has the same tag in a registry', async () => {
    const local = await reference();
    const pushed = await reference('first', { registry: 'registry.example.com/bigdata' });
    expect(pushed).toEqual({ repository: 'registry.example.com/bigdata/first', tag: local?.tag });
  });

  it('makes a tag of any version', async () => {
    const component = shop.component('first');
    const strange = { ...component, definition: { ...component.definition, version: '1.0+git (beta)' } };
    const { tag } = (await imageReference(strange, shop.options)) ?? {};
    expect(tag).toMatch(/^\w[\w.-]{0,127}$/);
  });

  it('is absent for a component without an image', async () => {
    const { image: _image, ...component } = shop.component('first');
    expect(await imageReference(component, shop.options)).toBeUndefined();
  });
});

describe('planImage', () => {
  it('knows the bases down to the lowest', async () => {
    const image = await planImage(shop.component('first'), shop.options);
    expect([image?.name, image?.base?.name, image?.base?.base?.name]).toEqual(['first', 'jre', 'debian']);
    expect(image?.base?.base?.base).toBeUndefined();
  });

  it('builds upon the image of another component', async () => {
    await shop.write({ 'components/second/image/image.yaml': 'name: second\nfrom: first\n' });
    const options = { ...shop.options, components: [shop.component('first')] };
    const second = await planImage(shop.component('second'), options);
    expect(second?.base?.reference).toEqual(await reference());
  });

  it.each([
    ['a base that is not there', 'name: first\nfrom: nothing\n', /no image nothing/],
    ['a circle', 'name: first\nfrom: first\n', /circle/],
  ])('refuses %s', async (_, definition, message) => {
    await shop.write({ 'components/first/image/image.yaml': definition });
    const options = { ...shop.options, components: [shop.component('first')] };
    await expect(planImage(shop.component('first'), options)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      where: expect.stringContaining(join('components', 'first', 'image', 'image.yaml')) as string,
      exitCode: 2,
    });
  });
});
