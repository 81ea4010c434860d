/**
 * Every component folder keeps every rule that can be tried without a cluster, with its defaults and each profile.
 *
 * @each component
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { rulesDescribed } from '../../src/contract/catalogue.js';
import { type Finding, checkComponent } from '../../src/contract/check-component.js';
import { isAbout, loadComponents } from './support/components.js';
import { localHelm, render } from './support/render.js';

const components = await loadComponents();

describe.each(components)('folder of $name', (component) => {
  isAbout(component.name);
  let findings: readonly Finding[] = [];

  beforeAll(async () => {
    findings = await checkComponent(component, await localHelm());
  });

  it.each(rulesDescribed)('$name', ({ name }) => {
    expect(findings.filter(({ rule }) => rule === name)).toEqual([]);
  });

  it('has no rule that is not described', () => {
    const names = new Set(rulesDescribed.map(({ name }) => name));
    expect(findings.filter(({ rule }) => !names.has(rule))).toEqual([]);
  });

  it('refuses values that it does not know', async () => {
    await expect(render(component, { nonsense: true })).rejects.toThrow(/nonsense/);
  });
});
