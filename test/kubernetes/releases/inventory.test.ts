/** What can be looked at in a cluster with broken parts. */
import { afterEach, expect, it } from 'vitest';
import { listInventory } from '../../../src/kubernetes/releases/inventory.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../fake-api-server.js';

let server: FakeApiServer;

afterEach(() => server.close());

const verbs = ['list', 'delete'];
const serving: Readonly<Record<string, object>> = {
  '/apis': {
    groups: ['apps/v1', 'example.com/v1'].map((groupVersion) => ({
      name: groupVersion.split('/')[0],
      preferredVersion: { groupVersion },
    })),
  },
  '/api/v1': { resources: [{ name: 'services', kind: 'Service', namespaced: true, verbs }] },
  '/apis/apps/v1': { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs }] },
  '/apis/example.com/v1': { resources: [{ name: 'widgets', kind: 'Widget', namespaced: true, verbs }] },
};

/** A cluster with one Service, in which one kind cannot be listed. */
async function serve(broken: string, status: number, message: string): Promise<void> {
  server = await startFakeApiServer((_request, response, { pathname }) => {
    const discovered = serving[pathname];
    if (discovered !== undefined) answer(response, 200, discovered);
    else if (pathname.endsWith(`/${broken}`)) answer(response, status, { kind: 'Status', message });
    else if (pathname.endsWith('/services')) {
      const metadata = { name: 'front', namespace: 'demo', uid: 'front' };
      answer(response, 200, { metadata: {}, items: [{ metadata }] });
    } else answer(response, 200, { metadata: {}, items: [] });
  });
}

const deadWebhook =
  'conversion webhook for example.com/v1, Kind=Widget failed: Post "https://x/convert": connection refused';

it('goes on where the webhook of a stranger’s kind is dead, and names the kind', async () => {
  await serve('widgets', 500, deadWebhook);
  const { objects, unseen } = await listInventory(server.rest, 'demo');
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(['front']);
  expect(unseen).toEqual([{ kind: 'Widget', why: expect.stringContaining(deadWebhook) as string }]);
});

it('does not go on where the API server itself does not answer', async () => {
  await serve('deployments', 500, 'etcdserver: request timed out');
  await expect(listInventory(server.rest, 'demo')).rejects.toMatchObject({ kind: 'server' });
});

it('does not take a busy server for a broken one', async () => {
  await serve('widgets', 429, 'too many requests');
  await expect(listInventory(server.rest, 'demo')).rejects.toMatchObject({ kind: 'server' });
});

it('names a kind that this user may not list', async () => {
  await serve('deployments', 403, 'deployments.apps is forbidden: User "eve" cannot list resource');
  const { unseen } = await listInventory(server.rest, 'demo');
  expect(unseen).toEqual([{ kind: 'Deployment', why: 'this user may not list them' }]);
});
