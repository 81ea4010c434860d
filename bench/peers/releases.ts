/**
 * Releases that do nothing (a Deployment of no pods, a ConfigMap), written down for this program and for helmfile, with
 * the same charts.
 *
 * @module
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

export type Shape = 'wide' | 'layered';

export interface ReleaseSet {
  readonly name: string;
  readonly stackFile: string;
  readonly helmfile: string;
}

/** Layers of a layered set; each release needs one of the layer above its own. */
const layers = 10;

/** @param change - of one release's values, by which the set is to differ from the one before */
export async function writeReleases(
  folder: string,
  { name, count, shape, change }: { name: string; count: number; shape: Shape; change: number },
): Promise<ReleaseSet> {
  const width = Math.ceil(count / layers);
  const names = Array.from({ length: count }, (_, index) => `noop-${String(index).padStart(3, '0')}`);
  const needsOf = (index: number): string[] =>
    shape === 'layered' && index >= width ? [names[index - width] ?? ''] : [];
  const components = join(folder, 'components');
  await rm(folder, { recursive: true, force: true });
  for (const [index, release] of names.entries()) {
    const needs = needsOf(index);
    await write(join(components, release, 'component.yaml'), {
      name: release,
      summary: 'A release that does nothing',
      version: '1',
      ...(needs.length > 0 && { needs }),
    });
    await writeChart(join(components, release, 'chart'), release);
  }
  const values = (index: number) => ({ note: index === 0 ? change : 0 });
  const stackFile = join(folder, 'stack.yaml');
  await write(stackFile, {
    name,
    namespace: name,
    componentFolders: ['./components'],
    components: Object.fromEntries(names.map((release, index) => [release, { values: values(index) }])),
  });
  const helmfile = join(folder, 'helmfile.yaml');
  await write(helmfile, {
    helmDefaults: { createNamespace: true, wait: true },
    releases: names.map((release, index) => ({
      name: release,
      namespace: `${name}-helmfile`,
      chart: `./components/${release}/chart`,
      values: [values(index)],
      needs: needsOf(index).map((need) => `${name}-helmfile/${need}`),
    })),
  });
  return { name, stackFile, helmfile };
}

async function writeChart(folder: string, name: string): Promise<void> {
  await write(join(folder, 'Chart.yaml'), { apiVersion: 'v2', name, type: 'application', version: '1.0.0' });
  await write(join(folder, 'values.yaml'), { note: 0 });
  const labels = {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': '{{ .Release.Name }}',
    'app.kubernetes.io/managed-by': '{{ .Release.Service }}',
  };
  const metadata = { name: '{{ .Release.Name }}', labels };
  const pod = {
    metadata: { labels },
    spec: { containers: [{ name: 'main', image: 'registry.invalid/none:1' }] },
  };
  await write(join(folder, 'templates', 'deployment.yaml'), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 0, selector: { matchLabels: labels }, template: pod },
  });
  await write(join(folder, 'templates', 'configmap.yaml'), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { note: '{{ .Values.note }}' },
  });
}

async function write(file: string, content: object): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, stringify(content));
}
