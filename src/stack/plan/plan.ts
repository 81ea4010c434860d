/**
 * Making the plan of a stack for a target.
 *
 * @module
 */
import type { LoadedComponent } from '../files/component-folder.js';
import { digestComponent, digestFolder, digestJson } from './digest.js';
import { type Issue, IssueCollector, StackFileError } from '../files/document/issue.js';
import { topologicalOrder } from './graph.js';
import type { Stack, StackComponent } from '../files/load-stack.js';
import { refuseLargePlan } from './plan-limits.js';
import type { ImageReference, Plan, PlannedComponent } from './plan-types.js';
import { type Outputs, outputsOf } from './values/outputs.js';
import { type PlanTarget, resolveValues } from './values/resolve.js';

export { listComponents, loadComponentFolder } from '../files/component-folder.js';
export type { KnownComponent, LoadedComponent } from '../files/component-folder.js';
export { loadStack } from '../files/load-stack.js';
export type { LoadStackOptions, Stack, StackComponent } from '../files/load-stack.js';
export { overrideValues } from './override-values.js';
export { StackFileError } from '../files/document/issue.js';
export type { Issue } from '../files/document/issue.js';
export type { PlanTarget } from './values/resolve.js';

/** Components of which it is known that their charts take their values, by digest. */
export interface KnownValid {
  has(digest: string): boolean;
  add(digest: string): void;
}

/** What planning asks of other parts of the program. */
export interface PlanOptions {
  /** Default: nothing is known. */
  readonly known?: KnownValid;
  /**
   * Repository and tag of the image that a component's image folder gives, without building it; `undefined` if it
   * has none. Not called for a component whose image the stack file replaces.
   */
  readonly imageReference: (component: LoadedComponent) => Promise<ImageReference | undefined>;
}

/**
 * What an operation on the stack will do.
 *
 * @throws {@link StackFileError} with every value that a chart refuses, and every image that the target cannot have.
 */
export async function makePlan(stack: Stack, target: PlanTarget, options: PlanOptions): Promise<Plan> {
  const issues = new IssueCollector();
  issues.add(...findRegistryIssues(stack, target));
  const planned: PlannedComponent[] = [];
  const outputs = new Map<string, Outputs>();
  for (const stackComponent of inOrder(stack.components)) {
    const component = await issues.attempt(() =>
      planComponent(stack, stackComponent, target, options, outputs),
    );
    if (component !== undefined) {
      planned.push(component);
      const { definition } = stackComponent.component;
      outputs.set(component.name, outputsOf(definition, component.values, stack.namespace));
    }
  }
  issues.throwIfAny();
  const components = withDependenciesDigests(planned);
  const plan = planOf(stack, components);
  refuseLargePlan(plan, stack.source);
  return plan;
}

/** Images that are built here must be where the cluster can pull them from. */
function findRegistryIssues({ source, registry, components }: Stack, { kind }: PlanTarget): Issue[] {
  if (kind !== 'cluster' || registry !== undefined) return [];
  const built = components.filter(({ component, entry }) => component.image && entry.image === undefined);
  if (built.length === 0) return [];
  const names = built.map(({ component }) => component.name).join(', ');
  const message = `no registry is named from which the cluster can pull the images that are built here: ${names}`;
  const hint =
    'add `images: { registry: … }` and run `bigdata images push`, or name an `image` for each of them';
  return [source.issueAtKey(['images', 'registry'], message, hint)];
}

/** Each after what it needs. */
function inOrder(components: readonly StackComponent[]): StackComponent[] {
  const named = new Map(components.map((each) => [each.component.name, each]));
  const order = topologicalOrder(new Map([...named].map(([name, { needs }]) => [name, needs])));
  return order.flatMap((name) => named.get(name) ?? []);
}

/** A plan in which the stack has no component: to remove it is to remove all that the cluster remembers of it. */
export function emptyPlan(identity: Pick<Stack, 'name' | 'namespace' | 'profile'>): Plan {
  return planOf(identity, []);
}

/** A plan of these components, which are in order. */
export function planOf(
  { name, namespace, profile }: Pick<Stack, 'name' | 'namespace' | 'profile'>,
  components: readonly PlannedComponent[],
): Plan {
  const digest = digestJson({
    stack: name,
    namespace,
    components: Object.fromEntries(components.map((component) => [component.name, component.digest])),
  });
  return { stack: name, namespace, profile, digest, components };
}

/** The components with their dependencies’ digests. Expects each after what it needs. */
export function withDependenciesDigests(components: readonly PlannedComponent[]): PlannedComponent[] {
  const done = new Map<string, PlannedComponent>();
  return components.map((component) => {
    const complete = { ...component, dependenciesDigest: dependenciesDigestOf(component.needs, done) };
    done.set(component.name, complete);
    return complete;
  });
}

/**
 * The digest of a component’s dependencies.
 *
 * @param there each dependency as planned, or as proven
 */
export function dependenciesDigestOf(
  needs: readonly string[],
  there: ReadonlyMap<string, Pick<PlannedComponent, 'digest' | 'dependenciesDigest'>>,
): string {
  const identities = needs.map((need) => {
    const { digest, dependenciesDigest } = there.get(need) ?? {};
    if (digest === undefined) return [need, ''] as const;
    return [
      need,
      digestJson({ digest, ...(dependenciesDigest === undefined ? {} : { dependenciesDigest }) }),
    ] as const;
  });
  return digestJson(Object.fromEntries(identities));
}

async function planComponent(
  stack: Stack,
  stackComponent: StackComponent,
  target: PlanTarget,
  options: PlanOptions,
  outputs: ReadonlyMap<string, Outputs>,
): Promise<PlannedComponent> {
  const { component, entry, needs } = stackComponent;
  const { name, chart, definition } = component;
  const image = await findImage(stackComponent, options);
  const { values, origins } = resolveValues(stackComponent, stack.source, target, image, outputs);
  const digest = digestComponent({ chart: digestFolder(chart), values, image });
  if (options.known?.has(digest) !== true) {
    // Only now: the validator takes as long to load as all else of planning.
    const { findValueIssues } = await import('./values/validate.js');
    const place = { source: component.source, path: ['chart'] };
    const issues = await findValueIssues(chart, values, origins, place);
    if (issues.length > 0) throw new StackFileError(issues);
    options.known?.add(digest);
  }
  return {
    name,
    summary: definition.summary,
    version: definition.version,
    release: name,
    needs,
    chart,
    values,
    ...(image !== undefined && { image }),
    digest,
    timeouts: {
      ready: entry.timeouts?.ready ?? definition.timeouts.ready,
      check: entry.timeouts?.check ?? definition.timeouts.check,
      remove: entry.timeouts?.remove ?? definition.timeouts.remove,
    },
    checks: definition.checks,
    ...(definition.sentinel !== undefined && { sentinel: definition.sentinel }),
    endpoints: definition.endpoints,
    ...(definition.rotation !== undefined && { rotation: definition.rotation }),
    data: definition.data,
    ...(definition.changes !== undefined && { changes: definition.changes }),
    ...(definition.ready !== undefined && { ready: definition.ready }),
  };
}

async function findImage(
  { component, entry }: StackComponent,
  { imageReference }: PlanOptions,
): Promise<ImageReference | undefined> {
  if (entry.image !== undefined) {
    return entry.image;
  }
  if (component.image === undefined) {
    return undefined;
  }
  return imageReference(component);
}
