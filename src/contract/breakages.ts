/**
 * How a component is broken on purpose: `breakages.yaml` in its folder.
 *
 * @module
 */
import { join } from 'node:path';
import { z } from 'zod';
import { parseWith } from '../stack/files/document/parse-with.js';
import { readDocument } from '../stack/files/document/source-document.js';
import type { LoadedComponent } from '../stack/plan/plan.js';
import { duration } from '../stack/files/schema-parts.js';

const object = { kind: z.string(), name: z.string() };

const step = z.union([
  /** Sets the number of replicas of a workload. */
  z.strictObject({ scale: z.strictObject({ ...object, replicas: z.int().min(0) }) }),
  /** Merges into an object (RFC 7396). */
  z.strictObject({ patch: z.strictObject({ ...object, with: z.record(z.string(), z.unknown()) }) }),
  z.strictObject({ delete: z.strictObject(object) }),
]);

/** One thing done to an object of the release. */
export type Step = z.output<typeof step>;

const breakage = z.strictObject({
  name: z.string(),
  break: z.array(step).min(1),
  /** The check that must fail then. */
  check: z.string(),
  /** Regular expression that the reason must match, so that it does not fail for another one. */
  says: z.string(),
  /** For the check: shorter than the component's, where the breakage shows in waiting. */
  timeout: duration.optional(),
});

/** One way to break a component, and what must be said about it. */
export type Breakage = z.output<typeof breakage>;

/** @throws StackFileError naming every mistake with its line. */
export async function loadBreakages({ folder }: LoadedComponent): Promise<Breakage[]> {
  const document = await readDocument(join(folder, 'breakages.yaml'));
  return parseWith(z.strictObject({ breakages: z.array(breakage).min(1) }), document).breakages;
}
