/** @module */
import { compareObjects, isObject } from '../../changes/object-changes.js';
import { projectedObject } from '../../changes/projection.js';
import { stepsOf } from '../../changes/steps.js';
import { createHelm } from '../../helm/helm.js';
import type { Helm } from '../../helm/helm.js';
import { connect } from '../../kubernetes/api/connect.js';
import { listResources } from '../../kubernetes/api/discovery.js';
import { readLiveObject } from '../../kubernetes/releases/live-look.js';
import type { KubernetesObject } from '../../kubernetes/api/objects.js';
import { secretsPath } from '../../kubernetes/releases/releases.js';
import type { Rest } from '../../kubernetes/api/rest.js';
import { readSecretValues } from '../../kubernetes/secrets/read.js';
import type { Secret } from '../../kubernetes/secrets/values.js';
import type { SecretValue } from '../../redaction/redactor.js';
import type { Report } from '../../progress.js';
import type { Paths } from '../../paths.js';
import {
  type ManifestDocument,
  documentsOf,
  nameIn,
  namedObject,
} from '../../kubernetes/releases/release-contents.js';
import { readRevision } from '../../support/helm-releases.js';
import { helmHome } from '../../processes/worker-daemon.js';
import { findHelm } from '../../helm/find-helm.js';
import { changesOfOthers } from './others.js';
import { Trial } from './objections.js';
import type { Changes, ClusterAccess, ComponentChange, PlannedChange } from './platform.js';

interface Tools {
  readonly helm: Helm;
  readonly rest: Rest;
  readonly secrets: readonly SecretValue[];
}

export function makeChanges(paths: Paths, environment: NodeJS.ProcessEnv): Changes {
  const tools = async (
    { kubeconfig, context }: ClusterAccess,
    namespace: string,
    report: Report,
  ): Promise<Tools> => {
    const programs = await findHelm(paths, report, environment);
    const helm = createHelm({ ...programs, home: helmHome(paths), kubeconfig, context });
    const { rest } = await connect({ kubeconfig, context });
    return { helm, rest, secrets: await readSecretValues(rest, namespace) };
  };
  return {
    async ofOthers(access, { namespace, components }, releases, report) {
      const { helm, rest, secrets } = await tools(access, namespace, report);
      const resources = await listResources(rest);
      const looks = components.map(async (component) => {
        const release = releases.get(component.release);
        if (release?.stack !== undefined) return [];
        const planned = await plannedObjects(helm, namespace, { component });
        const changes =
          release === undefined
            ? await changesOfOthers(
                { rest, resources, secrets },
                { namespace, release: component.release, planned },
              )
            : compareObjects(await installedObjects(rest, namespace, { release }), planned, secrets);
        return release === undefined && changes.length === 0 ? [] : [[component.name, changes] as const];
      });
      return new Map((await Promise.all(looks)).flat());
    },
    async objections(access, namespace, tried, report) {
      const { helm, rest, secrets } = await tools(access, namespace, report);
      const rendered = tried.map(({ component }) => plannedObjects(helm, namespace, { component }));
      // What cannot be rendered is an objection of its component.
      const all = (await Promise.allSettled(rendered)).flatMap((each) =>
        each.status === 'fulfilled' ? each.value : [],
      );
      const trial = await Trial.in({ rest, secrets, resources: await listResources(rest) }, namespace, all);
      const found = tried.map(async ({ component, isNew }, index) => {
        const objections = await trial.objections(async () => (await rendered[index]) ?? [], isNew);
        return objections.length === 0 ? [] : [[component.name, objections] as const];
      });
      return new Map((await Promise.all(found)).flat());
    },
    async ofObjects(access, namespace, planned, report) {
      const { helm, rest, secrets } = await tools(access, namespace, report);
      const compare = async (each: PlannedChange): Promise<ComponentChange> => {
        const { drifted, component, writesSentinel } = each;
        const [before, after] = await Promise.all([
          drifted === undefined ? installedObjects(rest, namespace, each) : [],
          plannedObjects(helm, namespace, each),
        ]);
        const stepsFrom = (installed: readonly unknown[]) =>
          stepsOf({
            component,
            installed: installed.filter(isObject),
            planned: after.filter(isObject),
            writesSentinel,
          });
        if (drifted === undefined)
          return { objects: compareObjects(before, after, secrets), steps: stepsFrom(before) };
        // A list has no name, and is nothing that a look finds.
        const named = (after as ManifestDocument[]).filter(({ kind }) => kind !== 'List');
        const isDrifted = (object: ManifestDocument) =>
          drifted.includes(nameIn(namespace, namedObject(object)));
        const own = named.filter(isDrifted);
        const live = await liveObjects(rest, namespace, own);
        return {
          objects: compareObjects(live, own, secrets),
          steps: stepsFrom([...live, ...named.filter((object) => !isDrifted(object))]),
        };
      };
      const results = await Promise.allSettled(planned.map(compare));
      return new Map(
        planned.map(({ component: { name } }, index) => {
          const result = results[index];
          return [name, result?.status === 'fulfilled' ? result.value : asError(result?.reason)];
        }),
      );
    },
  };
}

async function installedObjects(
  rest: Rest,
  namespace: string,
  { release }: Pick<PlannedChange, 'release'>,
): Promise<readonly unknown[]> {
  const secret = await rest.json<Secret>({ path: `${secretsPath(namespace)}/${release.secret}` });
  return readRevision(secret).objects;
}

/** The planned objects as they are now; those that are gone are left out. */
async function liveObjects(
  rest: Rest,
  namespace: string,
  planned: readonly unknown[],
): Promise<readonly unknown[]> {
  const read = (planned as readonly (KubernetesObject & ManifestDocument)[]).map(async (object) => {
    const live = await readLiveObject(rest, namespace, namedObject(object));
    return live === undefined ? [] : [projectedObject(live, object)];
  });
  return (await Promise.all(read)).flat();
}

async function plannedObjects(
  helm: Helm,
  namespace: string,
  { component: { release, chart, values } }: Pick<PlannedChange, 'component'>,
): Promise<readonly unknown[]> {
  return documentsOf(await helm.template({ release, namespace, chart, values }));
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
