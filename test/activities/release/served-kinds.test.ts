import { afterEach, beforeEach, expect, it } from 'vitest';
import { onceKindsAreServed } from '../../../src/activities/release/served-kinds.js';
import { HelmError } from '../../../src/helm/errors.js';
import { type FakeApiServer, answer, startFakeApiServer } from '../../kubernetes/fake-api-server.js';

const error = new HelmError(
  'chart',
  'unable to build kubernetes objects: no matches for kind "Widget" in version "shop.test/v1" ensure CRDs are installed first',
);

let server: FakeApiServer;
/** How often the kind is asked for before it is served. */
let servedAfter: number;
let definitions: readonly object[] | 'forbidden';
let asked: number;

beforeEach(async () => {
  [servedAfter, asked, definitions] = [3, 0, [definition({})]];
  server = await startFakeApiServer((_request, response, { pathname }) => {
    if (pathname === '/apis/shop.test/v1') {
      asked += 1;
      const widget = { name: 'widgets', kind: 'Widget', namespaced: true, verbs: ['list', 'delete'] };
      if (asked > servedAfter) answer(response, 200, { resources: [widget] });
      else answer(response, 404, { message: 'not found' });
    } else if (definitions === 'forbidden') answer(response, 403, { message: 'forbidden' });
    else answer(response, 200, { metadata: {}, items: definitions });
  });
});

afterEach(() => server.close());

function definition({ kind = 'Widget', version = 'v1', accepted = 'True', served = true }): object {
  return {
    metadata: { name: 'widgets.shop.test' },
    spec: { group: 'shop.test', names: { kind }, versions: [{ name: version, served }] },
    status: { conditions: [{ type: 'NamesAccepted', status: accepted }] },
  };
}

/** Work that fails so often before it succeeds; what came of it, and what was told. */
async function attempt(failures: number, reason: Error = error) {
  const told: string[] = [];
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries <= failures) throw reason;
    return 'done';
  };
  const patience = { signal: new AbortController().signal, tell: (detail: string) => void told.push(detail) };
  const result = await onceKindsAreServed(server.rest, work, patience).catch((thrown: unknown) => thrown);
  return { result, told, tries };
}

it('waits for a kind that is defined and not served yet', async () => {
  expect(await attempt(1)).toEqual({
    result: 'done',
    tries: 2,
    told: Array.from(
      { length: 3 },
      () => 'waiting until the API server serves the kind Widget in shop.test/v1, whose definition is there',
    ),
  });
});

it('tries at once what is served by now, and no third time', async () => {
  servedAfter = 0;
  expect(await attempt(1)).toEqual({ result: 'done', tries: 2, told: [] });
  expect(await attempt(2)).toEqual({ result: error, tries: 2, told: [] });
});

it.each<[string, typeof definitions]>([
  ['is defined by nobody', []],
  ['has another kind’s definition', [definition({ kind: 'Gadget' })]],
  ['is defined in another version', [definition({ version: 'v2' })]],
  ['is defined and not to be served', [definition({ served: false })]],
  ['has names that another kind has', [definition({ accepted: 'False' })]],
  ['may not be looked for', 'forbidden'],
])('waits for no kind that %s', async (_, given) => {
  definitions = given;
  expect(await attempt(1)).toEqual({ result: error, tries: 1, told: [] });
});

it('takes no other mistake of a chart for that', async () => {
  const other = new HelmError('chart', 'path "/none" not found');
  expect(await attempt(1, other)).toEqual({ result: other, tries: 1, told: [] });
});
