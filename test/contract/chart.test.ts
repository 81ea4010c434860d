/**
 * Every chart, rendered: what it makes keeps the contract.
 *
 * @each component
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  constantSecrets,
  lostSecrets,
  noLiteralEnvironment,
  noSecretInConfigMap,
  rollsWithConfiguration,
} from './rules/configuration.js';
import { replicasApart } from './rules/placement.js';
import { checks, sentinels } from './rules/hooks.js';
import {
  noIdleTokens,
  nonRoot,
  noServiceLinks,
  patientProbes,
  pinnedImages,
  probes,
  resources,
} from './rules/pods.js';
import type { Rule } from './rules/rule.js';
import { heapsFit, littleCpu } from './rules/sizes.js';
import {
  claims,
  disruptionBudgets,
  endpoints,
  noForeignNamespace,
  services,
  standardLabels,
} from './rules/wiring.js';
import { readDocument } from '../../src/stack/document/source-document.js';
import type { Values } from '../../src/stack/plan-types.js';
import { findValueIssues } from '../../src/stack/values/validate.js';
import { isAbout, loadComponents } from './support/components.js';
import type { Rendered } from './support/objects.js';
import { helm, render, variantsOf } from './support/render.js';

type Rules = Readonly<Record<string, Rule>>;

const rules: Rules = {
  'has the standard labels': standardLabels,
  'stays in the namespace of its release': noForeignNamespace,
  'has no service links': noServiceLinks,
  'gives tokens to nobody without an account': noIdleTokens,
  'runs without root': nonRoot,
  'requests and limits resources': resources,
  'leaves room beside its heaps': heapsFit,
  'has probes': probes,
  'lets no kubelet kill what starts slowly': patientProbes,
  'pins its images': pinnedImages,
  'takes its environment from ConfigMaps and Secrets': noLiteralEnvironment,
  'has no secret in a ConfigMap': noSecretInConfigMap,
  'rolls when its configuration changes': rollsWithConfiguration,
  'has Services that lead to pods': services,
  'has disruption budgets': disruptionBudgets,
  'has the claims that it declares': claims,
  'has the checks that it declares': checks,
  'has a sentinel for the data that it keeps': sentinels,
  'has the endpoints that it declares': endpoints,
};

/** What more a profile of this name promises. */
const rulesOfProfiles: Readonly<Record<string, Rules>> = {
  small: { 'requests little CPU': littleCpu },
  standard: { 'keeps replicas apart': replicasApart },
};

const components = await loadComponents();

describe.each(components)('chart of $name', (component) => {
  isAbout(component.name);
  const { chart, name, definition } = component;

  it('is named and versioned as its component', async () => {
    const metadata = parse(await readFile(join(chart, 'Chart.yaml'), 'utf8')) as Record<string, unknown>;
    expect(metadata).toMatchObject({ apiVersion: 'v2', name, appVersion: definition.version });
  });

  it('tells people what they have', async () => {
    await expect(readFile(join(chart, 'templates', 'NOTES.txt'), 'utf8')).resolves.toMatch(/helm test/);
  });

  it('refuses values that it does not know', async () => {
    await expect(render(component, { nonsense: true })).rejects.toThrow(/nonsense/);
  });

  it('knows every value by its schema', async () => {
    const schema = JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8')) as object;
    expect(openObjects(schema, '')).toEqual([]);
  });

  it('refuses a size that Kubernetes cannot read', async () => {
    const { data } = await readDocument(join(chart, 'values.yaml'));
    const origin = { source: component.source, path: [] };
    for (const path of placesOf('resources', data)) {
      const wrong = nested([...path, 'limits', 'memory'], '12Q');
      const issues = await findValueIssues(chart, wrong, [origin], origin);
      const told = issues.map(({ message, hint }) => `${message}; ${hint}`).join();
      expect(told, path.join('.')).toMatch(/resources\.limits\.memory.*; .*Kubernetes quantity/);
    }
  });

  describe.each(variantsOf(component))('with $name', ({ profile, values }) => {
    let objects: Rendered[] = [];
    /** What is generated differs. */
    let again: Rendered[] = [];

    beforeAll(async () => {
      objects = await render(component, values);
      again = await render(component, values);
    });

    it('passes helm lint', async () => {
      const lint = helm(['lint', '--strict', chart, '--values', '-'], values);
      await expect(lint).resolves.toContain('0 chart(s) failed');
    });

    it('has values that its schema takes', async () => {
      const origin = { source: component.profiles.get(profile) ?? component.source, path: [] };
      expect(await findValueIssues(chart, values, [origin], origin)).toEqual([]);
    });

    it.each(Object.entries({ ...rules, ...rulesOfProfiles[profile] }))('%s', (_, rule) => {
      expect(rule({ component, objects })).toEqual([]);
    });

    it('has no secret that is the same everywhere', () => {
      expect(constantSecrets(objects, again)).toEqual([]);
    });

    it('keeps with its data what it generates', () => {
      expect(lostSecrets(objects, again)).toEqual([]);
    });
  });
});

/** Paths of all mappings by this name in values. */
function placesOf(name: string, values: unknown, path: readonly string[] = []): string[][] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [];
  return Object.entries(values).flatMap(([key, value]) =>
    key === name ? [[...path, key]] : placesOf(name, value, [...path, key]),
  );
}

/** A mapping that has one value, at a path. */
function nested(path: readonly string[], value: unknown): Values {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values;
}

/** Places of a JSON schema that list properties and yet let others pass. */
function openObjects(schema: object, place: string): string[] {
  const node = schema as {
    properties?: Record<string, object>;
    additionalProperties?: unknown;
    items?: object;
  };
  const properties = Object.entries(node.properties ?? {});
  return [
    ...(properties.length > 0 && node.additionalProperties !== false ? [`${place || '.'} is open`] : []),
    ...properties.flatMap(([key, child]) => openObjects(child, `${place}.${key}`)),
    ...(node.items === undefined ? [] : openObjects(node.items, `${place}[]`)),
  ];
}
