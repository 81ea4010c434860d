/**
 * How far a rotation of credentials has come, which is in the Secret itself.
 *
 * @module
 */
import type { PlannedComponent, Rotation } from '../../stack/plan/plan-types.js';
import type { Cluster, Proof } from '../platform/platform.js';

/** What a Secret holds, as text. */
export type SecretTexts = Readonly<Record<string, string>>;

/** Whether there are old credentials beside new ones. Where both are the same, new ones got lost, and nothing has begun. */
export function isBegun({ keys }: Rotation, secret: SecretTexts | undefined): boolean {
  return Object.entries(keys).some(
    ([key, previous]) => secret?.[previous] !== undefined && secret[previous] !== secret[key],
  );
}

/** Whether there are no old credentials. */
export function hasNoPrevious({ keys }: Rotation, secret: SecretTexts | undefined): boolean {
  return Object.values(keys).every((previous) => secret?.[previous] === undefined);
}

/** Whether there are no old credentials, and the others are those that were there before. */
export function isEnded({ keys }: Rotation, before: SecretTexts, secret: SecretTexts | undefined): boolean {
  return Object.entries(keys).every(
    ([key, previous]) => secret?.[previous] === undefined && secret?.[key] === before[key],
  );
}

/** Whether the chart of a component, as it was proven, generates the Secret. */
export function isGenerated({ secret }: Rotation, proof: Proof | undefined): boolean {
  return proof?.objects.includes(`Secret/${secret}`) === true;
}

/** The components whose old credentials are still valid. */
export async function unfinishedRotations(
  cluster: Cluster,
  namespace: string,
  components: readonly PlannedComponent[],
  proofs: (component: string) => Proof | undefined,
): Promise<string[]> {
  const found = components.map(async ({ name, rotation }) => {
    if (rotation === undefined || !isGenerated(rotation, proofs(name))) return [];
    return isBegun(rotation, await cluster.secret(namespace, rotation.secret)) ? [name] : [];
  });
  return (await Promise.all(found)).flat();
}
