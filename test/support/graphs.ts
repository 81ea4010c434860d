/**
 * Stacks of any size, of components like those of the default stack.
 *
 * @module
 */
import type { Plan, PlannedComponent } from '../../src/stack/plan/plan-types.js';
import { plan, plannedComponent } from './plans.js';

/** Bytes of values: the largest component of the default stack has as many. */
const bytesOfValues = 2_000;

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Levels that stand on each other; a component needs three of the level below its own, the last one proves the top together. */
export function layeredPlan(size: number, levels = 8): Plan {
  const width = Math.max(1, Math.ceil((size - 1) / levels));
  const needsOf = (index: number): string[] => {
    if (index === size - 1) return range(Math.max(0, index - width), index).map(nameOf);
    const level = Math.floor(index / width);
    if (level === 0) return [];
    const below = [0, 1, 2].map((step) => (level - 1) * width + ((index + step) % width));
    return [...new Set(below)].map(nameOf);
  };
  return ofNeeds(size, needsOf);
}

/** All stand on the first and on nothing else, so that all start at the same moment. */
export function widePlan(size: number): Plan {
  return ofNeeds(size, (index) => (index === 0 ? [] : [nameOf(0)]));
}

function ofNeeds(size: number, needsOf: (index: number) => string[]): Plan {
  const components = range(0, size).map((index) => component(nameOf(index), needsOf(index)));
  return plan({}, { components, digest });
}

function component(name: string, needs: string[]): PlannedComponent {
  return plannedComponent(name, {
    needs,
    chart: `/srv/bigdata/components/${name}/chart`,
    values: { config: 'x'.repeat(bytesOfValues) },
    digest,
    dependenciesDigest: digest,
    endpoints: [{ name: 'http', service: name, port: 80, protocol: 'http', usage: 'its web page' }],
    data: { claims: `app.kubernetes.io/instance=${name}` },
  });
}

function nameOf(index: number): string {
  return `component-${String(index).padStart(3, '0')}`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
