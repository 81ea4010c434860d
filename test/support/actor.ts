/**
 * The actor: an image and a chart for pods that do what a test wants.
 *
 * @module
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Paths } from '../../src/paths.js';
import { digestFolder, digestJson } from '../../src/stack/plan/digest.js';
import type { PlannedComponent, Values } from '../../src/stack/plan/plan-types.js';
import { ensureGoImage, packGoImage } from './go-image.js';
import { plannedComponent } from './plans.js';

const actor = { module: join(import.meta.dirname, '..', 'fixtures', 'actor'), name: 'actor' };

/** The chart's folder. */
export const actorChart = join(import.meta.dirname, '..', 'fixtures', 'charts', 'actor');

/** Builds the image and loads it into the local node unless it is there; gives its reference. */
export async function ensureActorImage(paths: Paths): Promise<string> {
  return await ensureGoImage(paths, actor);
}

/** Builds the actor and packs it as an OCI archive. */
export async function packActor(reference: string, archive: string): Promise<void> {
  await packGoImage(actor, reference, archive);
}

/** A component whose chart is the actor's, planned as the real ones are. */
export async function actorComponent(
  name: string,
  image: string,
  values: Values = {},
  change: Partial<PlannedComponent> = {},
): Promise<PlannedComponent> {
  const all = { image, ...values };
  return plannedComponent(name, {
    chart: actorChart,
    values: all,
    digest: await actorDigest(actorChart, all),
    checks: [],
    data: { claims: `app.kubernetes.io/instance=${name}` },
    ...change,
  });
}

/** Digest of a component whose chart is the actor's, or a copy of it. */
export async function actorDigest(chart: string, values: Values): Promise<string> {
  return digestJson({ chart: digestFolder(chart), values, image: null });
}

/** Says of such a component that its claims are bound by the volumes of its own stack. */
export const onVolumes = [{ component: 'volumes', present: { storageClass: '{{volumes.storageClass}}' } }];

/** Writes the folder of a component whose chart is the actor's, and whose check is the test `works` of its values. */
export async function writeActorFolder(
  folder: string,
  name: string,
  change: {
    readonly needs?: readonly string[];
    readonly optionalNeeds?: readonly object[];
    readonly sentinel?: PlannedComponent['sentinel'];
  } = {},
): Promise<void> {
  const target = join(folder, 'components', name);
  await mkdir(target, { recursive: true });
  await cp(actorChart, join(target, 'chart'), { recursive: true });
  const component = {
    name,
    summary: `the ${name} of a test`,
    version: '1.0.0',
    timeouts: { ready: '3m', check: '3m', remove: '3m' },
    checks: [{ name: 'works', pods: [`${name}-works`], proves: 'it works' }],
    data: { claims: `app.kubernetes.io/instance=${name}` },
    ...change,
  };
  await writeFile(join(target, 'component.yaml'), stringify(component));
}

/** A sentinel of a component whose chart is the actor's: a file on its volume, seen to by {@link sentinelTests}. */
export function actorSentinel(name: string): NonNullable<PlannedComponent['sentinel']> {
  return {
    records: '1 file on its volume',
    write: `${name}-sentinel-write`,
    read: `${name}-sentinel-read`,
    remove: `${name}-sentinel-remove`,
  };
}

/** Tests of the values of a component with an {@link actorSentinel}. */
export const sentinelTests = [
  { name: 'sentinel-write', claim: true, args: ['touch', '/data/sentinel'] },
  { name: 'sentinel-read', claim: true, args: ['exists', '/data/sentinel', 'print', '{"records":1}'] },
  { name: 'sentinel-remove', claim: true, args: ['remove', '/data/sentinel'] },
];
