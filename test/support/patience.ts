/**
 * Milliseconds for which a test waits for what has to come: ends what hangs, and no slow machine loses by it.
 *
 * @module
 */
export const patience = 240_000;
