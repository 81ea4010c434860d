/**
 * The revisions of a component that were proven, and the one that a rollback goes to.
 *
 * @module
 */
import { ExitCode, UserError } from '../../errors.js';
import type { EarlierProof } from '../../kubernetes/record/earlier-proofs.js';
import { provenRevision } from '../../kubernetes/record/proven-revision.js';
import { type Revision, digestLabel } from '../../kubernetes/releases/releases.js';
import type { Plan } from '../../stack/plan/plan-types.js';
import type { Cluster } from '../platform/platform.js';

/** What was proven of a component, and in which of the revisions that Helm remembers it is. */
export interface ProvenRevision extends EarlierProof {
  /** That which Helm goes back to, which may be a later one like it. */
  readonly revision: number;
}

/** A component's revisions. */
export interface ComponentRevisions {
  /** Those that Helm remembers, the newest first. */
  readonly all: readonly Revision[];
  /** Those of which it is remembered what was proven, that which was proven last first. */
  readonly proven: readonly ProvenRevision[];
}

export async function revisionsOf(
  cluster: Cluster,
  { stack, namespace }: Pick<Plan, 'stack' | 'namespace'>,
  { name, release }: { readonly name: string; readonly release: string },
): Promise<ComponentRevisions> {
  const [all, proofs, earlier] = await Promise.all([
    cluster.revisions(namespace, release),
    cluster.proofs(namespace),
    cluster.earlierProofs(namespace, name),
  ]);
  const last = proofs.get(name);
  const proven = [...(last ? [last] : []), ...earlier].flatMap((proof) => {
    const found = provenRevision(all, { stack, digest: proof.digest, revision: proof.revision });
    return found === undefined ? [] : [{ ...proof, revision: found.revision }];
  });
  return { all, proven };
}

/**
 * The revision to go back to: the wanted one, or that which was proven last and is not what is installed.
 *
 * @throws UserError if nothing that was proven is there to go back to
 */
export function revisionToGoBackTo(
  component: string,
  revisions: ComponentRevisions,
  wanted: number | undefined,
): ProvenRevision {
  const { all, proven } = revisions;
  const [installed] = all;
  if (installed === undefined) throw refusal(`${component} is not installed`, '`bigdata up` installs it');
  const isThere = (proof: ProvenRevision): boolean =>
    installed.status === 'deployed' && isOf(proof, installed);
  const found =
    wanted === undefined ? proven.find((proof) => !isThere(proof)) : provenAt(component, revisions, wanted);
  if (found === undefined)
    throw refusal(
      `Nothing else that was proven of ${component} is remembered`,
      '`bigdata up` with the stack file that was proven installs it again',
    );
  if (isThere(found))
    throw refusal(
      `${component} is already what was proven as revision ${found.revision}`,
      `\`bigdata verify ${component}\` proves it again`,
    );
  return found;
}

/** What was proven and is in this very revision. */
function provenAt(component: string, { all, proven }: ComponentRevisions, wanted: number): ProvenRevision {
  const history = `\`bigdata history ${component}\` shows what Helm remembers, and what was proven of it`;
  const revision = all.find((each) => each.revision === wanted);
  if (revision === undefined) throw refusal(`Helm remembers no revision ${wanted} of ${component}`, history);
  const proof = proven.find((each) => isOf(each, revision));
  if (proof) return { ...proof, revision: wanted };
  throw refusal(
    `Nothing is remembered of revision ${wanted} of ${component} being proven`,
    `${history}; \`bigdata helm rollback ${component} ${wanted}\` goes back without a proof`,
  );
}

/** Whether what was proven is in a revision. */
export function isOf(
  { digest }: Pick<EarlierProof, 'digest'>,
  revision: Pick<Revision, 'digest'> | undefined,
): boolean {
  return revision?.digest === digestLabel(digest);
}

function refusal(message: string, next: string): UserError {
  return new UserError({ message, unchanged: 'Nothing was touched', next, exitCode: ExitCode.usage });
}
