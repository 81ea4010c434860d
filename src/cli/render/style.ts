/**
 * Colours, where a terminal shows them and the user does not mind.
 *
 * @module
 */
import { styleText } from 'node:util';

export interface Style {
  good(text: string): string;
  bad(text: string): string;
  busy(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

/** Whether colours belong on this stream. @see https://no-color.org */
export function wantsColour(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') {
    return false;
  }
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

export function makeStyle(coloured: boolean): Style {
  const paint =
    (format: 'green' | 'red' | 'cyan' | 'bold' | 'dim') =>
    (text: string): string =>
      coloured ? styleText(format, text) : text;
  return {
    good: paint('green'),
    bad: paint('red'),
    busy: paint('cyan'),
    strong: paint('bold'),
    faint: paint('dim'),
  };
}
