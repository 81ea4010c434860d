/**
 * Failures of workflows: what they are called, and what they say to people.
 *
 * @module
 */
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { isCauseType } from '../stack/operation/causes.js';
import { decisionRefusedType } from '../stack/operation/decisions.js';
import { fitComponent, fitState } from '../stack/operation/fit-state.js';
import type { Cause, ComponentState, OperationState } from '../stack/operation/operation-types.js';
import { maximumPayloadBytes } from '../stack/operation/payloads.js';

/** Types of failures that workflows end with. */
export const FailureType = {
  /** An operation in which something failed; first detail: `OperationState`, as far as it fits. */
  stack: 'StackFailed',
  /** A component that failed; first detail: `ComponentState`. */
  component: 'ComponentFailed',
} as const;

/** The failure that ends an operation. */
export function stackFailed(state: OperationState, message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: FailureType.stack,
    message,
    nonRetryable: true,
    details: [fitState(state, maximumPayloadBytes)],
  });
}

/** The failure that ends a component's workflow. */
export function componentFailed(state: ComponentState): ApplicationFailure {
  const message = state.cause?.message ?? `${state.name} failed`;
  return ApplicationFailure.create({
    type: FailureType.component,
    message,
    nonRetryable: true,
    details: [fitComponent(state, maximumPayloadBytes)],
  });
}

/** What a decision is refused with. */
export function decisionRefused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: decisionRefusedType, message, nonRetryable: true });
}

/** A failure of a workflow's own making, e.g. because of what it found. */
export function failureOf(cause: Cause): ApplicationFailure {
  return ApplicationFailure.create({
    type: cause.type,
    message: cause.message,
    nonRetryable: true,
    details: [cause],
  });
}

/** The state in which a component's workflow failed, if that is what the error tells. */
export function failedState(error: unknown): ComponentState | undefined {
  const failure = error instanceof ChildWorkflowFailure ? error.cause : error;
  const isOne = failure instanceof ApplicationFailure && failure.type === FailureType.component;
  return isOne ? (failure.details?.[0] as ComponentState | undefined) : undefined;
}

/** Why something failed, for people. */
export function causeOf(error: TemporalFailure): Cause {
  if (
    (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) &&
    error.cause instanceof TemporalFailure
  ) {
    return causeOf(error.cause);
  }
  if (error instanceof ApplicationFailure) {
    const [cause] = (error.details ?? []) as (Cause | undefined)[];
    return typeof cause?.message === 'string' ? cause : bareCause(error);
  }
  if (error instanceof TimeoutFailure) {
    return {
      type: 'NoAnswer',
      message: `timed out: the worker stopped responding (${error.timeoutType})`,
      next: 'read the worker’s log, then run the command again',
    };
  }
  if (error instanceof TerminatedFailure) {
    return { type: 'Terminated', message: 'somebody terminated the workflow', next: 'run the command again' };
  }
  return { type: 'Unexpected', message: error.message, next: 'run the command again' };
}

/** The cause of a failure that carries none. */
function bareCause({ type, message }: ApplicationFailure): Cause {
  if (typeof type === 'string' && isCauseType(type)) return { type, message };
  return { type: 'Unexpected', message: typeof type === 'string' ? `${type}: ${message}` : message };
}
