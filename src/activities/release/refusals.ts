/**
 * Refusals of an API server that has just started: until it has read the roles it refuses everything to everybody but
 * `system:masters`, in the same words in which it refuses for good.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import { HelmError } from '../../helm/errors.js';
import { isKubernetesError } from '../../kubernetes/api/errors.js';

/** Milliseconds before each further try: an API server knows its roles within seconds. */
const pauses: readonly number[] = [1_000, 3_000, 6_000];

export interface Patience {
  readonly signal: AbortSignal;
  /** Says why nothing happens. */
  tell(detail: string): void;
}

/**
 * Does the work, again after a while where it was refused for want of a role, until the refusal must be meant.
 *
 * @param work fine to be done twice
 * @throws whatever the last try threw; an AbortError once the signal is aborted
 */
export async function withPatience<T>(
  work: () => Promise<T>,
  { signal, tell }: Patience,
  waits: readonly number[] = pauses,
): Promise<T> {
  for (const wait of waits) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isRefusal(error)) throw error;
      tell(`${error.message}; asking again, for an API server that has just started knows no roles yet`);
    }
    await pause(wait, undefined, { signal });
  }
  return await work();
}

/** RBAC's words; what admission forbids stays forbidden. */
function isRefusal(error: unknown): error is Error {
  const forbidden =
    isKubernetesError(error, 'forbidden') || (error instanceof HelmError && error.kind === 'forbidden');
  return forbidden && /cannot \w+ (resource|path) /.test(error.message);
}
