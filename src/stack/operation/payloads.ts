/**
 * What an operation says to Temporal, in payloads of at most 64 KB: what is longer is said in pieces. Pure.
 *
 * @module
 */
import type { Plan, PlannedComponent } from '../plan/plan-types.js';

/** Bytes of the largest payload in any history. */
export const maximumPayloadBytes = 65_536;

/** Bytes of a piece; the rest of the payload is for what stands beside it, e.g. stack and namespace. */
export const maximumPieceBytes = 60_000;

/** Bytes of a value as JSON. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** The items in their order, in as many pieces as it takes; in one, perhaps empty, if they are few. */
export function inPieces<Item>(items: readonly Item[]): [first: Item[], ...more: Item[][]] {
  const pieces: [Item[], ...Item[][]] = [[]];
  let room = maximumPieceBytes;
  for (const item of items) {
    const bytes = bytesOf(item) + ','.length;
    if (bytes > room && room < maximumPieceBytes) {
      pieces.push([]);
      room = maximumPieceBytes;
    }
    pieces.at(-1)?.push(item);
    room -= bytes;
  }
  return pieces;
}

/** A plan that came with some of its components, and pieces with the others. */
export function wholePlan(plan: Plan, more: readonly (readonly PlannedComponent[])[]): Plan {
  return more.length === 0 ? plan : { ...plan, components: [...plan.components, ...more.flat()] };
}
