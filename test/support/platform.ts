/**
 * The platform, which takes minutes to install: tests that need it use the same one, in turn.
 *
 * @module
 */
import { clonePaths } from '../../src/paths.js';
import type { OperationState } from '../../src/stack/operation/operation-types.js';
import { Bigdata } from '../e2e/bigdata.js';
import { type WorkloadPod, workloadPods } from '../e2e/pods.js';

/** Of the stack and of its namespace: those of `stack.yaml`. */
export const platformName = 'bigdata';

/** Pods of each component's workloads. */
export const inventory: Readonly<Record<string, number>> = {
  volumes: 2,
  minio: 1,
  zookeeper: 3,
  kafka: 3,
  nifi: 1,
  hdfs: 5,
  hbase: 4,
  metastore: 1,
  spark: 3,
  livy: 1,
  zeppelin: 1,
  presto: 2,
};

export const platformComponents = [...Object.keys(inventory), 'together'];

/** The command line on the cluster of the other suites, which has the images already. */
export const bigdata = new Bigdata(clonePaths().state);

export function platformPods(): Promise<WorkloadPod[]> {
  return workloadPods(bigdata.kubeconfig, platformName);
}

export function phases({ components }: OperationState): Record<string, string> {
  return Object.fromEntries(components.map(({ name, phase }) => [name, phase]));
}

/** Every component of the platform in one phase. */
export function all(phase: string): Record<string, string> {
  return Object.fromEntries(platformComponents.map((name) => [name, phase]));
}

/** Takes it down with its data, unless other tests of this run still need it (`BIGDATA_TEST_KEEPS=platform`). */
export async function leavePlatform(...options: readonly string[]): Promise<void> {
  if (process.env['BIGDATA_TEST_KEEPS'] === 'platform') return;
  await bigdata.json('uninstall', ...options, '--delete-data', '--yes');
}
