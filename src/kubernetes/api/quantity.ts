/** @module */

const powers: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/**
 * The number that a quantity of Kubernetes is: 0.5 of `500m`; NaN if it is none.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityOf(quantity: string | number): number {
  const [, amount, exponent = 'e0', unit = ''] =
    /^\+?(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d+)|([a-zA-Z]{0,2}))$/.exec(String(quantity)) ?? [];
  return Number(`${amount}${exponent}`) * (powers[unit] ?? NaN);
}

/**
 * Bytes of a quantity, rounded up: `512Mi`, `1.5Gi`, `2G`, `1e9`, or as an API server writes 1.2Gi, `1288490188800m`; NaN if it is
 * none.
 */
export function bytesOf(quantity: string | number): number {
  return Math.ceil(quantityOf(quantity));
}
