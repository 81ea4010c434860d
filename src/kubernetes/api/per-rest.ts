/** @module */
import type { Rest } from './rest.js';

/** What this process keeps for a connection to an API server, by names; it goes when the connection goes. */
export function perRest<Value>(): (rest: Rest) => Map<string, Value> {
  const kept = new WeakMap<Rest, Map<string, Value>>();
  return (rest) => {
    const ofRest = kept.get(rest) ?? new Map<string, Value>();
    kept.set(rest, ofRest);
    return ofRest;
  };
}
