/**
 * Redacts secrets in two versions of objects: that they changed is visible, their values are not. Pure.
 *
 * @module
 */
import type { KubernetesObject } from '../kubernetes/api/objects.js';
import { isSecret, valuesOf } from '../kubernetes/secrets/values.js';
import type { Secret } from '../kubernetes/secrets/values.js';
import { type Redactor, type SecretValue, makeRedactor } from '../redaction/redactor.js';

export interface BothRedactions {
  /** An installed object, beside what it becomes. */
  installed(object: KubernetesObject, other: KubernetesObject | undefined): unknown;
  /** A planned object, beside what it was. */
  planned(object: KubernetesObject, other: KubernetesObject | undefined): unknown;
}

/** Redacts by the Secrets of both versions, and by those of the namespace. */
export function redactingBoth(
  installed: readonly KubernetesObject[],
  planned: readonly KubernetesObject[],
  namespace: readonly SecretValue[],
): BothRedactions {
  const before = installed.filter(isSecret).flatMap(valuesOf);
  const after = planned.filter(isSecret).flatMap(valuesOf);
  const marked = after.map((value) =>
    isNew(value, before) ? { ...value, key: `${value.key}, new` } : value,
  );
  const redactor = makeRedactor([...before, ...marked, ...namespace]);
  const redaction =
    (remark: string) =>
    (object: KubernetesObject, other: KubernetesObject | undefined): unknown =>
      isSecret(object) ? redactedSecret(object, other, { remark, redactor }) : redactor.object(object);
  return { installed: redaction(''), planned: redaction(', new') };
}

/** Known under that name, but as something else. */
function isNew(value: SecretValue, others: readonly SecretValue[]): boolean {
  const known = others.find(({ secret, key }) => secret === value.secret && key === value.key);
  return known !== undefined && !known.bytes.equals(value.bytes);
}

/** A Secret with the sizes of its values; `remark` stands with those that are not what they are in the other one. */
function redactedSecret(
  secret: Secret,
  other: KubernetesObject | undefined,
  { remark, redactor }: { readonly remark: string; readonly redactor: Redactor },
): unknown {
  const { data: _, stringData: __, ...rest } = secret;
  const others = isSecret(other) ? valuesOf(other) : [];
  const sizes = valuesOf(secret).map((value) => [
    value.key,
    `secret of ${value.bytes.length} bytes${isNew(value, others) ? remark : ''}`,
  ]);
  return { ...redactor.object(rest), data: Object.fromEntries(sizes) };
}
