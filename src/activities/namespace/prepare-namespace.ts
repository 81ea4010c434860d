/** @module */
import { diagnoseDeletion } from '../../kubernetes/diagnose/namespace.js';
import { FailureDetector } from '../../kubernetes/diagnose/failure-detector.js';
import { type Namespace, createNamespace, readNamespace, stackOf } from '../../kubernetes/api/namespaces.js';
import { Observer } from '../../kubernetes/api/watch.js';
import type { Attempt } from '../attempt.js';
import type { StackReference } from '../contract.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';

/** Makes the namespace unless it is there. One that somebody else made is used as it is, and never marked as ours. */
export async function prepareNamespace(
  { kubernetes: { rest }, ticks }: ResolvedDependencies,
  { stack, namespace }: StackReference,
  { signal, tell }: Attempt,
): Promise<void> {
  for (;;) {
    const found = await readNamespace(rest, namespace, signal);
    const owner = found && stackOf(found);
    if (found === undefined) {
      if (await createNamespace(rest, namespace, stack, signal)) return;
    } else if (found.status?.phase === 'Terminating') {
      await untilGone();
    } else if (owner !== undefined && owner !== stack) {
      throw nonRetryable({
        type: 'NamespaceTaken',
        message: `the namespace belongs to the stack ${owner}`,
        where: `Namespace ${namespace}`,
        next: 'give this stack another namespace in its stack file, or uninstall the other stack',
      });
    } else {
      return;
    }
  }

  async function untilGone(): Promise<void> {
    const source = { path: '/api/v1/namespaces', fieldSelector: `metadata.name=${namespace}` };
    const observer = await Observer.start(rest, { namespace: source }, signal);
    const detector = new FailureDetector();
    try {
      for (;;) {
        const { version } = observer;
        const [old] = observer.list<Namespace>('namespace');
        if (old?.status?.phase !== 'Terminating') return;
        const now = ticks();
        const findings = diagnoseDeletion(old);
        detector.update(findings, now);
        const found = detector.conclusive(now);
        if (found) throw nonRetryable(found.cause);
        tell({
          detail: findings[0]?.cause.message ?? `waiting until the old namespace ${namespace} is gone`,
        });
        await observer.changed(version, detector.due(now));
      }
    } finally {
      observer.close();
    }
  }
}
