/**
 * What the last log lines of a program tell about its surroundings. Pure.
 *
 * @module
 */

/** By the first that matches: what programs in C, Go and Java say, and what one can do about it. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /no space left on device|disk quota exceeded/i,
    'make its volume larger in the values, or free space where it lies',
  ],
  [
    /unknownhostexception|no such host|name or service not known|temporary failure in name resolution|server misbehaving|lookup \S+( on \S+)?: .*(i\/o timeout|connection refused)|name resolution/i,
    'see that the name is right and that the cluster’s DNS answers (Service kube-system/kube-dns, and the pods behind it)',
  ],
  [
    /(bind|listen)\b.*(permission denied|EACCES)|(permission denied|EACCES)\b.*\b(bind|listen|address)\b/i,
    'ports below 1024 are root’s, which the container is not: let it listen on a higher one',
  ],
  [
    /permission denied|operation not permitted|read-only file system|java\.nio\.file\.AccessDeniedException/i,
    'let the container’s user write there: see the owner of its volume (fsGroup) and its security context',
  ],
  [
    /address already in use|bindexception/i,
    'another process of the pod, or of the node, has its port: choose another in the values',
  ],
];

/** What to do next, by a container's last log lines; undefined if they tell nothing known. */
export function hintOf(lines: readonly string[]): string | undefined {
  // The last lines weigh most.
  for (const line of lines.toReversed()) {
    const hint = hints.find(([pattern]) => pattern.test(line));
    if (hint) return hint[1];
  }
  return undefined;
}
