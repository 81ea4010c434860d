/**
 * Plans for tests of what comes after planning.
 *
 * @module
 */
import type { Plan, PlannedComponent } from '../../src/stack/plan/plan-types.js';

/** A component with one check. */
export function plannedComponent(name: string, change: Partial<PlannedComponent> = {}): PlannedComponent {
  return {
    name,
    summary: `the ${name} of the test`,
    version: '1.0.0',
    release: name,
    needs: [],
    chart: `/charts/${name}`,
    values: {},
    digest: `sha256:${name}`,
    timeouts: { ready: 60_000, check: 60_000, remove: 60_000 },
    checks: [{ name: 'works', pods: [`${name}-works`], proves: `${name} works`, disruptive: false }],
    endpoints: [],
    data: {},
    ...change,
  };
}

/** A plan of components by name and needs, which must stand in topological order. */
export function plan(graph: Readonly<Record<string, readonly string[]>>, change: Partial<Plan> = {}): Plan {
  return {
    stack: 'demo',
    namespace: 'demo',
    digest: 'sha256:plan',
    components: Object.entries(graph).map(([name, needs]) => plannedComponent(name, { needs })),
    ...change,
  };
}

/** The walking skeleton: volumes, then minio and zookeeper, then kafka. */
export const skeleton = {
  volumes: [],
  minio: ['volumes'],
  zookeeper: ['volumes'],
  kafka: ['zookeeper'],
} as const;
