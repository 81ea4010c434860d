/**
 * What the pods of a namespace do not tell about themselves: what is with the nodes, whether an object is missing still, and
 * whether they are refused still.
 *
 * @module
 */
import { whenLookedFor } from '../../kubernetes/diagnose/missing.js';
import { explainTaints, needsNodes } from '../../kubernetes/diagnose/nodes.js';
import type { MissingObject, Finding } from '../../kubernetes/diagnose/failure-detector.js';
import { whenTried } from '../../kubernetes/diagnose/workloads.js';
import { isKubernetesError, unlessForbidden } from '../../kubernetes/api/errors.js';
import type { KubernetesObject, Node } from '../../kubernetes/api/objects.js';
import { type Rest, metadataOnly } from '../../kubernetes/api/rest.js';
import { listAll } from '../../kubernetes/api/list.js';

/** The findings, with what else there is to see where it matters and may be seen. */
export async function lookFurther(
  rest: Rest,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const looked = await withObjects(rest, await withNodes(rest, findings, signal), signal);
  return (await Promise.all(looked.map((finding) => withTrial(rest, finding, signal)))).flat();
}

async function withNodes(
  rest: Rest,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  if (!findings.some(needsNodes)) return findings;
  // Who may install into a namespace need not be allowed to see the nodes.
  const nodes = await unlessForbidden(() => listAll<Node>(rest, { path: '/api/v1/nodes' }, signal));
  return nodes ? findings.map((finding) => explainTaints(finding, nodes.items)) : findings;
}

async function withObjects(
  rest: Rest,
  findings: readonly Finding[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const looked = findings.map(async (finding) => {
    if (finding.missing === undefined) return [finding];
    const { missing } = finding;
    const found = await unlessForbidden(() => isThere(rest, missing, signal));
    return found === undefined ? [finding] : whenLookedFor(finding, found);
  });
  return (await Promise.all(looked)).flat();
}

/** A pod that was refused is tried once more; nothing comes of that. */
async function withTrial(rest: Rest, finding: Finding, signal: AbortSignal): Promise<Finding[]> {
  if (finding.refused === undefined) return [finding];
  const { namespace, pod } = finding.refused;
  const path = `/api/v1/namespaces/${namespace}/pods`;
  try {
    await rest.json({ method: 'POST', path, query: { dryRun: 'All' }, body: pod, signal });
    return whenTried(finding, undefined);
  } catch (error) {
    const isRefusal = isKubernetesError(error, 'forbidden', 'invalid');
    if (!isRefusal && !isWebhook(error)) throw error;
    // Who may install workloads need not be allowed to make pods.
    if (mayNotMakePods.test(error.message)) return [finding];
    return whenTried(finding, error.message.replace(/^POST \S+: /, ''));
  }
}

/** A webhook that does not answer counts as an error of the API server. */
function isWebhook(error: unknown): error is Error {
  return isKubernetesError(error, 'server') && /failed calling webhook/i.test(error.message);
}

const mayNotMakePods = /cannot create resource "pods"/i;

async function isThere(rest: Rest, missing: MissingObject, signal: AbortSignal): Promise<boolean> {
  if (missing.resource === 'storageclasses') return await isClassThere(rest, missing.name, signal);
  const { resource, namespace, name } = missing;
  return await exists(
    rest,
    `/api/v1/namespaces/${namespace}/${resource}/${encodeURIComponent(name)}`,
    signal,
  );
}

const classes = '/apis/storage.k8s.io/v1/storageclasses';
const isDefault = 'storageclass.kubernetes.io/is-default-class';

async function isClassThere(rest: Rest, name: string | undefined, signal: AbortSignal): Promise<boolean> {
  if (name !== undefined) return await exists(rest, `${classes}/${encodeURIComponent(name)}`, signal);
  const { items } = await listAll<KubernetesObject>(rest, { path: classes, metadataOnly: true }, signal);
  return items.some(({ metadata }) => metadata.annotations?.[isDefault] === 'true');
}

/** By its name alone: what a Secret holds is no business of ours. */
async function exists(rest: Rest, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await rest.text({ path, accept: metadataOnly.one, signal });
    return true;
  } catch (error) {
    if (isKubernetesError(error, 'notFound')) return false;
    throw error;
  }
}
