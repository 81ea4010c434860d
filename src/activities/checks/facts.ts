/**
 * The facts that a check printed. Pure.
 *
 * @module
 */
import { shorten } from '../../util/shorten.js';
import type { Facts } from '../../stack/plan/plan-types.js';

/** Bytes of facts that a result may carry: they travel through every history. */
const longestFacts = 4_000;

/**
 * The last line of a log that is a JSON object; no facts if there is none.
 *
 * @throws RangeError if it is too long; SyntaxError if the last line of all begins as one and is none
 */
export function factsOf(log: string): Facts {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  for (const [index, line] of lines.toReversed().entries()) {
    const text = line.trim();
    const facts = parseObject(text);
    if (!facts && index === 0 && text.startsWith('{'))
      throw new SyntaxError(`its last line begins as a JSON object, but is none: ${shorten(text, 100)}`);
    if (!facts) continue;
    const bytes = Buffer.byteLength(line);
    if (bytes > longestFacts)
      throw new RangeError(`the facts have ${bytes} bytes, more than ${longestFacts}`);
    return facts;
  }
  return {};
}

function parseObject(text: string): Facts | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Facts;
  } catch {
    return undefined;
  }
}
