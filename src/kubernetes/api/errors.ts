/**
 * What can go wrong between us and an API server, sorted by what one can do about it.
 *
 * @module
 */
import { errorText } from '../../util/error-text.js';

/** Kinds of failure, constant for programs. */
export type KubernetesErrorKind =
  | 'unreachable' // no answer: refused, time-out, name not resolved
  | 'untrusted' // TLS: wrong CA, wrong name, expired
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'conflict' // somebody else changed or made it first
  | 'invalid' // refused by validation
  | 'gone' // the resource version is too old: list again
  | 'server'; // 429 and 5xx: worth another try

/** The part of a `Status` object that is read. */
interface StatusBody {
  readonly message?: string;
  readonly reason?: string;
}

/** A request to the API server that failed. */
export class KubernetesError extends Error {
  readonly kind: KubernetesErrorKind;
  /** HTTP status, absent where no answer came. */
  readonly status: number | undefined;

  constructor(
    kind: KubernetesErrorKind,
    message: string,
    options: { status?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'KubernetesError';
    this.kind = kind;
    this.status = options.status;
  }
}

/** An API server that started a moment ago answers 403 with this, until its admission plugins know the cluster. */
export const notYetReady = /not yet ready to handle request/i;

const kindOfStatus: Readonly<Record<number, KubernetesErrorKind>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  405: 'invalid',
  409: 'conflict',
  410: 'gone',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
};

/** Error for an answer outside 2xx; the body is a `Status` object, or any text where a proxy answered. */
export function errorOfAnswer(what: string, status: number, body: string): KubernetesError {
  const parsed = parseStatus(body);
  const message = parsed?.message ?? (body.trim().slice(0, 200) || `HTTP ${status}`);
  const kind = notYetReady.test(message) ? 'server' : (kindOfStatus[status] ?? 'server');
  return new KubernetesError(kind, `${what}: ${message}`, { status });
}

function parseStatus(body: string): StatusBody | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Error for a request that got no answer; an abort by the caller's signal is not one: it is passed through. */
export function errorOfConnection(what: string, error: unknown): KubernetesError {
  const code = codeOf(error);
  const untrusted = code !== undefined && /CERT|SIGNATURE|ERR_TLS|SELF_SIGNED|ERR_SSL/.test(code);
  const text = errorText(error);
  return new KubernetesError(untrusted ? 'untrusted' : 'unreachable', `${what}: ${text || code}`, {
    cause: error,
  });
}

/** Node's error code, also where it hides in `cause` or in the parts of an AggregateError. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}

/** True if a ResourceQuota had no room for what was to be made. */
export function isQuota(error: unknown): error is KubernetesError {
  return isKubernetesError(error, 'forbidden') && /exceeded quota/i.test(error.message);
}

/** True for an error of one of these kinds. */
export function isKubernetesError(error: unknown, ...kinds: KubernetesErrorKind[]): error is KubernetesError {
  return error instanceof KubernetesError && (kinds.length === 0 || kinds.includes(error.kind));
}

/**
 * The answer to a question that this user need not be allowed to ask; undefined if he is not.
 *
 * @throws what it throws otherwise
 */
export async function unlessForbidden<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
  return await unless('forbidden', question);
}

/**
 * The answer about an object that need not be there; undefined if it is not.
 *
 * @throws what the question throws otherwise
 */
export async function unlessAbsent<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
  return await unless('notFound', question);
}

async function unless<Answer>(
  kind: KubernetesErrorKind,
  question: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await question();
  } catch (error) {
    if (isKubernetesError(error, kind)) return undefined;
    throw error;
  }
}
