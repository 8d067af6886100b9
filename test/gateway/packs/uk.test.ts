/** The story of the English pack over HTTP: another law, other offices and another number, on the same gateway. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compactDecrypt, compactVerify, createLocalJWKSet, importJWK } from 'jose';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { recordsIn } from '../../../infra/local/sample/pack-sample.ts';
import type { SampleAgency, SamplePerson } from '../../../infra/local/sample/parties.ts';
import type { Json } from '../../../shared/policy/types.ts';
import {
  type Details,
  fileGateway,
  newDpopKey,
  requestToken,
  type TestGateway,
  type Token,
} from '../../support/gateway.ts';
import { FOLDER } from './uk-pack.ts';

vi.mock('#pack/shipped.ts', async () => (await import('./uk-pack.ts')).shippedUk());
vi.mock('#pack/codes.ts', async (original) =>
  (await import('./uk-pack.ts')).codesUk(await original<object>()),
);

const SAMPLE = join(FOLDER, 'sample');
const { offices, people } = parse(readFileSync(join(SAMPLE, 'offices.yaml'), 'utf8')) as {
  offices: (Omit<SampleAgency, 'clientId' | 'name'> & { id: string; name: string })[];
  people: { id: string; name: string; roles: SamplePerson['roles']; office: string }[];
};
/** The special children by what they are for, each by its place in the sample. */
const KINDS = ['small', 'pupil', 'twelve', 'sixteen', 'looked-after', 'at-risk', 'youth'];
const authority = recordsOf('la-children');
const child = (kind: string) => authority[KINDS.indexOf(kind)];
const by = (kind: string) => ({ match: { nhs_number: child(kind)?.match['nhs_number'] ?? '' } });
const nameOf = (kind: string) => String(child(kind)?.fields['name']);

function recordsOf(office: string) {
  return recordsIn(FOLDER, office) as { match: Record<string, string>; fields: Record<string, Json> }[];
}

/** Each opened by the officer who works on it and confirmed by the other person of the office. */
const CASES = [
  { office: 'la-children', purpose: 'CIN', case: 'CIN-2026-1', kinds: ['small', 'pupil', 'twelve'] },
  { office: 'la-children', purpose: 'S47', case: 'S47-2026-1', kinds: ['at-risk'] },
  { office: 'la-children', purpose: 'LAC', case: 'LAC-2026-1', kinds: ['looked-after'] },
  { office: 'school-brook', purpose: 'SCH', case: 'DSL-2026-1', kinds: ['pupil'] },
];

let gateway: TestGateway;
beforeAll(async () => {
  const agencies = offices.map(({ id, ...rest }) => ({ ...rest, clientId: id, name: { en: rest.name } }));
  gateway = await fileGateway({ agencies });
  for (const office of ['la-children', 'nhs-hv', 'edu-office', 'police-ppu', 'yj-service'])
    await gateway.put(office, ...recordsOf(office));
  for (const { office, kinds, ...opening } of CASES) {
    const officers = [OFFICERS[office] ?? ''];
    const opened = await work(office, 'POST', '/v1/cases', { ...opening, officers, subjects: kinds.map(by) });
    const supervisor = people.find((one) => one.office === office && one.roles.includes('supervisor'))?.id;
    const path = `/v1/cases/${opened.json.case.id}/confirm`;
    const seen = { entry: opened.json.case.opened.entry };
    expect((await work(office, 'POST', path, seen, supervisor)).status).toBe(200);
  }
  expect((await file('nhs-hv', 'small', { ...HOLDER, fields: ['name', 'home_address'] })).status).toBe(200);
});

const HOLDER = { giver: 'guardian', relation: 'mother' };
const OFFICERS: Readonly<Record<string, string>> = {
  'la-children': 'alex.sample',
  'police-ppu': 'sam.constable',
  'nhs-hv': 'jo.visitor',
  'nhs-safeguarding': 'pat.doctor',
  'school-brook': 'terry.teacher',
  'yj-service': 'frankie.justice',
  'hub-meadow': 'billie.hub',
};
const FIELDS = ['name', 'school'];

/** By the officer to whom the sample's case is assigned, who has logged in. */
async function ask(office: string, purpose: string, number: string, kind: string, more: object = {}) {
  const officer = OFFICERS[office] ?? '';
  const details = { actions: ['release'], purpose, case: number, officer, reason: 'assessment' };
  const context = 'context' in more ? more.context : {};
  const body = { collection: 'children', subjects: [by(kind)], fields: FIELDS, ...more, context };
  const token = await personal(office, officer, { ...details, unregistered: true });
  const answer = await gateway.send(token, 'POST', '/v1/releases', body);
  if (answer.headers.get('content-type') !== 'application/jose') return answer;
  return { ...answer, json: JSON.parse(await openSealed(office, answer.text)) };
}

/** An answer with a value of a restricted class is sealed to the office. */
async function openSealed(office: string, text: string): Promise<string> {
  const key = await importJWK(gateway.agency(office).enc, 'ECDH-ES');
  const { plaintext } = await compactDecrypt(text, key);
  const jwks = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: [] };
  const { payload } = await compactVerify(plaintext, createLocalJWKSet(jwks));
  return Buffer.from(payload).toString();
}

/** A token of the office with the token of its person. */
async function personal(office: string, officer: string, details: Details): Promise<Token> {
  const person = people.find(({ id }) => id === officer);
  if (!person || !gateway.signIn) throw new Error(`no person ${officer}`);
  const dpop = await newDpopKey();
  const { unregistered: _, ...asked } = details;
  const actor = await gateway.signIn(person);
  const { status, json, text } = await requestToken(gateway, office, asked, dpop, Date.now(), actor);
  if (status !== 200) throw new Error(text);
  return { value: json.access_token, clientId: office, dpop, details };
}

async function work(
  office: string,
  method: string,
  path: string,
  body?: object,
  officer = OFFICERS[office] ?? '',
) {
  const token = await personal(office, officer, { actions: ['casework'], officer, reason: 'at the desk' });
  return gateway.send(token, method, path, body);
}

let papers = 0;
async function file(office: string, kind: string, said: object) {
  const { json } = await work(office, 'GET', '/v1/notices');
  const noticeVersion = json.notices.find(({ purpose }: { purpose: string }) => purpose === 'CIN').hash;
  return work(office, 'POST', '/v1/consents', {
    ...{ subject: by(kind), purpose: 'CIN', recipient: 'la-children', fields: FIELDS },
    ...{ method: 'in-person', noticeVersion, evidence: hash('sha256', `paper ${papers++}`) },
    ...said,
  });
}

/** The decision behind a released result, as an auditor opens it. */
async function decisionOf(receipt: { entry: string }) {
  return (await gateway.audit(`/v1/log/entries?kind=decision&limit=100`)).entries.find(
    ({ id }: { id: string }) => id === receipt.entry,
  );
}

describe('consent of the people with parental responsibility', () => {
  it('of one of them opens what it names', async () => {
    const fields = ['name', 'home_address', 'phone'];
    const { status, json } = await ask('la-children', 'CIN', 'CIN-2026-1', 'small', { fields });
    expect(status).toBe(200);
    const [result] = json.results;

    expect(result.fields.name).toMatchObject({ form: 'plain', value: nameOf('small') });
    expect(Object.keys(result.fields).sort()).toEqual(['home_address', 'name']);
  });

  it('is on hold once another of them objects', async () => {
    const said = { act: 'objects', giver: 'guardian', relation: 'father' };
    expect((await file('nhs-hv', 'small', said)).status).toBe(200);
    const { json } = await ask('la-children', 'CIN', 'CIN-2026-1', 'small');
    expect(json.results[0].refused).toEqual({ code: 'REFUSED' });
    expect(JSON.stringify(json)).not.toContain(nameOf('small'));
  });
});

describe('a child of twelve', () => {
  const release = () => ask('la-children', 'CIN', 'CIN-2026-1', 'twelve');
  it('who consents opens nothing before a practitioner has judged', async () => {
    expect((await file('nhs-hv', 'twelve', { giver: 'child' })).status).toBe(200);
    expect((await release()).json.results[0].refused).toBeDefined();
  });

  it('is judged by an office with such practitioners alone, and about itself', async () => {
    const able = { act: 'able', giver: 'child' };
    expect((await file('police-ppu', 'twelve', able)).json.code).toBe('ROLE_REQUIRED');
    expect((await file('nhs-hv', 'twelve', { ...able, giver: 'guardian' })).json).toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect((await file('nhs-hv', 'twelve', { ...able, evidence: undefined })).json.code).toBe(
      'INVALID_REQUEST',
    );
  });

  it('decides itself once judged able, and no longer when judged unable', async () => {
    const judged = await file('nhs-hv', 'twelve', { act: 'able', giver: 'child' });
    expect(judged.status).toBe(200);
    const released = (await release()).json.results[0];
    expect(released.fields.name).toBeDefined();
    await gateway.sequencer.step();
    const entry = await decisionOf(released.receipt);
    expect(entry.consents).toContain(judged.json.consent.id);
    expect(entry).toMatchObject({ code: 'GILLICK_CONSENT', policy: { lawful: 'consent' } });
    await file('nhs-hv', 'twelve', { act: 'unable', giver: 'child' });
    expect((await release()).json.results[0].refused).toBeDefined();
  });
});

describe('the lawful basis', () => {
  it('may be named, decides the ground, and stands in the entry', async () => {
    const context = { basis: 'public-task' };
    const { json } = await ask('la-children', 'CIN', 'CIN-2026-1', 'pupil', { context });
    expect(json.results[0]).toMatchObject({ obligations: ['NOTIFY'] });
    await gateway.sequencer.step();
    expect(await decisionOf(json.results[0].receipt)).toMatchObject({
      code: 'DUTY',
      policy: { lawful: 'public-task' },
    });
    // Without a name the family is asked first.
    expect((await ask('la-children', 'CIN', 'CIN-2026-1', 'pupil')).json.results[0].refused).toBeDefined();
  });

  it('must be one of the purpose', async () => {
    const context = { basis: 'vital-interest' };
    const { status, json } = await ask('la-children', 'CIN', 'CIN-2026-1', 'pupil', { context });
    expect([status, json.code]).toEqual([403, 'BASIS_NOT_ALLOWED']);
  });
});

describe('the partners', () => {
  it('share under a duty, defer the notice where a parent is a risk, and stay within it', async () => {
    const fields = ['name', 'concern'];
    const { json } = await ask('la-children', 'S47', 'S47-2026-1', 'at-risk', { fields });
    expect(json.results[0].fields.concern).toMatchObject({ form: 'plain' });
    expect(json.results[0].obligations).toContain('DEFER_NOTICE');
    const foreign = await ask('la-children', 'LAC', 'LAC-2026-1', 'at-risk');
    expect(foreign.json.results[0].refused).toBeDefined();
  });

  it('give a school predicates and groups of its own pupils', async () => {
    const fields = ['legal_status', 'care_plan', 'concern', 'household'];
    const { json } = await ask('school-brook', 'SCH', 'DSL-2026-1', 'pupil', { fields });
    expect(json.results[0].fields).toMatchObject({
      legal_status: { form: 'generalised', value: 'known-to-services' },
      care_plan: { form: 'predicate', value: 'YES' },
    });
    expect(json.withheld ?? json.results[0].withheld).toMatchObject({ household: { rule: 'KCSIE2' } });
  });

  it('act in danger, on vital interests', async () => {
    const context = { imminentDangerAttested: true };
    const { json } = await ask('police-ppu', 'EMG', 'LOG-1', 'at-risk', { fields: ['name'], context });
    expect(json.results[0].fields.name).toBeDefined();
    await gateway.sequencer.step();
    expect(await decisionOf(json.results[0].receipt)).toMatchObject({ policy: { lawful: 'vital-interest' } });
  });
});

describe('a partner that does not share', () => {
  const fields = ['police_incidents'];
  it('says why by a code, which the requester and the log keep', async () => {
    const filed = await work('la-children', 'POST', '/v1/requests', {
      ...{ collection: 'children', purpose: 'S47', subjects: [by('at-risk')], fields },
      context: { case: 'S47-2026-1' },
    });
    expect(filed.status).toBe(201);
    const path = `/v1/requests/${filed.json.id}`;
    const refuse = (body: object) => work('police-ppu', 'POST', `${path}/refuse`, body);
    expect((await refuse({})).json.errors?.[0]?.path ?? (await refuse({})).json.detail).toMatch(/why/);
    expect((await refuse({ why: 'because' })).status).toBe(400);
    const { status, json } = await refuse({ why: 'enquiry-at-risk', entry: filed.json.entry });
    expect(status).toBe(200);
    const seen = await work('la-children', 'GET', path);
    expect(seen.json.fields.police_incidents).toMatchObject({
      state: 'refused',
      why: { code: 'enquiry-at-risk' },
    });
    await gateway.sequencer.step();
    const { entries } = await gateway.audit('/v1/log/entries?kind=approval&limit=100');
    expect(entries.find(({ id }: { id: string }) => id === json.receipt.entry)).toMatchObject({
      outcome: 'refused',
      code: 'enquiry-at-risk',
    });
  });

  it('writes down what it did not share unasked, and an enquiry reads it', async () => {
    const { json } = await ask('la-children', 'S47', 'S47-2026-1', 'at-risk', { fields: ['not_shared'] });
    expect(json.results[0].fields.not_shared.value[0]).toMatchObject({
      why: 'risk-of-harm',
      asked: 'not-asked',
    });
  });
});
