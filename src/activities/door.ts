/**
 * The one door by which what activities say gets into histories and onto screens: without secrets of their namespace.
 *
 * @module
 */
import { log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { sharedLook } from '../kubernetes/api/coalesced.js';
import { perRest } from '../kubernetes/api/per-rest.js';
import type { Rest } from '../kubernetes/api/rest.js';
import { readSecretValues } from '../kubernetes/secrets/read.js';
import { holdsText } from '../redaction/object.js';
import { type Redactor, type SecretValue, makeRedactor } from '../redaction/redactor.js';
import type { ResolvedDependencies } from './dependencies.js';

/** Milliseconds for which heartbeats are redacted by what was known before. */
const validity = 10_000;

const sharedValues = sharedLook(readSecretValues);

interface Known {
  readonly values: readonly SecretValue[];
  readonly redactor: Redactor;
  /** By a clock that nobody sets. */
  readonly at: number;
}

/** The last known of each namespace. */
const known = perRest<Known>();

/** Redacts what one activity says. */
export class Door {
  readonly #rest: Rest;
  readonly #namespace: string;
  readonly #dependencies: Pick<ResolvedDependencies, 'secrets' | 'ticks'>;

  constructor(
    { kubernetes, secrets, ticks }: Pick<ResolvedDependencies, 'kubernetes' | 'secrets' | 'ticks'>,
    namespace: string,
  ) {
    this.#rest = kubernetes.rest;
    this.#namespace = namespace;
    this.#dependencies = { secrets, ticks };
  }

  /** A result; what holds nothing but names passes as it is. */
  async result<T>(result: T): Promise<T> {
    return holdsText(result) ? (await this.#redactor(0)).object(result) : result;
  }

  /** What a heartbeat says; soon after another one by what was known then. */
  async heartbeat<T extends object>(heartbeat: T): Promise<T> {
    return holdsText(heartbeat) ? (await this.#redactor(validity)).object(heartbeat) : heartbeat;
  }

  /** A failure with its causes; what is no failure of ours passes as it is. */
  async failure(error: unknown): Promise<unknown> {
    if (!(error instanceof ApplicationFailure)) return error;
    const redactor = await this.#redactor(0);
    const { type, message, nonRetryable, details, nextRetryDelay } = error;
    return ApplicationFailure.create({
      message: redactor.text(message),
      ...(type === undefined || type === null ? {} : { type }),
      nonRetryable: nonRetryable ?? false,
      details: (details ?? []).map((detail) => redactor.object(detail)),
      ...(nextRetryDelay === undefined || nextRetryDelay === null ? {} : { nextRetryDelay }),
    });
  }

  /** By the Secrets that are there now; where they cannot be read, by those that were there last. */
  async #redactor(age: number): Promise<Redactor> {
    const ofRest = known(this.#rest);
    const last = ofRest.get(this.#namespace);
    const now = this.#dependencies.ticks();
    if (last && now - last.at < age) return last.redactor;
    try {
      const values = await sharedValues(this.#rest, this.#namespace);
      const redactor = last && isSame(last.values, values) ? last.redactor : this.#redactorOf(values);
      ofRest.set(this.#namespace, { values, redactor, at: now });
      return redactor;
    } catch (error) {
      log.warn('the Secrets cannot be read, so their values are not looked for anew', {
        error: makeRedactor([]).text(String(error)),
      });
      return last?.redactor ?? this.#redactorOf([]);
    }
  }

  #redactorOf(values: readonly SecretValue[]): Redactor {
    return makeRedactor([...this.#dependencies.secrets, ...values]);
  }
}

function isSame(some: readonly SecretValue[], others: readonly SecretValue[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index];
      return (
        other !== undefined &&
        one.secret === other.secret &&
        one.key === other.key &&
        one.bytes.equals(other.bytes)
      );
    })
  );
}
