/** Verification over HTTP: who is confirmed, who is not, and the content of the answer. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { checkStatus, verifyEligibility } from '../../shared/attestation/eligibility.ts';
import { verifyStatusToken } from '../../shared/attestation/status-list.ts';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { type Child, makeWorld, verify, WORDS, type World } from './world.ts';

const world = await makeWorld();
const gateway = world.gateway;
afterEach(() => gateway.faults.clear());
afterAll(() => gateway.close());
async function keys() {
  const { json } = await metadata();
  return { issuer: gateway.url, keys: json.jwks.keys, now: world.now() };
}
async function metadata() {
  const response = await fetch(`${gateway.url}/.well-known/jwt-vc-issuer`);
  return { response, json: (await response.json()) as { issuer: string; jwks: { keys: [] } } };
}
async function status(uri: string) {
  const response = await fetch(uri);
  const list = await verifyStatusToken(await response.text(), { uri, ...(await keys()) });
  return { response, list };
}

describe('a verification', () => {
  it('confirms an eligible child whose guardian consented, and gives a proof of it', async () => {
    const child = await world.ready();
    const { status: code, json, headers } = await world.ask('charity-sunrise', { match: child.match });
    expect([code, json.outcome]).toEqual([200, 'YES']);
    expect(Object.keys(json)).toEqual([
      'outcome',
      'programme',
      'attestation',
      'validUntil',
      'obligations',
      'watermark',
      'receipt',
    ]);
    expect(json.obligations).toEqual(['NO_PUBLICATION']);
    expect(json.watermark).toBe(json.receipt.entry);
    expect(headers.get('cache-control')).toBe('no-store');
    const shown = await verifyEligibility(json.attestation, { ...(await keys()), programme: 'spring-bud' });
    expect(shown).toMatchObject({ outcome: 'YES', recipient: 'charity-sunrise' });
    expect(new Date(shown.expires * 1000).toISOString()).toBe(json.validUntil);
    const { response, list } = await status(shown.status.uri);
    expect(response.headers.get('content-type')).toBe('application/statuslist+jwt');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(() => checkStatus(shown, list)).not.toThrow();
  });

  it('is about the ID number: a name given with it is only the caller’s own note', async () => {
    const child = await world.ready();
    const { json } = await world.ask('charity-sunrise', { match: { ...child.match, name: '张三' } });
    expect(json.outcome).toBe('YES');
  });

  it.each<[string, (world: World) => Promise<Child | { match: object } | { ref: string }>]>([
    [
      'is not eligible',
      (w) => w.ready('charity-sunrise', { 'edu-county': { schooling_status: 'out-of-school' } }),
    ],
    ['is not registered', async () => ({ match: { id_number: freshNumber() } })],
    ['has no consent', (w) => w.child()],
    ['has a consent for another charity', (w) => w.ready('charity-harbour')],
    [
      'has a consent that leaves a field out',
      async (w) => {
        const child = await w.child();
        await w.consent(child, 'charity-sunrise', { fields: ['birth_date', 'division_code'] });
        return child;
      },
    ],
    [
      'has a consent that is over',
      async (w) => {
        const child = await w.child();
        await w.consent(child, 'charity-sunrise', { until: new Date(world.now()).toISOString() });
        return child;
      },
    ],
    [
      'has a guardian in conflict',
      (w) =>
        w.ready('charity-sunrise', {
          'mca-county': { guardianship_status: { status: 'normal', conflict: true } },
        }),
    ],
    [
      'is frozen',
      async (w) => {
        const child = await w.ready();
        await w.casework(child, 'freeze', {});
        return child;
      },
    ],
    [
      'has an objection about a field',
      async (w) => {
        const child = await w.ready();
        await w.casework(child, 'dispute', { id: 'schooling_status' });
        return child;
      },
    ],
    ['is of another county', async (w) => ({ ref: await elsewhere(w) })],
  ])('does not confirm a child who %s', async (_, make) => {
    world.later();
    const made = await make(world);
    const subject = 'ref' in made ? made : { match: made.match };
    const { status: code, json, text } = await world.ask('charity-sunrise', subject);
    expect([code, json.outcome]).toEqual([200, 'NOT_CONFIRMED']);
    expect(text).toHaveLength(4096);
    const shown = await verifyEligibility(json.attestation, await keys());
    expect(shown.outcome).toBe('NOT_CONFIRMED');
  });

  it('gives the reason in the words of the entry, for owner and auditor, and never in the leaf', async () => {
    world.later();
    const child = await world.child();
    const answer = await world.ask('charity-sunrise', { match: child.match });
    const unknown = await world.ask('charity-sunrise', { match: { id_number: freshNumber() } });
    const [second, first] = (await world.entries('&kind=decision')).slice(0, 2);
    expect([first.id, second.id]).toEqual([answer.json.receipt.entry, unknown.json.receipt.entry]);
    expect(first.words).toMatchObject({ finding: 'NO_CONSENT', officer: WORDS.officer });
    expect(second.words.finding).toBe('SUBJECT_UNKNOWN');
    const leaf = async (id: string) => {
      const path = `/v1/log/entries/${id}`;
      const { json } = await world.call('audit-office', { actions: ['audit'] }, 'GET', path);
      const leaf = JSON.parse(Buffer.from(json.canonical, 'base64').toString());
      const { id: _, time, seq, leaf: __, previous, committed, ...rest } = leaf;
      return { ...rest, committed: committed.length };
    };
    expect(await leaf(first.id)).toEqual(await leaf(second.id));
  });

  it.each<[string, object, number, string]>([
    ['an unknown programme', { programme: 'moon-landing' }, 400, 'INVALID_REQUEST'],
    [
      'a programme of another purpose',
      { programme: 'help-page-check', subject: { code: 'ABCD-EFGH-JKMN' } },
      403,
      'PURPOSE_NOT_FOR_ROLE',
    ],
    [
      'a code for a programme that takes names',
      { subject: { code: 'ABCD-EFGH-JKMN' } },
      400,
      'INVALID_REQUEST',
    ],
    ['a threshold', { threshold: 12 }, 400, 'INVALID_REQUEST'],
    ['fields', { fields: ['birth_date'] }, 400, 'INVALID_REQUEST'],
    ['two names', { subject: { ref: 'x', match: { id_number: 'y' } } }, 400, 'INVALID_REQUEST'],
    ['a number that is none', { subject: { match: { id_number: '12' } } }, 400, 'INVALID_REQUEST'],
    [
      'a key that the policy does not match by',
      { subject: { match: { school_name: 'x' } } },
      400,
      'INVALID_REQUEST',
    ],
    ['a name alone', { subject: { match: { name: '张三' } } }, 400, 'INVALID_REQUEST'],
    ['a prototype', { programme: '__proto__' }, 400, 'INVALID_REQUEST'],
    ['a word that differs from the token', { context: { case: 'OTHER' } }, 400, 'INVALID_REQUEST'],
  ])('with %s is refused in full', async (_, change, code, problem) => {
    const request = { programme: 'spring-bud', subject: { match: { id_number: freshNumber() } }, ...change };
    const { status: got, json } = await world.call(
      'charity-sunrise',
      verify(),
      'POST',
      '/v1/verifications',
      request,
    );
    expect([got, json.code]).toEqual([code, problem]);
  });

  it('is refused for a reason about fundraising, for another action, and without a case', async () => {
    const body = { programme: 'spring-bud', subject: { match: { id_number: freshNumber() } } };
    const as = (details: object) =>
      world.call('charity-sunrise', { ...verify(), ...details }, 'POST', '/v1/verifications', body);
    expect((await as({ reason: '直播募捐' })).json.code).toBe('REASON_NEEDS_REVIEW');
    const { case: _, ...rest } = verify();
    const bare = await world.call('charity-sunrise', rest, 'POST', '/v1/verifications', body);
    expect(bare.json.code).toBe('NO_CASE');
    expect((await world.entries('&kind=alert'))[0]).toMatchObject({ code: 'REASON_NEEDS_REVIEW' });
  });

  it('answers nothing for any subject while log, keys or store are out of reach', async () => {
    world.later();
    const child = await world.ready();
    for (const fault of [
      { service: 'log', operation: 'PutItem' },
      { service: 'kms', operation: 'Decrypt' },
      { service: 'store', operation: 'Query' },
    ] as const) {
      for (const match of [child.match, { id_number: freshNumber() }]) {
        gateway.faults.clear();
        gateway.faults.add({ ...fault, kind: 'error', times: 1000 });
        const { status: code, text } = await world.ask('charity-sunrise', { match });
        expect(code).toBe(503);
        expect(text).not.toContain('outcome');
      }
    }
    gateway.faults.clear();
    expect((await world.ask('charity-sunrise', { match: child.match })).json.outcome).toBe('YES');
  });
});

it('GET /v1/programmes lists the programmes with what they read and the consent that they need', async () => {
  const { json } = await world.call('charity-sunrise', verify(), 'GET', '/v1/programmes');
  expect(json.programmes.map(({ name }: { name: string }) => name)).toContain('spring-bud');
  const [first] = json.programmes;
  expect(first).toMatchObject({ purpose: 'C1', proofDays: 90, budgets: { subject: 3 } });
  expect(first.fields).toContain('schooling_status');
});

/** The charity's reference of a child of the neighbouring county, with a consent. */
async function elsewhere(w: World): Promise<string> {
  const match = { local_id: `W-${Math.random()}` };
  const fields = { division_code: '990002001', hardship_category: ['orphan'], birth_date: BORN };
  const subject = await w.subjectOf('mca-neighbour', await w.put('mca-neighbour', { match, fields }));
  await w.consent({ id: '', match: { id_number: '' }, subject }, 'charity-sunrise');
  return w.refOf('charity-sunrise', subject);
}

it('refuses a charity that the programme does not list', async () => {
  const { tables } = gateway;
  const office = await getAgency(tables.agencies, asClientId('charity-harbour'), world.now());
  if (!office) throw new Error('no such agency');
  const league = await getAgency(tables.agencies, asClientId('league-county'), world.now());
  const { roles, purposes, departments, actions } = office;
  await putAgency(tables.agencies, { ...(league as typeof office), roles, purposes, departments, actions });
  const child = await world.ready('league-county');
  const { status: code, json } = await world.ask('league-county', { match: child.match });
  expect([code, json.code]).toEqual([403, 'PURPOSE_NOT_FOR_ROLE']);
  expect((await world.ask('charity-harbour', { match: child.match })).status).toBe(200);
});
