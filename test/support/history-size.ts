/**
 * How large histories are.
 *
 * @module
 */
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { temporal } from '@temporalio/proto';

export interface HistorySize {
  readonly events: number;
  /** Of the whole history, as Temporal keeps it. */
  readonly bytes: number;
  /** Of the largest payload, metadata not counted. */
  readonly largestPayload: number;
}

/** Counts what Temporal recorded of one workflow. */
export function sizeOf(history: History): HistorySize {
  return {
    events: history.events?.length ?? 0,
    bytes: temporal.api.history.v1.History.encode(history).finish().length,
    largestPayload: largestPayload(history),
  };
}

/** Inputs, results, failures, memos, summaries: wherever one stands in an event. */
function largestPayload(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return 0;
  }
  const { data, metadata } = value as { data?: unknown; metadata?: unknown };
  if (data instanceof Uint8Array && typeof metadata === 'object') {
    return data.length;
  }
  return Math.max(0, ...Object.values(value).map(largestPayload));
}
