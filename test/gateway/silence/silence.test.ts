/**
 * Worlds that differ in one point that the act's row hides from the caller must look the same: status,
 * headers, body, size, calls of KMS and store, leaves, usage, tasks, and whether the answer is held back to a
 * step.
 */

import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { ALL_ROUTES } from '../../../functions/steward/app.ts';
import { getAgency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { type Callers, callers, type TestGateway, testGateway } from '../../support/gateway.ts';
import { blank, differences, type Observation, observe } from './observe.ts';
import { ROWS } from './rows.ts';
import { type Child, makeChildren, type World } from './worlds.ts';

/** Smallest steps of answers that were held back since the call began. */
const { held } = vi.hoisted(() => ({ held: [] as number[] }));
vi.mock('../../../functions/http/deadline.ts', async (original) => {
  const real = await original<typeof import('../../../functions/http/deadline.ts')>();
  // The steps are shorter here, so that the time of the machine decides nothing.
  const untilStep: typeof real.untilStep = (started, least = 1) => {
    held.push(least);
    return real.untilStep(started, least, 1);
  };
  const atStep: typeof real.atStep = (started, work, least = 1) => {
    held.push(least);
    return real.atStep(started, work, least, 1);
  };
  return { ...real, untilStep, atStep };
});
// Requests are counted the same way, whatever their content; when a counter is read again depends on the
// clock.
vi.mock('../../../functions/session/rates.ts', () => ({ countRequest: async () => {} }));
// General freezes are read again after half a second, for any request.
vi.mock('../../../functions/steps/freezes.ts', async (original) => ({
  ...(await original<typeof import('../../../functions/steps/freezes.ts')>()),
  currentFreezes: async () => [],
  prepareFreezes: () => (_: unknown, next: () => Promise<void>) => next(),
}));

let now = Date.parse('2026-11-26T08:00:00Z');
let gateway: TestGateway;
let call: Callers['call'];
const seen: Map<World, Observation>[] = [];
const moments: { at: string; row: number; seen: Observation; agency: string }[] = [];

beforeAll(async () => {
  gateway = await testGateway({ now: () => now });
  call = callers(gateway, () => now).call;
  const office = await getAgency(gateway.tables.agencies, 'league-county' as never, now);
  if (!office) throw new Error('no such agency');
  const rights = { departments: ['CAC'], roles: ['cyberspace-office'], purposes: ['N1'] };
  await putAgency(gateway.tables.agencies, { ...office, ...rights });
  const sets = await makeChildren(gateway, call, ROWS.length + 1);
  while ((await gateway.sequencer.step()).sequenced > 0);
  const documents = await fileDocuments(sets[ROWS.length]?.more as Child);
  for (const set of sets) set.plain.document = (kind) => documents.get(kind) ?? expect.fail(kind);
  await look(quiet.before);
  for (const [i, row] of ROWS.entries()) {
    // The first calls fill caches of tokens, sessions and keys, and make the inboxes of a county.
    for (const world of ['elsewhere', 'plain'] as const)
      await ask(row, sets[ROWS.length]?.[world] as Child, i);
    const worlds = new Map<World, Observation>();
    for (const world of row.alike.flat()) worlds.set(world, await ask(row, sets[i]?.[world] as Child, i));
    seen.push(worlds);
  }
  await readLog();
  await readViews();
  await look(quiet.after);
}, 180_000);
afterAll(() => gateway.close());

/** One call at an instant of its own, by which the log and the views name it. */
async function ask(row: (typeof ROWS)[number], child: Child, i: number): Promise<Observation> {
  const { agency, details, path, body } = await row.call(child);
  const [method = ''] = row.route.split(' ');
  now += 50;
  await takeCounts(agency);
  const at = new Date(now).toISOString();
  const observed = await observe(gateway, held, () => call(agency, details, method, path, body));
  observed.counted.push(...(await takeCounts(agency)));
  moments.push({ at, row: i, seen: observed, agency });
  return observed;
}

/** Takes the counts of misses, so that those of the next call begin at nothing. */
async function takeCounts(agency: string): Promise<string[]> {
  const counts: string[] = [];
  for (const name of ['misses', 'turns']) {
    const Key = { claim: { S: `${name}:${agency}:2026-11-26` } };
    const command = { TableName: gateway.env.claimsTable, Key, ReturnValues: 'ALL_OLD' } as const;
    const { Attributes } = await gateway.dynamo.send(new DeleteItemCommand(command));
    for (const [counter, { N }] of Object.entries(Attributes ?? {})) if (N) counts.push(`${counter} ${N}`);
  }
  return counts.sort();
}

/** Acts of other offices about a child, by kind. */
async function fileDocuments({ match }: Child): Promise<Map<string, string>> {
  const of = (route: string) => ROWS.find((row) => row.route === route) ?? expect.fail(route);
  const ids = new Map<string, string>();
  for (const [kind, route] of [
    ['request', 'POST /v1/requests'],
    ['consent', 'POST /v1/consents'],
    ['freeze', 'POST /v1/freezes'],
    ['hold', 'POST /v1/holds'],
    ['incident', 'POST /v1/incidents'],
    ['objection', 'POST /v1/objections'],
  ] as const) {
    const { agency, details, path, body } = await of(route).call({ match } as Child);
    const { json } = await call(agency, details, 'POST', path, body);
    ids.set(kind, (json[kind] ?? json).id);
  }
  const tasks = await call('mca-county', { actions: ['casework'] }, 'GET', '/v1/tasks');
  ids.set('task', tasks.json.tasks[0].id);
  return ids;
}

/** Offices that no other's act concerns, which look at every view before and after all calls. */
const ACTIONS = {
  'charity-harbour': ['release'],
  'procuratorate-county': ['casework'],
  'steward-office': ['casework'],
};
const BYSTANDERS = ['charity-harbour', 'procuratorate-county', 'steward-office'] as const;
const quiet = { before: new Map<string, Observation>(), after: new Map<string, Observation>() };

async function look(into: Map<string, Observation>): Promise<void> {
  now += 50;
  for (const agency of BYSTANDERS) {
    for (const { path, act } of views) {
      for (const action of new Set(pack.acts.get(act)?.who.flatMap((way) => way.actions ?? [])).add('')) {
        const actions = action === '' ? ACTIONS[agency] : [action];
        const token = await call(agency, { actions }, 'GET', path).catch(() => null);
        if (!token || token.status === 403) continue;
        into.set(
          `${agency} ${path}`,
          await observe(gateway, held, () => call(agency, { actions }, 'GET', path)),
        );
        break;
      }
    }
  }
}

async function readLog(): Promise<void> {
  const at = new Map(moments.map((one) => [one.at, one.seen]));
  let start: Record<string, never> | undefined;
  do {
    const page: { Items?: Record<string, { S?: string; L?: { S?: string }[] }>[]; LastEvaluatedKey?: never } =
      (await gateway.dynamo.send(
        new ScanCommand({ TableName: gateway.env.logTable, ...(start && { ExclusiveStartKey: start }) }),
      )) as never;
    for (const item of page.Items ?? []) {
      const sizes = (item['leaves']?.L ?? []).map(
        (leaf) => (leaf.S ?? '').replaceAll(/"(id|seq)":[^,]*/g, '').length,
      );
      at.get(item['at']?.S ?? '')?.leaves.push(...sizes);
    }
    start = page.LastEvaluatedKey;
  } while (start);
}

/** Each caller's later readings of its own acts, at the instants of its calls. */
async function readViews(): Promise<void> {
  now += 1000;
  while ((await gateway.sequencer.step()).sequenced > 0);
  await gateway.casework.pass();
  for (const agency of new Set(moments.map((one) => one.agency))) {
    const mine = new Map(moments.filter((one) => one.agency === agency).map((one) => [one.at, one.seen]));
    const usage = await call(agency, { actions: ['intake'] }, 'GET', '/v1/usage?limit=1000').catch(
      () => null,
    );
    for (const use of usage?.json?.entries ?? []) mine.get(use.time)?.usage.push(JSON.stringify(blank(use)));
    const tasks = await call(agency, { actions: ['casework'] }, 'GET', '/v1/tasks?limit=200').catch(
      () => null,
    );
    for (const task of tasks?.json?.tasks ?? [])
      mine.get(task.opened)?.tasks.push(JSON.stringify(blank(task)));
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
      if (!before || !after) continue;
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

/** Routes whose paths, queries or bodies name a person, or what was filed about one. */
const naming = ALL_ROUTES.filter(({ path, query, request, act }) => {
  const tells = pack.acts.get(act)?.tells ?? [];
  // Auditors read the whole log. Ids of agencies and jobs lead to no person.
  if (tells.some((what) => ['log', 'register', 'jobs'].includes(what))) return false;
  if (path.includes(':id')) return true;
  const body = JSON.stringify(request ?? {}) + JSON.stringify(Object.keys(query?.entries ?? {}));
  return path.includes(':ref') || /"(subject|subjects|ref)"/.test(body);
});
it('every route that names a person has a row here', () => {
  const rows = new Set(ROWS.map(({ route }) => route));
  expect(naming.map(({ method, path }) => `${method} ${path}`).filter((route) => !rows.has(route))).toEqual(
    [],
  );
  expect(naming.length).toBeGreaterThan(12);
});
