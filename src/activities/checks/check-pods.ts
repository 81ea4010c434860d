/**
 * The pods of a check, by the manifests of the release's test hooks.
 *
 * They are run here and not by `helm test --filter`, of which Helm 4.1 was seen to wait until the time-out for a pod that
 * has failed, and, when killed on the way, to leave a release that has lost all hooks but the chosen ones: the next
 * check would pass without having run. Plain `helm test` runs the same pods.
 *
 * @module
 */
import { parseAllDocuments } from 'yaml';
import { hookAnnotation } from '../../kubernetes/releases/ownership.js';
import type { Metadata, Pod } from '../../kubernetes/api/objects.js';
import { Label } from '../../kubernetes/releases/releases.js';
import type { PlannedCheck } from '../../stack/plan/plan-types.js';
import { nonRetryable } from '../failures.js';

/** A pod as it is written in a chart. */
export type PodManifest = Pod & { readonly metadata: Metadata };

export interface CheckPodsOptions {
  readonly check: PlannedCheck;
  readonly stack: string;
  /** Milliseconds after which a pod is ended by its kubelet, should nobody be there any more to do so. */
  readonly limit: number;
}

/** Seconds that a pod gets beyond the longest that its check is waited for, so that the check's own word comes first. */
const graceSeconds = 60;

/**
 * The pods of the check in the order in which they run, marked as the stack's. How long they may take is for
 * `timeouts.check` to say, not for a deadline of theirs.
 *
 * @param hooks YAML documents of all hooks of the release
 * @throws ApplicationFailure `CheckMissing`, non-retryable, if the release has no test hook of such a name
 */
export function checkPods(hooks: string, { check, stack, limit }: CheckPodsOptions): PodManifest[] {
  const activeDeadlineSeconds = Math.ceil(limit / 1_000) + graceSeconds;
  const documents = parseAllDocuments(hooks).map(
    (document) => document.toJS() as Partial<PodManifest> | null,
  );
  return check.pods.map((name) => {
    const found = documents.find(
      (each) => each?.kind === 'Pod' && each.metadata?.name === name && isTest(each.metadata),
    );
    if (!found?.metadata) {
      throw nonRetryable({
        type: 'CheckMissing',
        message: `the check ${check.name} names the pod ${name}, but the chart has no such test hook`,
        next: 'correct `checks` or `sentinel` in its component.yaml, or the hook in its chart; if an interrupted `helm test --filter` lost it, run `bigdata up`',
      });
    }
    const labels = { ...found.metadata.labels, [Label.stack]: stack };
    return {
      ...found,
      metadata: { ...found.metadata, labels },
      spec: { ...found.spec, activeDeadlineSeconds },
    };
  });
}

function isTest({ annotations }: Metadata): boolean {
  const events = annotations?.[hookAnnotation]?.split(',').map((event) => event.trim()) ?? [];
  return events.includes('test') || events.includes('test-success');
}
