/**
 * Worlds that differ in one point that the act's row hides from the caller must look the same: status,
 * headers, body, size, calls of KMS and store, leaves, usage, tasks, and whether the answer is held back to a
 * step.
 */

import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { KEPT } from '../../../functions/steps/offices.ts';
import { actDef } from '../../../shared/acts.ts';
import { ALL_ROUTES } from '../../../shared/contract/routes/all.ts';
import { type Callers, type TestGateway, testGateway } from '../../support/gateway.ts';
import { liftReviewLimit } from '../../support/lifted.ts';
import { ABSENT } from '../scenes/absent.ts';
import { SCENE } from '../scenes/scene.ts';
import { Harness, stated } from './harness.ts';
import { differences, type Observation, observe } from './observe.ts';
import { AGENCIES, alikeFor, asParty, type Party, partiesOf } from './parties.ts';
import type { Row } from './row.ts';
import { ROWS } from './rows.ts';
import { held } from './still.ts';
import { type Child, makeChildren, WORLDS, type World } from './worlds.ts';

vi.mock('../../../functions/http/deadline.ts', async (original) =>
  (await import('./still.ts')).stillDeadlines(original as never),
);
vi.mock('../../../functions/session/rates.ts', async () => (await import('./still.ts')).stillRates());
vi.mock('../../../functions/steps/freezes.ts', async (original) =>
  (await import('./still.ts')).stillFreezes(original as never),
);

type People = Record<World, Child>;

const clock = { now: Date.parse('2026-11-26T08:00:00Z') };
let gateway: TestGateway;
let call: Callers['call'];
let harness: Harness;
const seen: Map<World, Observation>[] = [];
const byParty = new Map<string, { party: Party; groups: Observation[][] }[]>();

beforeAll(async () => {
  liftReviewLimit();
  // The register is read again after a time, for any request.
  KEPT.ms = Number.POSITIVE_INFINITY;
  if (pack.approvals) Object.assign(pack.approvals, { open: 1e6 });
  gateway = await testGateway({ now: () => clock.now, agencies: SCENE.agencies });
  call = gateway.call;
  harness = new Harness(gateway, call, clock, held);
  // What is filed about a person stays as it is under the eyes of strangers, so these rows share their children.
  const own = ROWS.filter(({ route }) => !route.includes('/:id'));
  const [spare, ...sets] = (await makeChildren(gateway, call, own.length + 1)) as [People, ...People[]];
  const setOf = (row: Row) => sets[own.indexOf(row)] ?? spare;
  while ((await gateway.sequencer.step()).sequenced > 0);
  const documents = await fileDocuments(spare.more);
  spare.plain.document = (kind) => documents.get(kind) ?? expect.fail(kind);
  await look(quiet.before);
  for (const row of ROWS) {
    const [method = ''] = row.route.split(' ');
    harness.language = languageOf(row);
    const ask = async (child: Child) => harness.ask(method, await row.call(child));
    // The first calls fill caches of tokens, sessions and keys, and make the inboxes of a county.
    for (const world of ['elsewhere', 'plain'] as const) await ask(spare[world]);
    const worlds = new Map<World, Observation>();
    for (const world of setOf(row) === spare ? row.alike.flat() : WORLDS)
      worlds.set(world, await ask(setOf(row)[world]));
    seen.push(worlds);
  }
  await harness.readLater();
  await look(quiet.after);
  for (const row of FIRST.values()) byParty.set(row.route, await askAll(row, setOf(row), spare));
  await harness.readLater();
}, 400_000);
afterAll(() => gateway.close());

/** Every other row is asked in Chinese, whose words have other lengths. */
const languageOf = (row: Row) => (ROWS.indexOf(row) % 2 === 0 ? 'en' : 'zh-CN');

/** Each route with the first of its rows. */
const FIRST = new Map([...ROWS].reverse().map((row) => [row.route, row]));

/** The row's call as every kind of caller, about the children about whom the row's own caller has called before. */
async function askAll(
  row: Row,
  set: People,
  spare: People,
): Promise<{ party: Party; groups: Observation[][] }[]> {
  const { act } = ALL_ROUTES.find((one) => nameOf(one) === row.route) ?? expect.fail(row.route);
  const [method = ''] = row.route.split(' ');
  const results: { party: Party; groups: Observation[][] }[] = [];
  harness.language = languageOf(row);
  for (const party of partiesOf(act)) {
    const callOf = async (child: Child) => asParty(await row.call(child, party.agency.clientId), act, party);
    const ask = async (child: Child) => harness.ask(method, await callOf(child));
    const groups = alikeFor(row.route, act, party);
    const worlds = new Map<World, Observation>();
    // The first calls fill caches, with children whom no comparison is about.
    if (groups.length > 0) await ask(spare.elsewhere);
    if (groups.flat().length > 2 || groups.some((one) => !one.includes('nowhere'))) await ask(set.disputed);
    for (const world of groups.flat()) worlds.set(world, await ask(set[world]));
    const observed = groups.map((group) => group.map((world) => worlds.get(world) as Observation));
    results.push({ party, groups: observed });
  }
  return results;
}

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

/** Acts of other offices about a child, by kind. */
async function fileDocuments({ match }: Child): Promise<Map<string, string>> {
  const of = (route: string) => ROWS.find((row) => row.route === route) ?? expect.fail(route);
  const ids = new Map<string, string>();
  for (const [kind, route] of [
    ['request', 'POST /v1/requests'],
    ['case', 'POST /v1/cases'],
    ['consent', 'POST /v1/consents'],
    ['freeze', 'POST /v1/freezes'],
    ['hold', 'POST /v1/holds'],
    ['incident', 'POST /v1/incidents'],
    ['objection', 'POST /v1/objections'],
    ...(pack.casework?.harm ? [['report', 'POST /v1/harm-reports'] as const] : []),
  ] as const) {
    const { agency, details, path, body } = stated(await of(route).call({ match } as Child));
    const { json } = await call(agency, details, 'POST', path, body);
    const { id } = json[kind] ?? json;
    if (!id) expect.fail(`${route}: ${JSON.stringify(json)}`);
    ids.set(kind, id);
  }
  if (!ABSENT.has('POST /v1/files')) ids.set('file', await beginFile());
  const tasks = await call(SCENE.silence.filed.tasks, { actions: ['casework'] }, 'GET', '/v1/tasks');
  ids.set('task', tasks.json.tasks[0].id);
  return ids;
}

async function beginFile(): Promise<string> {
  const [field, { owners, files }] =
    [...pack.fields].find(([, one]) => one.files) ?? expect.fail('no field takes files');
  const { clientId } =
    SCENE.agencies.find(
      (one) => one.actions.includes('intake') && one.departments.some((code) => owners.includes(code)),
    ) ?? expect.fail(field);
  const body = { field, type: files?.types[0], bytes: 1, sha256: '0'.repeat(64) };
  const { json } = await call(clientId, { actions: ['intake'] }, 'POST', '/v1/files', body);
  return json.file ?? expect.fail(JSON.stringify(json));
}

/** Offices that no other's act concerns, which look at every view before and after all calls. */
const ACTIONS = SCENE.silence.bystanders;
const BYSTANDERS = Object.keys(ACTIONS);
/**
 * Frozen people of its area, acts that wait there, and every incident, are shown to the steward; another line reviews what
 * was stopped.
 */
const CONCERNED: ReadonlySet<string> = new Set([
  ...['/v1/tasks', '/v1/tasks/counts'].map((path) => `procuratorate-county ${path}`),
  'steward-office /v1/freezes',
  'steward-office /v1/incidents',
  'steward-office /v1/subjects/waiting',
]);
const quiet = { before: new Map<string, Observation>(), after: new Map<string, Observation>() };

async function look(into: Map<string, Observation>): Promise<void> {
  clock.now += 50;
  for (const agency of BYSTANDERS) {
    for (const { path, act } of views) {
      for (const action of new Set(pack.acts.get(act)?.who.flatMap((way) => way.actions ?? [])).add('')) {
        const actions = action === '' ? [...(ACTIONS[agency] ?? [])] : [action];
        const by = pack.acts.get(act)?.person === 'authenticated' ? { officer: 'an.onlooker' } : {};
        const token = await call(agency, { actions, ...by }, 'GET', path).catch(() => null);
        if (!token || token.status === 403) continue;
        into.set(
          `${agency} ${path}`,
          await observe(gateway, held, () => call(agency, { actions, ...by }, 'GET', path)),
        );
        break;
      }
    }
  }
}

/** Routes that only read, and name no person: each is added by itself. */
const views = ALL_ROUTES.filter(({ method, path, act, query }) => {
  const tells = pack.acts.get(act)?.tells ?? [];
  const plain = method === 'GET' && !path.includes(':') && !path.startsWith('/console');
  const open = Object.values(query?.entries ?? {}).every((one) => v.is(one as v.GenericSchema, undefined));
  return plain && open && !tells.some((what) => what === 'log' || what === 'uses') && act !== 'public.read';
});

describe.each(views)('$method $path', ({ path, act }) => {
  it('shows offices outside nothing of what others did', () => {
    for (const agency of BYSTANDERS) {
      const [before, after] = [quiet.before, quiet.after].map((all) => all.get(`${agency} ${path}`));
      if (!before || !after || CONCERNED.has(`${agency} ${path}`)) continue;
      expect([act, agency, differences(before, after)]).toEqual([act, agency, []]);
    }
    // No office outside may list legal holds at all.
    if (act === 'hold.list') return;
    expect([...quiet.before.keys()].some((name) => name.endsWith(` ${path}`))).toBe(true);
  });
});

describe.each(ROWS.map((row, i) => ({ i, route: row.route, row })))('$i $route', ({ i, row }) => {
  it.each(row.alike.map((worlds) => ({ worlds })))('looks alike for $worlds', ({ worlds }) => {
    const [first, ...others] = worlds.map((world) => seen[i]?.get(world) as Observation);
    for (const [j, other] of others.entries()) {
      const found = differences(first as Observation, other);
      const told = found.filter((one) => !row.except?.some((part) => one.startsWith(`${part}:`)));
      if (told.length > 0) expect.fail(`${worlds[0]} and ${worlds[j + 1]}: ${told.join('; ')}`);
    }
    // A malformed call would be the same for every caller.
    expect(first?.status).not.toBe(400);
    expect(first?.status).not.toBe(500);
  });
});

it('sees that a refusal is held back', () => {
  const at = ROWS.findIndex(({ route }) => route === 'POST /v1/releases');
  expect(seen[at]?.get('nowhere')?.held).not.toEqual([]);
});

const lookingUp = ROWS.map((row, i) => ({ i, route: row.route, row })).filter(({ route, row }) => {
  const found = ALL_ROUTES.find((one) => nameOf(one) === route);
  return found && 'finds' in actDef(found.act) && !row.blind;
});
it.each(lookingUp)('$i $route counts a miss for a person of whom no record exists', ({ i }) => {
  expect(seen[i]?.get('nowhere')?.counted).not.toEqual([]);
});

describe.each([...FIRST])('%s as every kind of caller', (route, row) => {
  it('looks alike', () => {
    const all = byParty.get(route) ?? expect.fail();
    const told = all.flatMap(({ party: { agency, known, purpose }, groups }) =>
      groups.flatMap(([first, ...others]) =>
        others.flatMap((other, i) =>
          differences(first as Observation, other)
            .filter((one) => !row.except?.some((part) => one.startsWith(`${part}:`)))
            .map((one) => `${agency.clientId} ${known} ${purpose ?? ''} ${i} ${one}`),
        ),
      ),
    );
    expect(told).toEqual([]);
    const statuses = all.flatMap(({ groups }) => groups.flat().map(({ status }) => status));
    expect(Math.max(...statuses)).toBeLessThan(500);
    expect(new Set(all.map(({ party }) => party.agency.clientId)).size).toBe(AGENCIES.length);
  });
});

/** Routes whose paths, queries or bodies name a person, or what was filed about one. */
const naming = ALL_ROUTES.filter(({ path, query, body: takes, bodyAs, act }) => {
  const tells = pack.acts.get(act)?.tells ?? [];
  // Auditors read the whole log. Ids of agencies and jobs lead to no person.
  if (tells.some((what) => ['log', 'register', 'jobs'].includes(what))) return false;
  // Leaves name the ids of entries to every reader; `test/audit/use.test.ts` compares the reads of all that is hidden.
  if (act === 'usage.read') return false;
  if (path.includes(':id')) return true;
  const body = JSON.stringify([takes, bodyAs]) + JSON.stringify(Object.keys(query?.entries ?? {}));
  return path.includes(':ref') || /"(subject|subjects|ref)"/.test(body);
});
it('every route that names a person has a row here', () => {
  const rows = new Set(ROWS.map(({ route }) => route));
  const missing = naming.map(nameOf).filter((route) => !rows.has(route) && !ABSENT.has(route));
  expect(missing).toEqual([]);
  expect(naming.length).toBeGreaterThan(12);
});
