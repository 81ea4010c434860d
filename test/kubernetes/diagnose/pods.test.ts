import { describe, expect, it } from 'vitest';
import { diagnosePod } from '../../../src/kubernetes/diagnose/pods.js';
import { GracePeriod } from '../../../src/kubernetes/diagnose/failure-detector.js';
import type { Pod } from '../../../src/kubernetes/api/objects.js';
import { event, pod, podWith, waiting } from './objects.js';

const notFound = 'rpc error: code = NotFound desc = failed to pull and unpack image "x:1": x:1: not found';

const crashed = (restartCount: number, terminated: object): Pod =>
  podWith({ restartCount, ...waiting('CrashLoopBackOff'), lastState: { terminated } });

describe('a container that waits', () => {
  it.each([
    ['ErrImagePull', notFound, 'ImagePull', GracePeriod.none],
    [
      'ImagePullBackOff',
      `Back-off pulling image "x:1": ErrImagePull: ${notFound}`,
      'ImagePull',
      GracePeriod.none,
    ],
    ['ImagePullBackOff', 'Back-off pulling image "x:1"', 'ImagePull', GracePeriod.outage],
    ['ErrImagePull', 'failed to resolve reference: 401 Unauthorized', 'ImagePull', GracePeriod.none],
    ['ErrImagePull', 'pull access denied, repository does not exist', 'ImagePull', GracePeriod.none],
    ['ErrImagePull', 'net/http: TLS handshake timeout', 'ImagePull', GracePeriod.outage],
    ['ErrImagePull', 'unexpected status: 503 Service Unavailable', 'ImagePull', GracePeriod.outage],
    ['ErrImagePull', 'dial tcp: lookup registry.example: no such host', 'ImagePull', GracePeriod.shuffle],
    ['InvalidImageName', 'couldn’t parse image name', 'ImagePull', GracePeriod.none],
    [
      'ErrImageNeverPull',
      'Container image is not present with pull policy of Never',
      'ImagePull',
      GracePeriod.none,
    ],
    ['CreateContainerConfigError', 'secret "minio" not found', 'ConfigMissing', GracePeriod.lag],
    [
      'CreateContainerConfigError',
      'couldn’t find key user in Secret demo/minio',
      'ConfigMissing',
      GracePeriod.lag,
    ],
    ['CreateContainerError', 'context deadline exceeded', 'ContainerStart', GracePeriod.shuffle],
    [
      'RunContainerError',
      'runc: exec: "/none": no such file or directory',
      'ContainerStart',
      GracePeriod.lag,
    ],
    [
      'RunContainerError',
      'runc: exec: "none": executable file not found in $PATH',
      'ContainerStart',
      GracePeriod.lag,
    ],
    ['RunContainerError', 'runc: exec: "/etc/passwd": permission denied', 'ContainerStart', GracePeriod.lag],
    ['RunContainerError', 'the runtime is restarting', 'ContainerStart', GracePeriod.shuffle],
  ])('%s (%s) is %s', (reason, message, type, gracePeriod) => {
    const [finding, ...others] = diagnosePod(podWith(waiting(reason, message)), []);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ gracePeriod, cause: { type, where: 'Pod demo/kafka-0' } });
    expect(finding?.cause.next).toBeTruthy();
  });

  it('is healthy while it is created', () => {
    expect(diagnosePod(podWith(waiting('ContainerCreating')), [])).toEqual([]);
    expect(diagnosePod(podWith(waiting('PodInitializing')), [])).toEqual([]);
    expect(diagnosePod(podWith({ state: { running: {} } }), [])).toEqual([]);
  });

  it('does not wait for an image that only this program can bring', () => {
    const local = pod('kafka-0', 'set-kafka', {
      spec: { containers: [{ name: 'main', image: 'bigdata.local/kafka:1' }] },
      status: {
        containerStatuses: [
          { name: 'main', ...waiting('ErrImagePull', 'Temporary failure in name resolution') },
        ],
      },
    });
    expect(diagnosePod(local, [])[0]).toMatchObject({
      gracePeriod: GracePeriod.none,
      cause: { message: 'the node does not have the image bigdata.local/kafka:1' },
    });
  });
});

describe('a crash loop', () => {
  it.each([
    [1, GracePeriod.never],
    [2, GracePeriod.never],
    [3, GracePeriod.none],
    [9, GracePeriod.none],
  ])('after %i restarts has a grace period of %i', (restarts, gracePeriod) => {
    expect(diagnosePod(crashed(restarts, { exitCode: 1, reason: 'Error' }), [])[0]?.gracePeriod).toBe(
      gracePeriod,
    );
  });

  it('says how it died and where its last log lines are', () => {
    expect(diagnosePod(crashed(3, { exitCode: 137, reason: 'Error' }), [])[0]).toMatchObject({
      cause: {
        type: 'CrashLoop',
        message: 'container main crashes again and again (exit code 137, restarts: 3)',
      },
      logs: { pod: 'kafka-0', container: 'main', previous: true },
    });
    expect(diagnosePod(crashed(3, { exitCode: 137, reason: 'OOMKilled' }), [])[0]?.cause.type).toBe(
      'OutOfMemory',
    );
  });

  it.each([
    [
      'nothing but its memory limit may have killed',
      { resources: { limits: { memory: '16Mi' } } },
      'OutOfMemory',
    ],
    [
      'a probe may have killed',
      { resources: { limits: { memory: '16Mi' } }, livenessProbe: {} },
      'CrashLoop',
    ],
    ['has no memory limit', { resources: { limits: { cpu: 1 } } }, 'CrashLoop'],
  ])('of a container that %s is told as that, without the runtime’s word', (_, container, type) => {
    const dead = crashed(3, { exitCode: 137, reason: 'Error' });
    const limited = { ...dead, spec: { containers: [{ name: 'main', ...container }] } };
    expect(diagnosePod(limited, [])[0]?.cause.type).toBe(type);
  });

  it('of a command that cannot be run is none', () => {
    const noEntry = {
      exitCode: 128,
      reason: 'StartError',
      message: 'exec: "/none": no such file or directory',
    };
    const [finding] = diagnosePod(crashed(1, noEntry), []);
    expect(finding).toMatchObject({ gracePeriod: GracePeriod.lag, cause: { type: 'ContainerStart' } });
    expect(finding?.cause.message).toContain('exec: "/none"');
  });

  it('counts in init containers, too', () => {
    const init = { name: 'copy', restartCount: 5, ...waiting('CrashLoopBackOff') };
    const broken = pod('kafka-0', 'set-kafka', { status: { initContainerStatuses: [init] } });
    expect(diagnosePod(broken, [])[0]?.logs?.container).toBe('copy');
  });
});

describe('a volume that is not mounted', () => {
  const creating = podWith(waiting('ContainerCreating'));

  it('names a missing Secret', () => {
    const events = [
      event('pod-kafka-0', 'FailedMount', 'MountVolume.SetUp failed for volume "x" : secret "y" not found'),
    ];
    expect(diagnosePod(creating, events)[0]).toMatchObject({
      gracePeriod: GracePeriod.shuffle,
      missing: { resource: 'secrets', namespace: 'demo', name: 'y' },
      cause: { type: 'ConfigMissing' },
    });
  });

  it('names a missing key, for which nobody can look', () => {
    const events = [event('pod-kafka-0', 'FailedMount', 'configmap references non-existent config key: zz')];
    const [finding] = diagnosePod(creating, events);
    expect(finding).toMatchObject({ gracePeriod: GracePeriod.shuffle, cause: { type: 'ConfigMissing' } });
    expect(finding?.missing).toBeUndefined();
  });

  it('is patient with a slow driver, and with what was said before something newer', () => {
    const slow = [event('pod-kafka-0', 'FailedAttachVolume', 'volume is still attached to another node')];
    expect(diagnosePod(creating, slow)[0]).toMatchObject({
      gracePeriod: GracePeriod.never,
      cause: { type: 'MountFailed' },
    });
    const over = [
      event('pod-kafka-0', 'FailedMount', 'secret "y" not found'),
      event('pod-kafka-0', 'Pulling'),
    ];
    expect(diagnosePod(creating, over)).toEqual([]);
    const other = [event('pod-other', 'FailedMount', 'secret "y" not found')];
    expect(diagnosePod(creating, other)).toEqual([]);
  });
});

it('says nothing of a pod that is being deleted', () => {
  const broken = podWith(waiting('InvalidImageName'));
  const leaving = { ...broken, metadata: { ...broken.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  expect(diagnosePod(leaving, [])).toEqual([]);
});
