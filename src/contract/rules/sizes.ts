/**
 * How much a pod asks for, and how much of that its JVMs may take.
 *
 * @module
 */
import { bytesOf } from '../../kubernetes/api/quantity.js';
import { type Container, podsOf, type Rendered } from '../rendered.js';
import { type Rule, ofContainers } from './rule.js';

/** Everything together must fit on two cores. */
const largestCpuRequest = 0.05;

/** Of its limit of memory, what a container's JVMs are given; the rest is for their code, classes and threads. */
const largestHeapShare = 0.8;

/** A heap, and what a JVM may take beside it by its own choice. */
const jvmMemory = /-(?:Xmx|XX:MaxDirectMemorySize=)(\d+)([kmgt]?)/gi;

/** Of the profile `small`: little CPU is set aside, so that all components fit on a small machine. */
export const littleCpu: Rule = ({ objects }) =>
  podsOf(objects)
    .map(({ owner: object, spec }) => ({ object, requested: cpuOf(spec.containers ?? []) }))
    .filter(({ requested }) => requested > largestCpuRequest)
    .map(({ object, requested }) => ({
      message: `requests ${requested} cores; more than ${largestCpuRequest} leaves no room for the rest`,
      object,
    }));

/** What -Xmx and the like name in a container's command and environment leaves room in its limit of memory. */
export const heapsFit: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    ofContainers(pod, (container) => {
      const limit = container.resources?.limits?.['memory'];
      const given = jvmMemoryOf(container, objects);
      return [
        limit !== undefined &&
          given > bytesOf(limit) * largestHeapShare &&
          `its JVMs may take ${toMebibytes(given)}Mi of a limit of ${limit}`,
      ];
    }),
  );

function cpuOf(containers: readonly Container[]): number {
  return containers.reduce((sum, { resources }) => sum + coresOf(resources?.requests?.['cpu'] ?? '0'), 0);
}

function coresOf(quantity: string): number {
  const text = String(quantity);
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text);
}

function jvmMemoryOf(container: Container, objects: readonly Rendered[]): number {
  const texts = [
    ...(container.command ?? []),
    ...(container.args ?? []),
    ...(container.env ?? []).map(({ value = '' }) => value),
    ...(container.envFrom ?? []).flatMap(({ configMapRef }) => configurationOf(configMapRef?.name, objects)),
  ];
  return texts
    .flatMap((text) => [...text.matchAll(jvmMemory)])
    .reduce((sum, [, amount, unit = '']) => sum + Number(amount) * 1024 ** powerOf(unit), 0);
}

function configurationOf(name: string | undefined, objects: readonly Rendered[]): string[] {
  return objects
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)
    .flatMap(({ data }) => Object.values(data ?? {}));
}

/** 0 for no unit, 1 for k, 2 for m and so on. */
function powerOf(unit: string): number {
  return unit === '' ? 0 : 'kmgt'.indexOf(unit.toLowerCase()) + 1;
}

function toMebibytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
