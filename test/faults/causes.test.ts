/**
 * Faults of a component, all injected at once: each is called by its name, with the object and what to do.
 *
 * @components none
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Activities } from '../../src/activities/contract.js';
import { createActivities } from '../../src/activities/index.js';
import { createHelm } from '../../src/helm/helm.js';
import { connect, loadKubeConfig } from '../../src/kubernetes/api/connect.js';
import type { PlannedCheck } from '../../src/stack/plan/plan-types.js';
import { run } from '../support/real-cluster.js';
import { CauseBench, type InjectedFault } from './cause-bench.js';
import { type ServedRegistry, serveRegistry } from './served-registry.js';

const namespace = 'causes';

/** Never ready, so that nothing but the crashes of the container counts: the fourth is what a loop is known by. */
const crashing = { readyAfter: 600 };

let bench: CauseBench;
let folder: string;
let registry: ServedRegistry;

beforeAll(async () => {
  bench = await CauseBench.open('Faults of a component, called by their names', namespace);
  folder = await mkdtemp(join(tmpdir(), 'bigdata-causes-'));
  registry = await startForbiddingRegistry();
});

afterAll(async () => {
  await bench?.close();
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A registry on this machine that lets nobody pull. */
function startForbiddingRegistry(): Promise<ServedRegistry> {
  return serveRegistry((_request, response) => {
    const body = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] };
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

/** Activities of somebody who may see that the cluster is there, and no more. */
async function ofNobody(): Promise<Activities> {
  const { rest } = bench.real.cluster;
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await bench.write(path, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'nobody', namespace },
  });
  await bench.write('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'causes-nobody' },
    rules: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }],
  });
  await bench.write('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'causes-nobody' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'causes-nobody' },
    subjects: [{ kind: 'ServiceAccount', name: 'nobody', namespace }],
  });
  const { status } = await rest.json<{ status: { token: string } }>({
    method: 'POST',
    path: `${path}/nobody/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
  });
  const config = loadKubeConfig(bench.real.cluster.connection);
  const user = { name: 'nobody', token: status.token };
  config.loadFromClusterAndUser(
    config.getCurrentCluster() as NonNullable<ReturnType<typeof config.getCurrentCluster>>,
    user,
  );
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, config.exportConfig(), { mode: 0o600 });
  const helm = createHelm({ binary: bench.real.helmProgram, home: join(folder, 'helm'), kubeconfig });
  return createActivities({ helm, kubernetes: await connect({ kubeconfig }) });
}

const faults: readonly InjectedFault[] = [
  {
    fault: 'image absent',
    where: 'an image that was never loaded',
    type: 'ImagePull',
    says: ['bigdata.local/none:1', `Pod ${namespace}/image-0`],
    inject: () => bench.install('image', { image: 'bigdata.local/none:1' }),
  },
  {
    fault: 'image pull forbidden',
    where: 'a registry that asks for a password',
    type: 'ImagePull',
    says: [/401|unauthorized|authorization failed/i, 'credentials'],
    inject: () => bench.install('forbidden', { image: `${registry.host}/private/image:1` }),
  },
  {
    fault: 'unschedulable',
    where: 'more cpu than there is',
    type: 'Unschedulable',
    says: ['Insufficient cpu', 'lower its requests'],
    inject: () => bench.install('cpu', { cpu: '1000' }),
  },
  {
    fault: 'unschedulable',
    where: 'more memory than there is',
    type: 'Unschedulable',
    says: ['Insufficient memory'],
    inject: () => bench.install('memory', { memory: '100Ti' }),
  },
  {
    fault: 'unschedulable',
    where: 'a node selector that fits no node',
    type: 'Unschedulable',
    says: [/node affinity\/selector/],
    inject: () => bench.install('selector', { nodeSelector: { disk: 'none-such' } }),
  },
  {
    fault: 'claim pending',
    where: 'no StorageClass',
    type: 'ClaimPending',
    says: [`PersistentVolumeClaim ${namespace}/data-claim-0`, 'volumes'],
    inject: () => bench.install('claim', { claim: true, storageClass: '-' }),
  },
  {
    fault: 'claim pending',
    where: 'a StorageClass that is not there',
    type: 'ClaimPending',
    says: ['none-such'],
    inject: () => bench.install('class', { claim: true, storageClass: 'none-such' }),
  },
  {
    fault: 'claim missing',
    where: 'a claim that nobody made',
    type: 'ClaimMissing',
    says: ['no-such', 'create the PersistentVolumeClaim'],
    inject: () => bench.install('no-claim', { existingClaim: 'no-such' }),
  },
  {
    fault: 'volume full',
    where: 'more data than its size',
    type: 'CrashLoop',
    says: ['no space left on device', 'make its volume larger'],
    inject: () => bench.install('full', { ...crashing, scratch: '1Mi', args: ['write', '2097152', 'stay'] }),
  },
  {
    fault: 'crash loop',
    where: 'a bad configuration, and a secret in the log',
    type: 'CrashLoop',
    says: ['broker.id is missing', 'exit code 7', /^token: …$/m],
    inject: () =>
      bench.install('crash', {
        ...crashing,
        args: ['print', 'token: abc', 'print', 'broker.id is missing', 'exit', '7'],
      }),
  },
  {
    fault: 'crash loop',
    where: 'more memory than its limit',
    type: 'OutOfMemory',
    says: [/ran out of its memory limit|above its memory limit of 16Mi/, 'raise the memory limit'],
    inject: () =>
      bench.install('oom', { ...crashing, memoryLimit: '16Mi', args: ['eat', '67108864', 'stay'] }),
  },
  {
    fault: 'crash loop',
    where: 'a user who may not write',
    type: 'CrashLoop',
    says: ['permission denied', 'fsGroup'],
    inject: () =>
      bench.install('permission', { ...crashing, user: 65_532, args: ['touch', '/mark', 'stay'] }),
  },
  {
    fault: 'crash loop',
    where: 'a command that is not there',
    type: 'ContainerStart',
    says: ['/none'],
    inject: () => bench.install('command', { command: ['/none'] }),
  },
  {
    fault: 'readiness never true',
    where: 'a probe that fails',
    type: 'ReadyTimeout',
    says: [/not ready after \d+ s, the last \d+ s without progress: 0\/1 pods ready/, 'electing'],
    inject: () =>
      bench.install('late', { ...crashing, args: ['print', 'electing', 'stay'] }, { timeout: 20_000 }),
  },
  {
    fault: 'ConfigMap missing',
    where: 'for the environment',
    type: 'ConfigMissing',
    says: ['"no-such" not found'],
    inject: () => bench.install('configmap', { configMap: 'no-such' }),
  },
  {
    fault: 'Secret missing',
    where: 'for a variable',
    type: 'ConfigMissing',
    says: ['"no-such" not found'],
    inject: () => bench.install('secret-variable', { secretVariable: 'no-such' }),
  },
  {
    fault: 'Secret missing',
    where: 'for a volume',
    type: 'ConfigMissing',
    says: ['"no-such" not found'],
    inject: () => bench.install('secret-volume', { secretVolume: 'no-such' }),
  },
  {
    fault: 'ServiceAccount missing',
    where: 'of a StatefulSet',
    type: 'ServiceAccountMissing',
    says: ['no-such'],
    inject: () => bench.install('account', { serviceAccount: 'no-such' }),
  },
  {
    fault: 'ServiceAccount missing',
    where: 'of a Deployment',
    type: 'ServiceAccountMissing',
    says: ['no-such'],
    inject: () => bench.install('account-too', { kind: 'Deployment', serviceAccount: 'no-such' }),
  },
  {
    fault: 'quota exceeded',
    where: 'no pods are allowed',
    type: 'QuotaExceeded',
    says: ['exceeded quota', 'raise the ResourceQuota'],
    async inject() {
      await bench.makeNamespace('causes-quota');
      await bench.write('/api/v1/namespaces/causes-quota/resourcequotas', {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'none', namespace: 'causes-quota' },
        spec: { hard: { pods: '0' } },
      });
      await bench.install('quota', {}, { namespace: 'causes-quota' });
    },
  },
  {
    fault: 'admission refused',
    where: 'a restricted namespace',
    type: 'AdmissionDenied',
    says: ['violates PodSecurity', 'change the policy'],
    async inject() {
      await bench.makeNamespace('causes-policy');
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      const metadata = { name: 'causes-policy', labels };
      await bench.write('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
      await bench.install('policy', {}, { namespace: 'causes-policy' });
    },
  },
  {
    fault: 'immutable field changed',
    where: 'podManagementPolicy of a StatefulSet',
    type: 'ImmutableField',
    says: ['undo the change of this field'],
    async inject() {
      await bench.apply('fixed', { replicas: 0 });
      await bench.apply('fixed', { replicas: 0, podManagementPolicy: 'OrderedReady' });
    },
  },
  {
    fault: 'port taken',
    where: 'a NodePort of another Service',
    type: 'PortTaken',
    says: ['30099', 'provided port is already allocated'],
    async inject() {
      await bench.apply('node-port', { replicas: 0, nodePort: 30_099 });
      await bench.apply('node-port-too', { replicas: 0, nodePort: 30_099 });
    },
  },
  {
    fault: 'port taken',
    where: 'a host port of another pod',
    type: 'PortTaken',
    says: ['free ports', /host port held by Pod causes\/host-port-[01]/, 'choose another host port'],
    inject: () => bench.install('host-port', { hostPort: 30_098, replicas: 2 }),
  },
  {
    fault: 'chart error',
    where: 'values that its schema refuses',
    type: 'ValuesInvalid',
    says: ['replicas'],
    inject: () => bench.apply('values', { replicas: 'many' }),
  },
  {
    fault: 'chart error',
    where: 'a chart that is not the planned one',
    type: 'ChartChanged',
    says: ['run'],
    inject: () => bench.apply('changed', {}, { change: { digest: `sha256:${'0'.repeat(64)}` } }),
  },
  {
    fault: 'check fails',
    where: 'with the component up',
    type: 'CheckFailed',
    says: ['received 2 of 3', 'every record'],
    async inject() {
      const tests = [{ name: 'count', args: ['print', 'received 2 of 3', 'exit', '1'] }];
      await bench.install('checked', { tests });
      const check: PlannedCheck = {
        name: 'count',
        pods: ['checked-count'],
        proves: 'every record comes back',
        disruptive: false,
      };
      const reference = { stack: bench.stack, namespace, component: 'checked', release: 'checked' };
      await run(bench.real.activities.runCheck, { ...reference, check, timeout: 60_000 });
    },
  },
  {
    fault: 'API forbidden',
    where: 'a user without rights',
    type: 'Forbidden',
    says: ['cannot list resource "secrets"', 'ask for this right'],
    inject: async () => bench.apply('refused', {}, { activities: await ofNobody() }),
  },
];

describe.concurrent('a fault', () => {
  test.each(faults)('$fault: $where', (fault) => bench.expectNamed(fault));
});
