/**
 * What no pod may do, and what each must say about itself.
 *
 * @module
 */
import { type Probe, podsOf } from '../rendered.js';
import { type Rule, ofContainers, unless } from './rule.js';

/** No Service's variables in the environment: KAFKA_PORT=tcp://… breaks Kafka, and others likewise. */
export const noServiceLinks: Rule = ({ objects }) =>
  podsOf(objects).flatMap(({ owner, spec }) =>
    unless(spec.enableServiceLinks === false, owner, 'enableServiceLinks is not false'),
  );

/** A token of the API server only with a ServiceAccount of its own. */
export const noIdleTokens: Rule = ({ objects }) =>
  podsOf(objects).flatMap(({ owner, spec }) =>
    unless(
      spec.automountServiceAccountToken === false ||
        (spec.automountServiceAccountToken === true && spec.serviceAccountName !== undefined),
      owner,
      'automountServiceAccountToken must be false without a ServiceAccount of its own',
    ),
  );

export const nonRoot: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) => {
    const { owner, spec } = pod;
    const { runAsNonRoot, seccompProfile } = spec.securityContext ?? {};
    return [
      ...unless(runAsNonRoot === true, owner, 'runAsNonRoot is not true'),
      ...unless(seccompProfile?.type === 'RuntimeDefault', owner, 'seccompProfile is not RuntimeDefault'),
      ...unless(spec.hostNetwork !== true, owner, 'hostNetwork'),
      ...(spec.volumes ?? []).flatMap(({ name, hostPath }) =>
        unless(hostPath === undefined, owner, `the volume ${name} is a folder of the node`),
      ),
      ...ofContainers(pod, ({ securityContext }) => [
        securityContext?.privileged === true && 'is privileged',
        securityContext?.runAsUser === 0 && 'runs as root',
        securityContext?.allowPrivilegeEscalation !== false && 'allowPrivilegeEscalation is not false',
        securityContext?.capabilities?.drop?.includes('ALL') !== true && 'keeps capabilities',
        (securityContext?.capabilities?.add ?? []).length > 0 && 'adds capabilities',
        securityContext?.readOnlyRootFilesystem === undefined && 'does not decide on readOnlyRootFilesystem',
      ]),
    ];
  });

export const resources: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    ofContainers(pod, ({ resources: given }) => [
      given?.requests?.['cpu'] === undefined && 'requests no cpu',
      given?.requests?.['memory'] === undefined && 'requests no memory',
      given?.limits?.['memory'] === undefined && 'has no limit of memory',
    ]),
  );

/** Every container that stays says when it is ready and when it is stuck. */
export const probes: Rule = ({ objects }) =>
  podsOf(objects)
    .filter(({ isHook, owner }) => !isHook && !['Job', 'CronJob'].includes(owner.kind))
    .flatMap((pod) => {
      const staying = pod.spec.containers ?? [];
      return ofContainers(pod, (container) =>
        staying.includes(container)
          ? [
              container.readinessProbe === undefined && 'has no readinessProbe',
              container.livenessProbe === undefined && 'has no livenessProbe',
            ]
          : [],
      );
    });

/** Seconds that a start may take until the kubelet kills it for being slow: `timeouts.ready` is there to judge that. */
const slowestStart = 3_600;

/** Nothing that is merely slow to start is killed for it, again and again. */
export const patientProbes: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    ofContainers(pod, ({ startupProbe, livenessProbe }) => {
      const isPatient = startupProbe !== undefined && secondsOf(startupProbe) >= slowestStart;
      const allowed = startupProbe ? `${secondsOf(startupProbe)} s` : 'its livenessProbe allows';
      return [
        livenessProbe !== undefined &&
          !isPatient &&
          `a start that takes longer than ${allowed} is killed: its startupProbe must allow ${slowestStart} s`,
      ];
    }),
  );

function secondsOf({ periodSeconds = 10, failureThreshold = 3 }: Probe): number {
  return periodSeconds * failureThreshold;
}

/** The same content tomorrow: a tag that is no moving one, or a digest. */
export const pinnedImages: Rule = ({ objects }) =>
  podsOf(objects).flatMap((pod) =>
    ofContainers(pod, ({ image, imagePullPolicy }) => {
      const isPinned = /@sha256:[0-9a-f]{64}$/.test(image) || /:[\w][\w.-]*$/.test(image);
      return [
        !isPinned && `the image ${image} has neither tag nor digest`,
        /:(latest|stable|main|master)$/.test(image) && `the tag of ${image} moves`,
        imagePullPolicy === 'Always' && 'imagePullPolicy is Always',
      ];
    }),
  );
