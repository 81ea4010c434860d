/**
 * What activities act on.
 *
 * @module
 */
import type { Helm } from '../helm/helm.js';
import type { Cluster } from '../kubernetes/connect.js';

export interface ActivityDependencies {
  readonly helm: Helm;
  readonly kubernetes: Cluster;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly clock?: () => number;
  /** Milliseconds of a clock that nobody sets, for time-outs. Default: the system's monotonic clock. */
  readonly ticks?: () => number;
  /**
   * Milliseconds after Helm last wrote a pending release in which its owner is taken to be alive, where no lease
   * tells who that is: a person at a Helm of their own. Default 30 s.
   */
  readonly ownerPatience?: number;
}

/** The dependencies with every default filled in. */
export type ResolvedDependencies = Required<ActivityDependencies>;

/** Fills in the defaults. */
export function resolveDependencies(dependencies: ActivityDependencies): ResolvedDependencies {
  return { clock: Date.now, ticks: () => performance.now(), ownerPatience: 30_000, ...dependencies };
}
