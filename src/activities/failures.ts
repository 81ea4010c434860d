/**
 * Errors as failures that Temporal understands: constant types, retryable or not, with a cause for people.
 *
 * @module
 */
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { HelmError, type HelmErrorKind, templateIn } from '../helm/errors.js';
import { KubernetesError, type KubernetesErrorKind } from '../kubernetes/api/errors.js';
import { shorten } from '../util/shorten.js';
import type { CauseType } from '../stack/operation/causes.js';
import type { Cause } from '../stack/operation/operation-types.js';
import { errorText } from '../util/error-text.js';

/** Characters of a message: an API server or a program may say any number of them. */
const longestMessage = 2_000;

/** Characters of one of its details. */
const longestDetail = 500;

/** A failure that the same attempt would only repeat. */
export function nonRetryable(cause: Cause): ApplicationFailure {
  return failure(cause, true);
}

/** A failure that another attempt may not meet. */
export function retryable(cause: Cause): ApplicationFailure {
  return failure(cause, false);
}

function failure(cause: Cause, isFinal: boolean): ApplicationFailure {
  const { type, details } = cause;
  const told: Cause = {
    ...cause,
    message: shorten(cause.message, longestMessage),
    ...(details && { details: details.map((line) => shorten(line, longestDetail)) }),
  };
  return ApplicationFailure.create({
    type,
    message: messageOf(told),
    nonRetryable: isFinal,
    details: [told],
  });
}

function messageOf({ where, message }: Cause): string {
  return where === undefined ? message : `${where}: ${message}`;
}

interface Verdict {
  readonly type: CauseType;
  readonly retry: boolean;
  readonly next: string;
}

const helmVerdicts: Readonly<Record<Exclude<HelmErrorKind, 'cancelled'>, Verdict>> = {
  missing: {
    type: 'HelmMissing',
    retry: false,
    next: 'install Helm 4.1 where the worker runs, or start the worker by `bigdata`',
  },
  unreachable: {
    type: 'ClusterUnreachable',
    retry: true,
    next: 'make sure that the cluster runs, then run the command again',
  },
  conflict: { type: 'Conflict', retry: true, next: 'run the command again' },
  pending: {
    type: 'ReleasePending',
    retry: true,
    next: 'wait for the other Helm to end, then run the command again',
  },
  notFound: { type: 'ReleaseMissing', retry: false, next: 'install the component first: `bigdata up`' },
  chart: { type: 'ChartInvalid', retry: false, next: 'correct the chart, then run the command again' },
  values: { type: 'ValuesInvalid', retry: false, next: 'correct the values in the stack file' },
  forbidden: { type: 'Forbidden', retry: false, next: 'ask for this right, or use another context' },
  immutable: {
    type: 'ImmutableField',
    retry: false,
    next: 'undo the change of this field; or set `enabled: false` for the component, run `bigdata up`, which removes it and keeps its data, then set it back and run `bigdata up` again',
  },
  foreign: {
    type: 'ForeignObject',
    retry: false,
    next: 'take it over by `bigdata up --adopt`, which shows first how it changes; or remove or rename it, or use another namespace',
  },
  port: {
    type: 'PortTaken',
    retry: false,
    next: 'choose another port in the values, or remove the Service that uses it',
  },
  invalid: {
    type: 'ObjectRefused',
    retry: false,
    next: 'correct the values or the chart as the message says',
  },
  hook: { type: 'HookFailed', retry: false, next: 'read the log of the hook’s pods and correct the values' },
  timeout: {
    type: 'HelmTimeout',
    retry: true,
    next: 'find out why the cluster is slow, then run the command again',
  },
  unknown: {
    type: 'HelmFailed',
    retry: true,
    next: 'correct what the message names, then run the command again',
  },
};

const kubernetesVerdicts: Readonly<Record<KubernetesErrorKind, Verdict>> = {
  unreachable: {
    type: 'ClusterUnreachable',
    retry: true,
    next: 'make sure that the cluster runs, then run the command again',
  },
  untrusted: {
    type: 'ClusterUntrusted',
    retry: false,
    next: 'correct certificate-authority-data in the kubeconfig',
  },
  unauthorized: { type: 'Unauthorized', retry: false, next: 'renew the credentials in the kubeconfig' },
  forbidden: { type: 'Forbidden', retry: false, next: 'ask for this right, or use another context' },
  notFound: { type: 'NotFound', retry: true, next: 'run the command again' },
  conflict: { type: 'Conflict', retry: true, next: 'run the command again' },
  invalid: {
    type: 'ObjectRefused',
    retry: false,
    next: 'correct what the message names, in the chart or in the values',
  },
  gone: { type: 'ClusterUnreachable', retry: true, next: 'run the command again' },
  server: {
    type: 'ClusterUnreachable',
    retry: true,
    next: 'read the API server’s log, then run the command again',
  },
};

function helmVerdictOf({ kind, message }: HelmError): Verdict {
  const verdict = helmVerdicts[kind as keyof typeof helmVerdicts];
  const template = kind === 'chart' ? templateIn(message) : undefined;
  return template === undefined
    ? verdict
    : { ...verdict, next: `fix ${template.file}:${template.line} of the chart, then run the command again` };
}

/**
 * The failure for whatever an activity threw. What is a failure already, or a cancellation, stays what it is;
 * what nobody expected is retryable, for that is Temporal's way, and typed `Unexpected`.
 */
export function toFailure(error: unknown, where: string): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof HelmError && error.kind !== 'cancelled') {
    const { type, retry, next } = helmVerdictOf(error);
    const details = error.lines.length > 1 ? { details: error.lines } : {};
    return (retry ? retryable : nonRetryable)({ type, message: error.message, where, next, ...details });
  }
  if (error instanceof KubernetesError) {
    const { type, retry, next } = kubernetesVerdicts[error.kind];
    return (retry ? retryable : nonRetryable)({ type, message: error.message, where, next });
  }
  const message = errorText(error);
  return retryable({
    type: 'Unexpected',
    message,
    where,
    next: 'this is a bug in bigdata: run the command again, which is safe; if it happens again, report it with the archive of `bigdata support-bundle`',
  });
}
