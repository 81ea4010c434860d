/**
 * What no pod may do, and what each must say about itself.
 *
 * @module
 */
import { type Container, type Probe, type RenderedPod, containersOf, podsOf } from '../support/objects.js';
import type { Rule } from './rule.js';

/** No Service's variables in the environment: KAFKA_PORT=tcp://… breaks Kafka, and others likewise. */
export const noServiceLinks: Rule = ({ objects }) =>
  podsOf(objects)
    .filter(({ spec }) => spec.enableServiceLinks !== false)
    .map(({ where }) => `${where}: enableServiceLinks is not false`);

/** A token of the API server only with a ServiceAccount of its own. */
export const noIdleTokens: Rule = ({ objects }) =>
  podsOf(objects)
    .filter(
      ({ spec }) =>
        spec.automountServiceAccountToken === undefined ||
        (spec.automountServiceAccountToken && spec.serviceAccountName === undefined),
    )
    .map(
      ({ where }) =>
        `${where}: automountServiceAccountToken must be false without a ServiceAccount of its own`,
    );

export const nonRoot: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) => {
    const { where, spec } = pod;
    return [
      ...check(spec.securityContext?.runAsNonRoot === true, `${where}: runAsNonRoot is not true`),
      ...check(
        spec.securityContext?.seccompProfile?.type === 'RuntimeDefault',
        `${where}: seccompProfile is not RuntimeDefault`,
      ),
      ...check(spec.hostNetwork !== true, `${where}: hostNetwork`),
      ...(spec.volumes ?? [])
        .filter(({ hostPath }) => hostPath !== undefined)
        .map(({ name }) => `${where}: the volume ${name} is a folder of the node`),
      ...eachContainer(pod, ({ securityContext }) => [
        ...check(securityContext?.privileged !== true, 'is privileged'),
        ...check(securityContext?.runAsUser !== 0, 'runs as root'),
        ...check(
          securityContext?.allowPrivilegeEscalation === false,
          'allowPrivilegeEscalation is not false',
        ),
        ...check(securityContext?.capabilities?.drop?.includes('ALL') === true, 'keeps capabilities'),
        ...check((securityContext?.capabilities?.add ?? []).length === 0, 'adds capabilities'),
        ...check(
          securityContext?.readOnlyRootFilesystem !== undefined,
          'does not decide on readOnlyRootFilesystem',
        ),
      ]),
    ];
  });

export const resources: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    eachContainer(pod, ({ resources: given }) => [
      ...check(given?.requests?.['cpu'] !== undefined, 'requests no cpu'),
      ...check(given?.requests?.['memory'] !== undefined, 'requests no memory'),
      ...check(given?.limits?.['memory'] !== undefined, 'has no limit of memory'),
    ]),
  );

/** Every container that stays says when it is ready and when it is stuck. */
export const probes: Rule = ({ objects }) =>
  podsOf(objects)
    .filter(({ isHook, owner }) => !isHook && !['Job', 'CronJob'].includes(owner.kind))
    .flatMap(({ where, spec }) =>
      (spec.containers ?? []).flatMap((container) => [
        ...check(container.readinessProbe !== undefined, `${where}: ${container.name} has no readinessProbe`),
        ...check(container.livenessProbe !== undefined, `${where}: ${container.name} has no livenessProbe`),
      ]),
    );

/** Seconds that a start may take until the kubelet kills it for being slow: `timeouts.ready` is there to judge that. */
const slowestStart = 3_600;

/** Nothing that is merely slow to start is killed for it, again and again. */
export const patientProbes: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    eachContainer(pod, ({ startupProbe, livenessProbe }) =>
      check(
        livenessProbe === undefined ||
          (startupProbe !== undefined && secondsOf(startupProbe) >= slowestStart),
        `a start that takes longer than ${startupProbe ? `${secondsOf(startupProbe)} s` : 'its livenessProbe allows'} is killed: its startupProbe must allow ${slowestStart} s`,
      ),
    ),
  );

function secondsOf({ periodSeconds = 10, failureThreshold = 3 }: Probe): number {
  return periodSeconds * failureThreshold;
}

/** The same content tomorrow: a tag that is no moving one, or a digest. */
export const pinnedImages: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    eachContainer(pod, ({ image, imagePullPolicy }) => [
      ...check(
        /@sha256:[0-9a-f]{64}$/.test(image) || /:[\w][\w.-]*$/.test(image),
        `the image ${image} has neither tag nor digest`,
      ),
      ...check(!/:(latest|stable|main|master)$/.test(image), `the tag of ${image} moves`),
      ...check(imagePullPolicy !== 'Always', 'imagePullPolicy is Always'),
    ]),
  );

function eachContainer(pod: RenderedPod, violations: (container: Container) => string[]): string[] {
  return containersOf(pod).flatMap((container) =>
    violations(container).map((violation) => `${pod.where}: ${container.name}: ${violation}`),
  );
}

function check(holds: boolean, violation: string): string[] {
  return holds ? [] : [violation];
}
