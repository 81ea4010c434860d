import { describe, expect, it } from 'vitest';
import { withPatience } from '../../../src/activities/release/refusals.js';
import { HelmError } from '../../../src/helm/errors.js';
import { KubernetesError } from '../../../src/kubernetes/api/errors.js';

const refused = 'User "ann" cannot watch resource "pods" in API group "" in the namespace "demo"';
const byHelm = new HelmError('forbidden', `failed pre-install: pods is forbidden: ${refused}`);
const byServer = new KubernetesError('forbidden', `GET /api/v1/pods: pods is forbidden: ${refused}`);
const byQuota = new KubernetesError('forbidden', 'pods "x" is forbidden: exceeded quota: compute');

/** Work that meets one error after another, and then succeeds. */
function meeting(errors: readonly Error[]) {
  const told: string[] = [];
  const controller = new AbortController();
  let tries = 0;
  const work = async () => {
    const error = errors[tries];
    tries += 1;
    if (error) throw error;
    return 'done';
  };
  const patience = { signal: controller.signal, tell: (detail: string) => void told.push(detail) };
  return { told, controller, tries: () => tries, work, patience };
}

describe('what an API server refuses', () => {
  it.each([byHelm, byServer])('is asked for again: %s', async (error) => {
    const { work, patience, told } = meeting([error, error]);
    expect(await withPatience(work, patience, [1, 1])).toBe('done');
    expect(told).toHaveLength(2);
    expect(told[0]).toContain(refused);
  });

  it('is refused for good after the last try', async () => {
    const { work, patience, tries } = meeting([byServer, byServer, byServer]);
    await expect(withPatience(work, patience, [1, 1])).rejects.toBe(byServer);
    expect(tries()).toBe(3);
  });

  it.each([byQuota, new KubernetesError('notFound', 'no'), new Error(refused)])(
    'is not asked for again where roles are not the reason: %s',
    async (error) => {
      const { work, patience, tries } = meeting([error]);
      await expect(withPatience(work, patience, [1])).rejects.toBe(error);
      expect(tries()).toBe(1);
    },
  );

  it('is not asked for again once the work is cancelled', async () => {
    const { work, patience, controller, tries } = meeting([byServer, byServer]);
    const cancelled = { ...patience, tell: () => controller.abort() };
    await expect(withPatience(work, cancelled, [60_000])).rejects.toMatchObject({ name: 'AbortError' });
    expect(tries()).toBe(1);
  });
});
