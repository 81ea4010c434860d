/**
 * Configuration comes from ConfigMaps and secrets from Secrets, so that both can be seen, changed and replaced.
 *
 * @module
 */
import { containersOf, nameOf, podsOf, type Rendered } from '../rendered.js';
import { type Rule, type Violation, ofContainers, unless } from './rule.js';

const secretKey = /passw(or)?d|secret|token|credential|private.?key|access.?key/i;

export const noLiteralEnvironment: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    ofContainers(pod, ({ env }) =>
      (env ?? []).map(
        ({ name, valueFrom }) =>
          valueFrom === undefined && `${name} is a literal, not from a ConfigMap or Secret`,
      ),
    ),
  );

export const noSecretInConfigMap: Rule = ({ objects }) =>
  objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap((object) =>
      Object.keys(object.data ?? {}).flatMap((key) =>
        unless(!secretKey.test(key), object, `${key} looks like a secret`),
      ),
    );

/** A pod is replaced when a ConfigMap of its chart changes: an annotation carries the ConfigMap's checksum. */
export const rollsWithConfiguration: Rule = ({ objects }) => {
  const own = new Set(
    objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata }) => metadata.name),
  );
  return podsOf(objects)
    .filter(({ isHook }) => !isHook)
    .flatMap((pod) => {
      const used = [
        ...(pod.spec.volumes ?? []).map(({ configMap }) => configMap?.name),
        ...containersOf(pod).flatMap(({ envFrom }) => (envFrom ?? []).map((from) => from.configMapRef?.name)),
      ].filter((name) => name !== undefined && own.has(name));
      const rolls = Object.keys(pod.annotations).some((key) => key.startsWith('checksum/'));
      return unless(used.length === 0 || rolls, pod.owner, `does not roll when ${used.join(', ')} changes`);
    });
};

/**
 * What a chart generates for a Secret differs every time it is rendered without a cluster: a constant would be the
 * same secret everywhere.
 */
export function constantSecrets(once: readonly Rendered[], again: readonly Rendered[]): Violation[] {
  return once
    .filter(({ kind }) => kind === 'Secret')
    .flatMap((secret) => {
      const other = again.find((object) => nameOf(object) === nameOf(secret));
      const content = { ...secret.data, ...secret.stringData };
      const otherContent = { ...other?.data, ...other?.stringData };
      return Object.keys(content).flatMap((key) =>
        unless(content[key] !== otherContent[key], secret, `${key} is a constant of the chart`),
      );
    });
}

/**
 * What a chart generates goes with its release, and what was written under it stays: whoever finds the data again would be
 * let in no more. So Helm is told to keep it.
 */
export function lostSecrets(once: readonly Rendered[], again: readonly Rendered[]): Violation[] {
  const keepsData = once.some(
    ({ kind, spec }) => kind === 'PersistentVolumeClaim' || (spec?.volumeClaimTemplates ?? []).length > 0,
  );
  if (!keepsData) return [];
  return once
    .filter(({ kind }) => kind === 'Secret')
    .filter((secret) => {
      const other = again.find((object) => nameOf(object) === nameOf(secret));
      return JSON.stringify(other) !== JSON.stringify(secret);
    })
    .filter(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'] !== 'keep')
    .map((object) => ({
      message: 'is generated, but not kept with the data (helm.sh/resource-policy: keep)',
      object,
    }));
}
