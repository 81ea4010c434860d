/**
 * Finding the word that somebody meant.
 *
 * @module
 */

/**
 * The candidate that differs least from `word`, if it differs by few enough letters to be a slip.
 *
 * @example
 * nearest('zookeper', ['kafka', 'zookeeper']); // 'zookeeper'
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The hint for a word that is not one of `candidates`: the nearest one, else the list of them. */
export function suggest(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  if (meant !== undefined) {
    return `did you mean ${JSON.stringify(meant)}?`;
  }
  return candidates.length === 0 ? 'remove it' : `known are ${candidates.toSorted().join(', ')}`;
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let distance = Math.min(
        (rows[row - 1]?.[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (rows[row - 1]?.[column - 1] ?? 0) + cost,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, (rows[row - 2]?.[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    rows.push(current);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
