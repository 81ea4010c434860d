/** @module */

/** A text of at most `longest` characters, with an ellipsis for what is cut off. */
export function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
