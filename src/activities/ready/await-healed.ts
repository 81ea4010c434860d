/** @module */
import { manifestIfSeen } from '../../kubernetes/releases/applied-workloads.js';
import { assess } from '../../kubernetes/diagnose/release.js';
import { observeNamespace } from '../../kubernetes/releases/namespace-view.js';
import type { Attempt } from '../attempt.js';
import type { BecameReady, ReadyReference } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { OtherObjectsReady } from './other-objects-ready.js';

/** Milliseconds for which a release must be ready at every look: one that dies again and again is ready in between. */
const steady = 10_000;

/**
 * Watches a release that failed to get ready, for as long as nobody decides about it, until it is ready after all. Takes
 * no side: what is wrong was told.
 */
export async function awaitHealed(
  { kubernetes: { rest }, ticks }: ResolvedDependencies,
  { namespace, release, objects }: ReadyReference,
  { signal, tell }: Attempt,
): Promise<BecameReady> {
  const at = { namespace, release };
  const others = new OtherObjectsReady(rest, at, objects);
  const observer = await observeNamespace(rest, namespace, signal);
  let readySince: number | undefined;
  try {
    for (;;) {
      const { version } = observer;
      const view = observer.view();
      const { ready, waitingFor } = assess(view, release);
      const now = ticks();
      readySince = ready ? (readySince ?? now) : undefined;
      const left = readySince === undefined ? Infinity : readySince + steady - now;
      if (left <= 0) {
        const manifest = await manifestIfSeen(rest, at, view, signal);
        const unready = manifest === undefined ? undefined : await others.unready(manifest, signal);
        if (unready?.length === 0) return { pods: waitingFor };
      }
      tell({ detail: waitingFor });
      await observer.changed(version, Math.max(left, 500));
    }
  } finally {
    others.close();
    observer.close();
  }
}
