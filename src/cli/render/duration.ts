/** @module */
import prettyMilliseconds from 'pretty-ms';

/** `850ms`, `12.3s`, `2m 5s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 60_000
    ? prettyMilliseconds(milliseconds, { secondsDecimalDigits: 1 })
    : prettyMilliseconds(milliseconds, { secondsDecimalDigits: 0 });
}
