/** @module */

const decimal = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * Bytes of a quantity of Kubernetes: `512Mi`, `1.5Gi`, `2G`, `1e9`; NaN if it is none.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function bytesOf(quantity: string | number): number {
  const [, amount, unit = ''] =
    /^((?:\d+\.?\d*|\.\d+)(?:e\d+)?)([a-zA-Z]{0,2})$/.exec(String(quantity)) ?? [];
  if (decimal.includes(unit)) return Number(amount) * 1000 ** decimal.indexOf(unit);
  return binary.includes(unit) ? Number(amount) * 1024 ** binary.indexOf(unit) : NaN;
}
