/** @module */
import { pathOf } from '../../kubernetes/api/discovery.js';
import { isKubernetesError, isQuota } from '../../kubernetes/api/errors.js';
import { type Claim, nameOf } from '../../kubernetes/api/objects.js';
import { Patch, type Rest } from '../../kubernetes/api/rest.js';
import { Observer } from '../../kubernetes/api/watch.js';
import { type SmallClaim, asks, isExpanded, isInfeasible } from '../../kubernetes/releases/claim-sizes.js';
import type { Attempt } from '../attempt.js';
import type { ResolvedDependencies } from '../dependencies.js';
import { nonRetryable } from '../failures.js';
import { ProgressDeadline } from '../ready/progress-deadline.js';
import { claimResource } from './claims.js';

/**
 * Asks for larger volumes, and waits for them.
 *
 * @throws ApplicationFailure `ClaimNotExpandable`, `QuotaExceeded` before any is touched, `ExpansionTimeout`; KubernetesError
 */
export async function expandClaims(
  { kubernetes: { rest }, ticks }: ResolvedDependencies,
  { small, timeout }: { readonly small: readonly SmallClaim[]; readonly timeout: number },
  { signal, tell }: Pick<Attempt, 'signal' | 'tell'>,
): Promise<void> {
  if (small.length === 0) return;
  const unasked = small.filter(({ claim, to }) => !asks(claim, to));
  for (const each of unasked) await ask(rest, each, { signal, dryRun: true });
  for (const each of unasked) await ask(rest, each, { signal, dryRun: false });
  const deadline = new ProgressDeadline({ timeout, ticks });
  const paths = [...new Set(small.map(({ claim }) => pathOf(claimResource, claim.metadata.namespace)))];
  const observer = await Observer.start(
    rest,
    Object.fromEntries(paths.map((path) => [path, { path }])),
    signal,
  );
  try {
    for (let fewest = small.length; ;) {
      const { version } = observer;
      const claims = paths.flatMap((path) => observer.list<Claim>(path));
      const now = new Map(claims.map((each) => [each.metadata.uid, each]));
      const left = small.flatMap(({ claim, to }) => {
        const found = now.get(claim.metadata.uid);
        return found && !isExpanded(found, to) ? [{ claim: found, to }] : [];
      });
      const [first] = left;
      if (!first) return;
      const infeasible = left.find(({ claim, to }) => asks(claim, to) && isInfeasible(claim));
      if (infeasible) throw notExpanded(infeasible, 'what expands it has given up');
      if (left.length < fewest) deadline.advanced();
      fewest = Math.min(fewest, left.length);
      if (deadline.isOver) throw notExpanded(first, `after ${deadline.described}`);
      const more = left.length > 1 ? `, and ${left.length - 1} more` : '';
      tell({ detail: `waiting until the claim ${first.claim.metadata.name} has ${first.to}${more}` });
      await observer.changed(version, deadline.left);
    }
  } finally {
    observer.close();
  }
}

async function ask(
  rest: Rest,
  { claim, to }: SmallClaim,
  { signal, dryRun }: { readonly signal: AbortSignal; readonly dryRun: boolean },
): Promise<void> {
  try {
    await rest.json({
      method: 'PATCH',
      path: pathOf(claimResource, claim.metadata.namespace, claim.metadata.name),
      ...(dryRun ? { query: { dryRun: 'All' } } : {}),
      contentType: Patch.merge,
      body: { spec: { resources: { requests: { storage: to } } } },
      signal,
    });
  } catch (error) {
    const where = nameOf('PersistentVolumeClaim', claim.metadata);
    if (isQuota(error)) {
      throw nonRetryable({
        type: 'QuotaExceeded',
        message: `a quota has no room for ${to}: ${error.message}`,
        where,
        next: 'raise the quota of the namespace, or set the size back in the stack file',
      });
    }
    if (isKubernetesError(error, 'forbidden') && / can be (resized|expanded)/.test(error.message)) {
      throw nonRetryable({
        type: 'ClaimNotExpandable',
        message: `it cannot get ${to}: ${error.message}`,
        where,
        next: 'set the size back in the stack file, or give the claim a StorageClass that lets volumes be expanded',
      });
    }
    throw error;
  }
}

function notExpanded({ claim, to }: SmallClaim, when: string): Error {
  const { capacity, conditions = [] } = claim.status ?? {};
  return nonRetryable({
    type: 'ExpansionTimeout',
    message: `its volume has ${capacity?.storage ?? 'no size'} instead of ${to}, ${when}`,
    where: nameOf('PersistentVolumeClaim', claim.metadata),
    details: conditions.flatMap(({ type, message }) => (message ? [`${type}: ${message}`] : [])),
    next: `read the events of the claim, and the log of what expands volumes of the StorageClass ${claim.spec?.storageClassName}`,
  });
}
