/**
 * The last lines of a container's log, for people.
 *
 * @module
 */
import { isKubernetesError } from './errors.js';
import type { Rest } from './rest.js';
import { readSecretValues } from '../secrets/read.js';
import { makeRedactor } from '../../redaction/redactor.js';

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  /** Default: the pod's only container. */
  readonly container?: string;
  /** Log of the instance before the last restart. */
  readonly previous?: boolean;
  /** At most so many lines. */
  readonly lines: number;
  readonly signal?: AbortSignal;
}

/** Characters of a line that are kept. */
const longestLine = 400;

/**
 * Last lines without secrets, oldest first; empty where there is no log (any more).
 *
 * @throws KubernetesError for other failures
 */
export async function lastLogLines(rest: Rest, request: LogRequest): Promise<string[]> {
  try {
    const [raw, values] = await Promise.all([
      rawLog(rest, request),
      readSecretValues(rest, request.namespace, request.signal),
    ]);
    const text = makeRedactor(values).text(raw);
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.slice(-request.lines).map((line) => line.slice(0, longestLine));
  } catch (error) {
    if (isKubernetesError(error, 'notFound', 'invalid')) return [];
    throw error;
  }
}

/** The log's last lines as they are: for programs, never for history or screen. @throws KubernetesError */
export async function rawLog(rest: Rest, request: LogRequest): Promise<string> {
  return await rest.text({
    path: `/api/v1/namespaces/${request.namespace}/pods/${request.pod}/log`,
    query: {
      container: request.container,
      previous: request.previous === true ? true : undefined,
      tailLines: request.lines,
      limitBytes: 1_000_000,
    },
    ...(request.signal ? { signal: request.signal } : {}),
  });
}
