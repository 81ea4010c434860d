/**
 * What activities act on.
 *
 * @module
 */
import type { Helm } from '../helm/helm.js';
import type { SecretValue } from '../redaction/redactor.js';
import type { Cluster } from '../kubernetes/api/connect.js';

export interface ActivityDependencies {
  readonly helm: Helm;
  readonly kubernetes: Cluster;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly clock?: () => number;
  /** Milliseconds of a clock that nobody sets, for time-outs. Default: the system's monotonic clock. */
  readonly ticks?: () => number;
  /** Secrets of this process, which activities must not tell, e.g. of its kubeconfig. Default: none. */
  readonly secrets?: readonly SecretValue[];
  /**
   * Milliseconds after Helm last wrote a pending release in which its owner is taken to be alive, where no lease
   * tells who that is: a person at a Helm of their own. It writes when it begins, and then not before its hooks and its
   * `--wait` are over, which have 5 min each unless it was told otherwise. Default 15 min.
   */
  readonly ownerPatience?: number;
}

/** The dependencies with every default filled in. */
export type ResolvedDependencies = Required<ActivityDependencies>;

/** Fills in the defaults. */
export function resolveDependencies(dependencies: ActivityDependencies): ResolvedDependencies {
  return {
    clock: Date.now,
    ticks: () => performance.now(),
    ownerPatience: 15 * 60_000,
    secrets: [],
    ...dependencies,
  };
}
