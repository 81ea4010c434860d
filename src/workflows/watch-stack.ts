/** @module */
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  executeChild,
  setCurrentDetails,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { shorten } from '../util/shorten.js';
import type { InstallInput, OperationState, VerifyInput } from '../stack/operation/operation-types.js';
import { isDone } from '../stack/operation/phases.js';
import type { PlannedComponent } from '../stack/plan/plan-types.js';
import {
  type WatchFinding,
  type WatchInput,
  type WatchResult,
  watchFailedType,
  watchMemo,
} from '../stack/operation/watch-types.js';
import { FailureType } from './failures.js';
import { installStack } from './install-stack.js';
import { endsWithParent } from './order.js';
import { verifyStack } from './verify-stack.js';

/** Components of which a result tells what is wrong. */
const mostFindings = 10;

/** Characters of what it tells of one. */
const longestMessage = 300;

/** Nobody looked. */
const skipped: WatchResult = { result: 'skipped', repaired: [], findings: [] };

type More = readonly PlannedComponent[][];

/**
 * One look at an installed stack: puts back what drifted, if that is wanted, and proves everything anew. It is an operation
 * like those of people, and none while one of theirs runs.
 *
 * @param more - components of the plan that did not fit into the first payload
 * @throws ApplicationFailure `WatchFailed` with the result as first detail if something is wrong
 */
export async function watchStack(input: WatchInput, ...more: More): Promise<WatchResult> {
  const { plan, repair, keys } = input;
  const install: InstallInput = { plan, onFailure: 'abort', unlisted: 'keep' };
  const restored = repair
    ? await operate(input, installStack.name, keys.install, [install, ...more])
    : undefined;
  if (restored === 'skipped') return tell(skipped);
  const repaired = (restored?.state.components ?? [])
    .filter(({ phase, unchanged }) => isDone(phase) && !unchanged)
    .map(({ name }) => name);
  if (restored?.failed) return tell(resultOf(restored.state, repaired));
  const verify: VerifyInput = { plan, disruptive: false };
  const verified = await operate(input, verifyStack.name, keys.verify, [verify, ...more]);
  return tell(verified === 'skipped' ? { ...skipped, repaired } : resultOf(verified.state, repaired));
}

interface Ended {
  readonly state: OperationState;
  readonly failed: boolean;
}

/** Runs an operation to its end, unless one runs already or somebody ends it. */
async function operate(
  { operation, plan }: WatchInput,
  type: string,
  requestKey: string,
  args: readonly unknown[],
): Promise<Ended | 'skipped'> {
  try {
    const state: OperationState = await executeChild(type, {
      workflowId: operation,
      args: [...args],
      memo: { requestKey, [watchMemo]: true },
      staticSummary: `${type === verifyStack.name ? 'verify' : 'repair'} ${plan.stack}, which is watched`,
      ...endsWithParent,
    });
    return { state, failed: false };
  } catch (error) {
    if (CancellationScope.current().consideredCancelled) throw error;
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'skipped';
    const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
    if (cause instanceof CancelledFailure || cause instanceof TerminatedFailure) return 'skipped';
    if (cause instanceof ApplicationFailure && cause.type === FailureType.stack)
      return { state: cause.details?.[0] as OperationState, failed: true };
    throw error;
  }
}

function resultOf({ components }: OperationState, repaired: readonly string[]): WatchResult {
  const lost = components.filter(({ phase }) => phase === 'failed' || phase === 'untried');
  const findings = lost.slice(0, mostFindings).map(({ name, cause }): WatchFinding => ({
    component: name,
    type: cause?.type ?? 'Unexpected',
    message: shorten(cause?.message ?? 'it failed without a cause', longestMessage),
  }));
  const isFailed = lost.some(({ phase }) => phase === 'failed');
  return { result: isFailed ? 'failed' : lost.length > 0 ? 'untried' : 'proven', repaired, findings };
}

/** Shows the result in the Web UI. @throws ApplicationFailure if something is wrong */
function tell(result: WatchResult): WatchResult {
  const { repaired, findings } = result;
  const lines = [
    `**${result.result}**`,
    ...repaired.map((name) => `- \`${name}\` was put back and proven again`),
    ...findings.map(({ component, type, message }) => `- \`${component}\`: ${type}: ${message}`),
  ];
  setCurrentDetails(lines.join('\n'));
  if (result.result !== 'failed') return result;
  throw ApplicationFailure.create({
    type: watchFailedType,
    message: findings.map(({ component, message }) => `${component}: ${message}`).join('; '),
    nonRetryable: true,
    details: [result],
  });
}
