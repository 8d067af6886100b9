/**
 * An answer about an endangered person is that of a record which holds nothing but what a stranger may know: body, size,
 * headers, calls and leaves do not depend on what the offices hold, nor on why the person is protected.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { KEPT } from '../../../functions/steps/offices.ts';
import { asClientId, asSubjectId } from '../../../shared/ids.ts';
import { examplesOf } from '../../../shared/policy/check/form.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { OUTCOME } from '../../../shared/records/casework/statuses.ts';
import { type Answer, type TestGateway, testGateway } from '../../support/gateway.ts';
import { liftReviewLimit, liftShares } from '../../support/lifted.ts';
import { reasonFor } from '../../support/reasons.ts';
import { openSealed } from '../inquiry/world.ts';
import { SCENE } from '../scenes/scene.ts';
import { Harness } from './harness.ts';
import { differences, type Observation } from './observe.ts';
import { held } from './still.ts';
import { writerOf } from './worlds.ts';

vi.mock('../../../functions/http/deadline.ts', async (original) =>
  (await import('./still.ts')).stillDeadlines(original as never),
);
vi.mock('../../../functions/session/rates.ts', async () => (await import('./still.ts')).stillRates());
vi.mock('../../../functions/steps/freezes.ts', async (original) =>
  (await import('./still.ts')).stillFreezes(original as never),
);

const { inquirer, identity, values, used, endangered, metered } = SCENE.silence.guarded;
const desk = SCENE.desk.own;
const shows = pack.casework?.inquiries.guarded.shows.fields ?? [];

const FLAG = 'the flag of two people';
/** Records of what a stranger may know, with and without a line of a use. */
const [BARE, QUIET] = ['bare', 'bare, and unused'];
/** For the first calls, which fill caches. */
const SPARE = 'spare';
const ENDANGERED = [FLAG, ...Object.keys(endangered)];
const WORLDS = [BARE, QUIET, ...ENDANGERED];
const isBare = (world: string) => [BARE, QUIET, SPARE].includes(world);

/** Each way of asking. */
const WAYS = [false, true].flatMap((second) =>
  ['application/json', 'text/html', 'application/jose'].map((accept) => ({ second, accept })),
);
const nameOf = ({ second, accept }: (typeof WAYS)[number]) => `${accept}${second ? ', two clerks' : ''}`;

const clock = { now: Date.parse('2026-11-26T08:00:00Z') };
const why = { officer: 'wang.fang', reason: 'asks at the desk', case: 'DESK-7' };
const casework = { actions: ['casework'], ...why };
const seen = new Map<string, Observation>();
const bodies = new Map<string, Answer['json']>();
let gateway: TestGateway;
let accept = '';
let last: Answer['json'];

beforeAll(async () => {
  liftReviewLimit();
  liftShares();
  KEPT.ms = Number.POSITIVE_INFINITY;
  gateway = await testGateway({ now: () => clock.now, agencies: SCENE.agencies });
  const people = new Map([...WORLDS, SPARE].map((world) => [world, SCENE.fresh('own')]));
  const subjects = await writeAll(people);
  while ((await gateway.sequencer.step()).sequenced > 0);
  const harness = new Harness(gateway, asking, clock, held);
  for (const way of WAYS) {
    accept = way.accept;
    for (const world of [SPARE, ...WORLDS]) {
      const match = { [SCENE.number]: people.get(world) ?? '' };
      clock.now += 1;
      const second = way.second ? await secondClerk(match) : undefined;
      const subject = { match };
      const body = { collection: pack.collection, subject, inquirer, identity, ...(second && { second }) };
      const call = { agency: desk, details: casework, path: '/v1/inquiries', body };
      seen.set(`${world} ${nameOf(way)}`, await harness.ask('POST', call));
      bodies.set(`${world} ${nameOf(way)}`, last);
    }
  }
  await harness.readLater();
  expect(subjects.size).toBe(WORLDS.length + 1);
}, 300_000);
afterAll(() => gateway.close());

/** Each office writes all of its fields; of the bare record those that a stranger may know. */
async function writeAll(people: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  const { subjects, put } = writerOf(gateway, gateway.call);
  const offices = SCENE.agencies.filter((one) => SCENE.near(one, 'own') && one.actions.includes('intake'));
  const wrote = new Set<string>();
  for (const [code] of pack.departments) {
    const office =
      offices.find(({ clientId }) => SCENE.speaks[clientId] === code) ??
      offices.find(({ departments }) => departments.includes(code));
    if (!office) continue;
    const of = (world: string, id: string) => {
      const bare = isBare(world);
      const given: Record<string, unknown> = { ...values(bare), ...endangered[world]?.[code] };
      const own = [...pack.fields.values()].filter(
        ({ name, owners, virtual }) =>
          !virtual && owners.includes(code) && (!bare || shows.includes(name) || metered.includes(name)),
      );
      for (const { name } of own) wrote.add(`${code} ${name}`);
      return Object.fromEntries(
        own.map(({ name, shape }) => [
          name,
          name === SCENE.number ? id : (given[name] ?? (shape && examplesOf(shape)[0])),
        ]),
      );
    };
    const records = [...people].map(([world, id]) => ({ id, fields: of(world, id) }));
    await put(
      office.clientId,
      records.filter(({ fields }) => Object.keys(fields).length > 0),
    );
  }
  const owned = [...pack.fields.values()].flatMap(({ name, owners, virtual }) =>
    virtual ? [] : owners.map((code) => `${code} ${name}`),
  );
  expect(owned.filter((one) => !wrote.has(one))).toEqual([]);
  for (const [world, id] of people) if (world !== QUIET) await use(id, isBare(world));
  const { casework: table } = gateway.tables;
  for (const [world, id] of people) {
    const subject = asSubjectId(subjects.get(id) ?? '');
    const add = (kind: string, document: object) =>
      putCasework(table, subject, { kind, id: 'one', document });
    if (isBare(world)) continue;
    if (world === FLAG) await add('conflict', { at: new Date(clock.now).toISOString() });
    await add('dispute', { field: used.closed, by: inquirer, reason: 'wrong', entry: 'e' });
    const [programme, { purpose }] = [...pack.programmes][0] ?? ['', { purpose: '' }];
    const recipient = asClientId(used.agency);
    const until = clock.now / 1000 + 86_400;
    if (programme) await add(OUTCOME, { recipient, purpose, programme, until, outcome: 'YES' });
  }
  return subjects;
}

/** Releases from before; of the bare record only what remains of them. */
async function use(id: string, bare: boolean): Promise<void> {
  const { agency, purpose, open, closed, elsewhere } = used;
  const release = async (by: string, code: string, fields: string[], context = {}) => {
    const details = { actions: ['release'], purpose: code, ...why, reason: reasonFor(code) };
    const asked = {
      collection: pack.collection,
      subjects: [{ match: { [SCENE.number]: id } }],
      fields,
      context,
    };
    const { json, text } = await gateway.call(by, details, 'POST', '/v1/releases', asked);
    expect(json.results?.[0].fields, text).toHaveProperty(open);
  };
  const emergency = SCENE.agencies.find(
    (one) => one.purposes.includes(SCENE.silence.emergency) && SCENE.near(one, 'own'),
  );
  const isShown = pack.casework?.inquiries.guarded.shows.purposes.includes(purpose);
  if (!bare || isShown) await release(agency, purpose, bare ? [open] : [open, closed]);
  if (!bare && elsewhere) await release(elsewhere.agency, elsewhere.purpose, [open]);
  if (!bare)
    await release(emergency?.clientId ?? '', SCENE.silence.emergency, [open], {
      imminentDangerAttested: true,
    });
}

async function secondClerk(match: object): Promise<string> {
  const body = { collection: pack.collection, subject: { match }, inquirer };
  const details = { ...casework, officer: 'chen.jing' };
  const { json, text } = await gateway.call(desk, details, 'POST', '/v1/inquiries/seconds', body);
  return json?.second ?? expect.fail(text);
}

/** Sealed answers are opened, because the ids in them have no equal length. */
const asking: TestGateway['call'] = async (agency, details, method, path, body, headers) => {
  const answer = await gateway.call(agency, details, method, path, body, { ...headers, accept });
  const sealed = answer.headers.get('content-type') === 'application/jose';
  const text = sealed ? await openSealed(gateway, answer.text, desk) : answer.text;
  last = text.startsWith('{') ? JSON.parse(text) : undefined;
  // Of a number the mask may show the end.
  const number = last?.held?.[SCENE.number];
  if (number) number.value = '';
  return { ...answer, text, json: last };
};

describe.each(WAYS.map(nameOf))('%s', (way) => {
  it.each(ENDANGERED)('%s looks like a record of what a stranger may know', (world) => {
    const twin = SCENE.silence.guarded.deferred.includes(world) ? QUIET : BARE;
    const [bare, other] = [twin, world].map((one) => seen.get(`${one} ${way}`) as Observation);
    expect(differences(bare as Observation, other as Observation)).toEqual([]);
    expect(other?.status).toBe(200);
  });
});

it('shows nothing but what the pack lists', () => {
  for (const world of WORLDS)
    for (const way of WAYS.filter((one) => one.accept !== 'text/html').map(nameOf)) {
      const answer = bodies.get(`${world} ${way}`);
      expect(Object.keys(answer.held).length).toBeGreaterThan(3);
      const lines = [...answer.uses.flatMap((one: { fields: object }) => Object.keys(one.fields))];
      lines.push(...answer.writes.flatMap((one: { fields: string[] }) => one.fields));
      for (const name of [...Object.keys(answer.held), ...lines]) expect(shows).toContain(name);
      expect(answer.checks).toEqual([]);
    }
});
