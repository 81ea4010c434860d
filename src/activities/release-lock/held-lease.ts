/**
 * A lease that this worker holds.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '@temporalio/activity';
import {
  type Lease,
  deleteLease,
  microTime,
  readLease,
  writeLease,
} from '../../kubernetes/releases/leases.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { retryable } from '../failures.js';
import { type Intent, type Holder, holderAnnotation, holderOf } from './holder.js';
import { errorText } from '../../util/error-text.js';

/** Seconds without a renewal after which others may take the lease. */
export const leaseSeconds = 10;

/** Milliseconds between renewals. */
const renewInterval = 2_000;

/**
 * Milliseconds after the last renewal at which the holder gives up by itself and kills its Helm: long before others
 * may take the lease, whose clocks and whose look at the lease may be off by seconds.
 */
const patience = 7_000;

/** Milliseconds for one renewal: a busy API server may be slow, and the deadline still holds. */
const renewTimeout = 4_000;

/** Milliseconds for giving the lease back, also after a cancellation. */
const returnTimeout = 5_000;

/** Keeps a lease until {@link end}, or tells by {@link lost} that it could not. */
export class HeldLease {
  readonly #rest: Rest;
  readonly #namespace: string;
  #lease: Lease;
  #holder: Holder;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  /** By this machine's monotonic clock. */
  #until = 0;
  #deadline: NodeJS.Timeout;
  #queue: Promise<void> = Promise.resolve();
  #trouble = 'it did not answer in time';
  readonly #renewing: Promise<void>;

  /** @param since when the lease was last written, by this machine's monotonic clock */
  constructor(rest: Rest, namespace: string, lease: Lease, holder: Holder, since: number) {
    this.#rest = rest;
    this.#namespace = namespace;
    this.#lease = lease;
    this.#holder = holder;
    this.#deadline = this.#deadlineAfter(since);
    this.#renewing = this.#renewUntilEnd();
  }

  /** Aborted with an ApplicationFailure `LeaseLost`, retryable: somebody else may act on the release soon. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Milliseconds from now after which it counts as lost if it is not renewed. */
  heldFor(): number {
    return this.#lost.signal.aborted ? 0 : Math.max(0, this.#until - performance.now());
  }

  /** Records that Helm is called next. @throws KubernetesError, or the failure of {@link lost} */
  async recordIntent(intent: Intent): Promise<void> {
    this.#holder = { ...this.#holder, intent };
    await this.#write();
    this.lost.throwIfAborted();
  }

  /** Gives the lease back. One that cannot be given back runs out. */
  async end(): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#deadline);
    await this.#renewing;
    await this.#queue;
    if (this.lost.aborted) return;
    try {
      await deleteLease(this.#rest, this.#namespace, this.#lease, AbortSignal.timeout(returnTimeout));
    } catch (error) {
      log.warn('a lease could not be given back; it runs out', {
        lease: this.#lease.metadata.name,
        error: String(error),
      });
    }
  }

  async #renewUntilEnd(): Promise<void> {
    const { signal } = this.#ended;
    while (await slept(renewInterval, signal)) {
      if (this.lost.aborted) return;
      try {
        await this.#write();
      } catch (error) {
        // The deadline decides for how long this may be so, and says what the trouble was.
        this.#trouble = errorText(error);
      }
    }
  }

  /** One write after the other: each needs the version that the one before made. */
  #write(): Promise<void> {
    const written = this.#queue.then(() => this.#writeOnce());
    this.#queue = written.catch(() => {});
    return written;
  }

  async #writeOnce(): Promise<void> {
    const since = performance.now();
    const { metadata, spec } = this.#lease;
    const annotations = { ...metadata.annotations, [holderAnnotation]: JSON.stringify(this.#holder) };
    const renewed: Lease = {
      metadata: { ...metadata, annotations },
      spec: { ...spec, renewTime: microTime(this.#rest.serverTime()) },
    };
    const { lease } = await writeLease(this.#rest, this.#namespace, renewed, { timeout: renewTimeout });
    if (lease) {
      this.#lease = lease;
      clearTimeout(this.#deadline);
      this.#deadline = this.#deadlineAfter(since);
      return;
    }
    const now = await readLease(
      this.#rest,
      this.#namespace,
      metadata.name,
      AbortSignal.timeout(renewTimeout),
    );
    // Somebody labelled it, or the answer to our own last write was lost: the next renewal starts from there.
    if (now && holderOf(now)?.token === this.#holder.token) this.#lease = now;
    else this.#lose(now ? `${now.spec?.holderIdentity} has taken it` : 'somebody has deleted it');
  }

  #deadlineAfter(since: number): NodeJS.Timeout {
    this.#until = since + patience;
    return setTimeout(
      () => this.#lose(`it could not be renewed for ${patience / 1_000} s (${this.#trouble})`),
      this.heldFor(),
    );
  }

  #lose(why: string): void {
    if (this.#ended.signal.aborted || this.lost.aborted) return;
    this.#lost.abort(
      retryable({
        type: 'LeaseLost',
        message: `the lease was lost: ${why}; Helm was stopped before another worker could start`,
        where: `Lease ${this.#namespace}/${this.#lease.metadata.name}`,
        next: 'make sure that the API server is healthy, then run the command again',
      }),
    );
  }
}

/** False if it was woken up. */
async function slept(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(milliseconds, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
