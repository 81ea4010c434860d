/**
 * How far a time-out is extended. Pure.
 *
 * @module
 */

/**
 * A component's time-outs say for how long nothing may advance, as `progressDeadlineSeconds` of a Deployment does. What
 * keeps advancing gets so many times as long, and no longer: some programs have something new to say for ever.
 */
const extension = 10;

/** The longest that something with this time-out may take, in the time-out's unit. */
export function longest(timeout: number): number {
  return extension * timeout;
}
