/**
 * What an API server has against planned objects, asked without making them.
 *
 * @module
 */
import pLimit from 'p-limit';

import { isObject } from '../../changes/object-changes.js';
import { HelmError } from '../../helm/errors.js';
import { pathOf, resourceOf } from '../../kubernetes/api/discovery.js';
import { isKubernetesError, unlessAbsent, unlessForbidden } from '../../kubernetes/api/errors.js';
import { listAll } from '../../kubernetes/api/list.js';
import { readNamespace } from '../../kubernetes/api/namespaces.js';
import { type Claim, type KubernetesObject, nameOf } from '../../kubernetes/api/objects.js';
import { claimsToExpand, differsInSizes, withClaimsOf } from '../../kubernetes/releases/claim-sizes.js';
import { expandableClasses, fixedClass } from '../../kubernetes/releases/expandable.js';
import { hookAnnotation } from '../../kubernetes/releases/ownership.js';
import { Patch } from '../../kubernetes/api/rest.js';
import { makeRedactor } from '../../redaction/redactor.js';
import type { ClusterTools } from './others.js';

/** Objects are tried at a time. */
const parallel = 8;

/** Where objects of a namespace that is not there yet are tried. */
const standIn = 'default';

/** Groups that every cluster serves: a kind that it does not have is no other component's to bring. */
const builtIn = /^([^./]+|[^./]+\/[^./]+|[\w.]+\.k8s\.io\/\w+)$/;

/** The API server's word for an object of other types or fields than its kind has, which it calls an error of its own. */
const untyped = /failed to create typed patch object|field not declared in schema|cannot be handled as/i;

/** Tries what a chart renders. */
export class Trial {
  readonly #tools: ClusterTools;
  readonly #namespace: string;
  /** Where objects of the namespace are tried. */
  readonly #tried: string;
  /** StorageClasses that are planned to let volumes be expanded, whatever they do now. */
  readonly #expandable: ReadonlySet<string>;

  private constructor(
    tools: ClusterTools,
    namespace: string,
    tried: string,
    expandable: ReadonlySet<string>,
  ) {
    this.#tools = tools;
    this.#namespace = namespace;
    this.#tried = tried;
    this.#expandable = expandable;
  }

  /** @param planned - what all components render @throws KubernetesError */
  static async in(tools: ClusterTools, namespace: string, planned: readonly unknown[]): Promise<Trial> {
    const found = await readNamespace(tools.rest, namespace);
    const tried = found === undefined ? standIn : namespace;
    return new Trial(tools, namespace, tried, expandableClasses(planned.filter(isObject)));
  }

  /**
   * @param render - gives the objects
   * @param isNew - whether nothing of it is there: hooks of a release that is there are made anew by Helm, and not by an apply
   * @returns for people; what only the moment has against it is none
   */
  async objections(render: () => Promise<readonly unknown[]>, isNew: boolean): Promise<readonly string[]> {
    const redactor = makeRedactor(this.#tools.secrets);
    try {
      const objects = (await render()).filter(isObject);
      const made = new Set(
        objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name),
      );
      const wanted = objects.filter(
        ({ metadata }) => isNew || metadata.annotations?.[hookAnnotation] === undefined,
      );
      const found = await pLimit(parallel).map(wanted, (object) => this.#objectionsTo(object, made));
      return found.flat().map((text) => redactor.text(text));
    } catch (error) {
      if (
        error instanceof HelmError &&
        (error.kind === 'chart' || error.kind === 'values' || error.kind === 'invalid')
      )
        return [redactor.text(error.message)];
      throw error;
    }
  }

  async #objectionsTo(object: KubernetesObject, made: ReadonlySet<string>): Promise<string[]> {
    const { apiVersion = '', kind = '', metadata } = object;
    const resource = resourceOf(this.#tools.resources, object);
    if (resource === undefined)
      return builtIn.test(apiVersion)
        ? [`${kind} ${metadata.name}: the cluster has no ${apiVersion} ${kind}`]
        : [];
    const own = metadata.namespace ?? this.#namespace;
    const namespace = own === this.#namespace ? this.#tried : own;
    if (made.has(namespace)) return [];
    const body = resource.namespaced ? { ...object, metadata: { ...metadata, namespace } } : object;
    const path = pathOf(resource, namespace, metadata.name);
    const name = nameOf(kind, { ...metadata, ...(resource.namespaced ? { namespace: own } : {}) });
    const tried = kind === 'StatefulSet' ? await this.#apartFromClaims(path, body) : { body, objections: [] };
    try {
      await this.#tools.rest.json({
        method: 'PATCH',
        path,
        query: { dryRun: 'All', fieldManager: 'helm', force: true },
        contentType: Patch.apply,
        body: tried.body,
      });
      return tried.objections.map((said) => `${name}: ${said}`);
    } catch (error) {
      if (
        !isKubernetesError(error, 'invalid', 'notFound') &&
        !(isKubernetesError(error) && untyped.test(error.message))
      )
        return [];
      const said = error.message.replace(/^PATCH \S+: /, '');
      return [`${name}: ${said}`];
    }
  }

  /**
   * What is applied where claims are to have other sizes: the StatefulSet is made anew around its pods, unless the volumes cannot
   * be expanded.
   */
  async #apartFromClaims(
    path: string,
    body: KubernetesObject,
  ): Promise<{ readonly body: KubernetesObject; readonly objections: readonly string[] }> {
    const { rest } = this.#tools;
    const live = await unlessForbidden(() => unlessAbsent(() => rest.json<KubernetesObject>({ path })));
    if (!live || !differsInSizes(live, body)) return { body, objections: [] };
    const claims = `/api/v1/namespaces/${live.metadata.namespace}/persistentvolumeclaims`;
    const found = await unlessForbidden(() => listAll<Claim>(rest, { path: claims }));
    const small = claimsToExpand(body, found?.items ?? []);
    const fixed = await fixedClass(
      rest,
      small.filter(({ claim }) => !this.#expandable.has(claim.spec?.storageClassName ?? '')),
    );
    const objections = fixed
      ? [
          `the claim ${fixed.claim.metadata.name} cannot become larger, for its StorageClass ${fixed.storageClass} does not let volumes be expanded`,
        ]
      : [];
    return { body: withClaimsOf(live, body), objections };
  }
}
