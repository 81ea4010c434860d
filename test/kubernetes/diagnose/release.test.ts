import { describe, expect, it } from 'vitest';
import { diagnoseClaim } from '../../../src/kubernetes/diagnose/claims.js';
import { assess, notReadyCause } from '../../../src/kubernetes/diagnose/release.js';
import { GracePeriod } from '../../../src/kubernetes/diagnose/failure-detector.js';
import { diagnoseWorkload } from '../../../src/kubernetes/diagnose/workloads.js';
import type { Pod, Workload } from '../../../src/kubernetes/api/objects.js';
import { claim, event, pod, podWith, statefulSet, view, waiting } from './objects.js';

const ready: Pod['status'] = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

const replicaSet = (name: string, revision: string): Workload => ({
  metadata: {
    name,
    uid: name,
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ kind: 'Deployment', name: 'kafka', uid: 'set-kafka' }],
  },
});
const brokenPod = (name: string, owner: string) => {
  const broken = podWith(waiting('InvalidImageName', name));
  return { ...broken, metadata: { ...pod(name, owner).metadata } };
};

describe('a claim', () => {
  it.each([
    ['waits for its first pod', 'WaitForFirstConsumer', 'waiting for first consumer', {}, undefined],
    [
      'waits for its provisioner',
      'ExternalProvisioning',
      'Waiting for a volume to be created',
      {},
      undefined,
    ],
    [
      'has no class and there is no default',
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
      {},
      GracePeriod.lag,
    ],
    [
      'names a class that is not there',
      'ProvisioningFailed',
      'storageclass.storage.k8s.io "fast" not found',
      { storageClassName: 'fast' },
      GracePeriod.lag,
    ],
    [
      'meets a provisioner in trouble',
      'ProvisioningFailed',
      'no space left',
      { storageClassName: 'fast' },
      GracePeriod.never,
    ],
  ])('%s', (_what, reason, message, spec, gracePeriod) => {
    const [finding] = diagnoseClaim(claim({ spec }), [event('claim-1', reason, message)]);
    expect(finding?.gracePeriod).toBe(gracePeriod);
    expect(finding?.cause.type).toBe(gracePeriod === undefined ? undefined : 'ClaimPending');
  });

  it('is healthy when bound, and lost when its volume is', () => {
    expect(diagnoseClaim(claim({ status: { phase: 'Bound' } }), [])).toEqual([]);
    expect(diagnoseClaim(claim({ status: { phase: 'Lost' } }), [])[0]?.cause.type).toBe('ClaimLost');
  });
});

describe('a workload whose pods are refused', () => {
  const lacking = statefulSet('kafka', { status: { replicas: 0 } });

  it.each([
    [
      'error looking up service account demo/kafka: serviceaccount "kafka" not found',
      'ServiceAccountMissing',
    ],
    [
      'pods "kafka-0" is forbidden: exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0',
      'QuotaExceeded',
    ],
    [
      'pods "kafka-0" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
      'AdmissionDenied',
    ],
    ['admission webhook "policy.example" denied the request: no', 'AdmissionDenied'],
    ['Pod "kafka-0" is invalid: spec.containers: Required value', 'CreateFailed'],
  ])('%s', (message, type) => {
    const events = [event('set-kafka', 'FailedCreate', message)];
    expect(diagnoseWorkload('StatefulSet', lacking, events)[0]?.cause).toMatchObject({
      type,
      where: 'StatefulSet demo/kafka',
    });
  });

  it('is healthy once it has its pods, or has made one since', () => {
    const refused = event('set-kafka', 'FailedCreate', 'exceeded quota');
    expect(diagnoseWorkload('StatefulSet', statefulSet('kafka'), [refused])).toEqual([]);
    expect(
      diagnoseWorkload('StatefulSet', lacking, [refused, event('set-kafka', 'SuccessfulCreate')]),
    ).toEqual([]);
  });

  it('is believed at its own word where it has one', () => {
    const message = 'pods "x" is forbidden: exceeded quota';
    const set: Workload = {
      ...statefulSet('kafka'),
      status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message }] },
    };
    expect(diagnoseWorkload('ReplicaSet', set, [])[0]?.cause.type).toBe('QuotaExceeded');
  });

  it('names a failed job', () => {
    const failed: Workload = {
      ...statefulSet('load'),
      status: {
        conditions: [
          { type: 'Failed', status: 'True', message: 'Job has reached the specified backoff limit' },
        ],
      },
    };
    expect(diagnoseWorkload('Job', failed, [])[0]).toMatchObject({
      gracePeriod: GracePeriod.none,
      cause: { type: 'JobFailed' },
    });
  });
});

describe('a release', () => {
  it('is ready when all of its workloads are, whatever others do', () => {
    const done = statefulSet('kafka', {
      status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1 },
    });
    const assessment = assess(view({ sets: [done, statefulSet('minio')] }), 'kafka');
    expect(assessment).toMatchObject({ ready: true, waitingFor: '1/1 pods ready', findings: [] });
    expect(assess(view({ sets: [done, statefulSet('minio')] }), 'minio').ready).toBe(false);
  });

  it('is not ready while a pod of a StatefulSet is being deleted, which still counts as ready', () => {
    const set = statefulSet('kafka', {
      status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1 },
    });
    const leaving = pod('kafka-0', 'set-kafka', { status: ready });
    const deleted = {
      ...leaving,
      metadata: { ...leaving.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    };
    expect(assess(view({ sets: [set], pods: [leaving] }), 'kafka').ready).toBe(true);
    expect(assess(view({ sets: [set], pods: [deleted] }), 'kafka')).toMatchObject({
      ready: false,
      waitingFor: '0/1 pods ready',
    });
  });

  it('is ready without any workload', () => {
    expect(assess(view(), 'kafka')).toMatchObject({ ready: true, waitingFor: '0/0 pods ready' });
  });

  it('findings its pods, their claims and its workloads', () => {
    const volumes = [{ persistentVolumeClaim: { claimName: 'data-kafka-0' } }];
    const broken = { ...podWith(waiting('InvalidImageName', 'bad')), spec: { volumes } };
    const findings = assess(
      view({
        sets: [statefulSet('kafka', { spec: { replicas: 3 } })],
        pods: [broken, pod('other-0', 'set-other', { status: { phase: 'Pending' } })],
        claims: [claim(), claim({ metadata: { name: 'elsewhere', uid: 'claim-2' } })],
        events: [
          event('set-kafka', 'FailedCreate', 'exceeded quota'),
          event('claim-1', 'FailedBinding', 'no persistent volumes available and no storage class is set'),
          event('claim-2', 'FailedBinding', 'no storage class is set'),
        ],
      }),
      'kafka',
    ).findings.map(({ cause }) => cause.type);
    expect(findings).toEqual(['QuotaExceeded', 'ClaimPending', 'ImagePull']);
  });

  it('does not take the pods of an earlier revision for its own, but sees that they are stuck', () => {
    const old = podWith(waiting('InvalidImageName', 'bad'));
    const set = statefulSet('kafka', {
      status: { observedGeneration: 1, replicas: 1, updateRevision: 'r2', currentRevision: 'r1' },
    });
    const assessment = assess(view({ sets: [set], pods: [old] }), 'kafka');
    expect(assessment.findings).toEqual([]);
    expect(assessment.stuck).toEqual([old]);
    const healthy = { ...old, status: ready };
    expect(assess(view({ sets: [set], pods: [healthy] }), 'kafka').stuck).toEqual([]);
  });

  it('does not judge the pods of a workload of which its controller has not seen the newest revision', () => {
    const old = podWith(waiting('InvalidImageName', 'bad'));
    const change = { metadata: { ...statefulSet('kafka').metadata, generation: 2 } };
    const assessment = assess(view({ sets: [statefulSet('kafka', change)], pods: [old] }), 'kafka');
    expect(assessment).toMatchObject({ ready: false, findings: [], stuck: [] });
    const deployment: Workload = { ...statefulSet('kafka', change), status: { observedGeneration: 1 } };
    const pods = [brokenPod('old-1', 'old')];
    const workloads = { StatefulSet: [], Deployment: [deployment], DaemonSet: [], Job: [] };
    const seen = view({ workloads, replicaSets: [replicaSet('old', '9')], pods });
    expect(assess(seen, 'kafka')).toMatchObject({ ready: false, findings: [], stuck: [] });
  });

  it('looks at the newest ReplicaSet of a Deployment alone', () => {
    const deployment: Workload = { ...statefulSet('kafka'), status: { observedGeneration: 1 } };
    const assessment = assess(
      view({
        workloads: { StatefulSet: [], Deployment: [deployment], DaemonSet: [], Job: [] },
        replicaSets: [replicaSet('old', '9'), replicaSet('new', '10')],
        pods: [brokenPod('old-1', 'old'), brokenPod('new-1', 'new')],
      }),
      'kafka',
    );
    expect(assessment.findings.map(({ cause }) => cause.where)).toEqual(['Pod demo/new-1']);
    expect(assessment.stuck).toEqual([]);
  });

  it('says in the end what looked wrong, or else what was missing', () => {
    const set = statefulSet('kafka');
    const slow = assess(
      view({ sets: [set], pods: [podWith(waiting('ImagePullBackOff', 'Back-off pulling image'))] }),
      'kafka',
    );
    expect(notReadyCause(slow, 'kafka', 'demo', '300 s')).toMatchObject({
      type: 'ReadyTimeout',
      where: 'Pod demo/kafka-0',
      message: expect.stringContaining('cannot be pulled') as string,
    });
    const silent = assess(view({ sets: [set] }), 'kafka');
    expect(notReadyCause(silent, 'kafka', 'demo', '300 s')).toMatchObject({
      where: 'release demo/kafka',
      message: 'not ready after 300 s: 0/1 pods ready',
    });
  });

  it('says what the pod itself says that it waits for', () => {
    const words = 'Readiness probe failed: no database at db:5432\n';
    const set = statefulSet('kafka');
    const running = podWith({ state: { running: {} } });
    const events = [
      event('pod-kafka-0', 'Unhealthy', 'Startup probe failed: nothing'),
      event('pod-kafka-0', 'Unhealthy', words),
      event('pod-kafka-0', 'Pulled', 'an image'),
    ];
    const probed = assess(view({ sets: [set], pods: [running], events }), 'kafka');
    expect(notReadyCause(probed, 'kafka', 'demo', '20 s')).toMatchObject({
      where: 'Pod demo/kafka-0',
      message: 'not ready after 20 s: 0/1 pods ready; Readiness probe failed: no database at db:5432',
    });
    const status = { initContainerStatuses: [{ name: 'wait', state: { running: {} } }] };
    const initial = assess(view({ sets: [set], pods: [pod('kafka-0', 'set-kafka', { status })] }), 'kafka');
    expect(notReadyCause(initial, 'kafka', 'demo', '20 s').message).toBe(
      'not ready after 20 s: 0/1 pods ready; its init container wait has not ended',
    );
  });
});
