/**
 * Every cell of the matrix by a real release: each field for each purpose, of children of each age, with and without a
 * guardian in conflict, whatever child and guardian said. What is lawful is written from the articles, what a cell
 * gives is the project's own table, and what a form looks like is compared with what the owners wrote.
 */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examplesOf } from '../../../shared/policy/check/form.ts';
import type { Json } from '../../../shared/policy/types.ts';
import { children as pack } from '../../policy/support.ts';
import { releaseTable } from '../../policy/tables.ts';
import type { Answer } from '../../support/gateway.ts';
import { GUARDIAN, shownFor } from '../../support/guardians.ts';
import {
  liftMissLimits,
  liftOpenRequests,
  liftReviewLimit,
  liftShares,
  liftStopLimits,
} from '../../support/lifted.ts';
import { noticeFor } from '../../support/notices.ts';
import { residentNumber } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';
import { openSealed } from '../inquiry/world.ts';
import { type Child, makeWorld } from '../purposes/world.ts';
import { AGES, type Age, ASKINGS, type Asking, byConsent, SAID, type Said, type State } from './lawful.ts';

for (const lift of [liftMissLimits, liftOpenRequests, liftReviewLimit, liftShares, liftStopLimits]) lift();
const world = await makeWorld();
const { gateway } = world;
afterAll(() => gateway.close());
const { matrix } = releaseTable();

const day = new Date(Date.now() + 8 * 3_600_000);
const yearsAgo = (years: number) => `${day.getUTCFullYear() - years}${day.toISOString().slice(4, 10)}`;
const BORN: Record<Age, string | undefined> = {
  '10': `${day.getUTCFullYear() - 10}-01-01`,
  'the 14th birthday': yearsAgo(14),
  '16': `${day.getUTCFullYear() - 16}-01-01`,
  '19': `${day.getUTCFullYear() - 19}-01-01`,
  unknown: undefined,
};

/** On 29 February there is no fourteenth birthday. */
const HAS_BIRTHDAY = !/02-29$/.test(yearsAgo(14));
const STATES: State[] = AGES.filter((age) => HAS_BIRTHDAY || age !== 'the 14th birthday').flatMap((age) =>
  [false, true].flatMap((flagged) => Object.keys(SAID).map((said) => ({ age, flagged, said: said as Said }))),
);
/** One of them may ask about so many children in a day. */
const OFFICER = ({ age, flagged }: State) => `officer.${AGES.indexOf(age)}${flagged ? '.f' : ''}`;

/** Here a second person approves as well: one state for each purpose. */
const APPROVED = (purpose: string): Said =>
  purpose === 'W4'
    ? 'in state care'
    : ['J2', 'S1', 'H1', 'D1'].includes(purpose)
      ? 'both consent'
      : 'nothing';

/** By department: who writes its fields, and approves. */
const OFFICES: Record<string, string> = {
  ...{ MPS: 'mps-county', MCA: 'mca-county', EDU: 'edu-county', HEALTH: 'health-hospital' },
  ...{ CDPF: 'cdpf-county', COURT: 'court-county', FIN: 'finance-county' },
  JUSTICE: 'justice-county',
};

interface Case {
  state: State;
  match: Child['match'];
  wrote: Record<string, Json>;
}
const cases: Case[] = STATES.map((state, i) => {
  const born = BORN[state.age];
  const id = residentNumber(born ?? yearsAgo(12), i + 1);
  const status = state.said === 'in state care' ? 'long-term-state' : 'normal';
  const own: Record<string, Json | undefined> = {
    ...{ id_number: id, name: '欧阳娜娜', birth_date: born, guardian_identity: GUARDIAN },
    ...{ guardianship_status: { status, conflict: state.flagged }, division_code: '990001001001' },
    ...{ school_name: { school: '某县第一小学', class: '三班' }, able_to_express_will: true },
    hukou_address: { text: '和平路12号', division: '990001001001' },
    residence_address: { text: '避风路7号', division: '990001001001' },
    placement_site: { institution: 'WI-990001-01', address: '避风路9号', secret: false },
  };
  const wrote = [...pack.fields.values()].flatMap(({ name, shape, virtual }): [string, Json][] => {
    const value = Object.hasOwn(own, name) ? own[name] : shape && examplesOf(shape)[0];
    return virtual || value === undefined ? [] : [[name, value]];
  });
  return { state, match: { id_number: id }, wrote: Object.fromEntries(wrote) };
});

const fieldsOf = (purpose: string, letters: RegExp) =>
  Object.keys(matrix).filter((field) => letters.test(matrix[field]?.[purpose] ?? ''));

beforeAll(async () => {
  for (const [department, office] of Object.entries(OFFICES)) {
    const records = cases.map(({ match, wrote }) => {
      const own = Object.entries(wrote).filter(([name]) => pack.fields.get(name)?.owners[0] === department);
      return { match, fields: Object.fromEntries(own) };
    });
    if (Object.keys(records[0]?.fields ?? {}).length > 0) await gateway.put(office, ...records);
  }
  for (const { state, match } of cases)
    for (const { purpose, agency, lawful } of Object.values(ASKINGS))
      if (lawful === byConsent) await say({ state, match, purpose, agency });
}, 300_000);

/** At the desk. A word that counts for nothing is not taken there either, which is no part of this test. */
async function say({
  state,
  match,
  purpose,
  agency,
}: Pick<Case, 'state' | 'match'> & Pick<Asking, 'purpose' | 'agency'>) {
  for (const words of SAID[state.said]) {
    const [giver = '', act = ''] = words.split(' ');
    const said = {
      ...{ subject: { match }, purpose, recipient: agency, fields: fieldsOf(purpose, /[PMGBT]/) },
      ...{ giver, act, method: 'signed-form', officers: [OFFICER(state)], noticeVersion: noticeFor(purpose) },
      ...shownFor({ giver, act }, { match }),
    };
    const evidence = hash('sha256', JSON.stringify(said));
    const { status, text } = await world.act('mca-county', '/v1/consents', { ...said, evidence });
    if (!state.flagged && state.age !== 'unknown' && state.age !== '19') expect(status, text).toBe(200);
  }
}

it.each(Object.entries(ASKINGS))('%s', { timeout: 300_000 }, async (_, asking) => {
  const wrong: string[] = [];
  for (const one of cases) {
    const { age, flagged, said } = one.state;
    const found = [...(await unapproved(asking, one)), ...(await approved(asking, one))];
    wrong.push(...found.map((what) => `${age}, ${flagged ? 'flagged, ' : ''}${said}: ${what}`));
  }
  expect(wrong).toEqual([]);
});

/** Asks for every field, and for those that wait for a second person without one. @returns what is not as it should be */
async function unapproved(asking: Asking, one: Case): Promise<string[]> {
  const answer = await ask(asking, one, Object.keys(matrix));
  // The purpose as a whole waits for a second person.
  if (['W2', 'J1'].includes(asking.purpose)) return revealed(answer, one, 202);
  if (!asking.lawful(one.state)) return revealed(answer, one, 200, 'REFUSED');
  const [result] = answer.json.results ?? [];
  if (!result?.fields) return [answer.text.slice(0, 300)];
  const { fields, withheld = {} } = result;
  return Object.entries(matrix).flatMap(([field, letters]) => {
    const letter = letters[asking.purpose] ?? '';
    const expected =
      letter === '-'
        ? ['FIELD_NOT_IN_PURPOSE', 'FIELD_UNKNOWN']
        : letter.endsWith('2') && asking.purpose !== 'E1'
          ? ['NO_APPROVAL']
          : one.wrote[field] === undefined && letter !== 'T'
            ? ['ABSENT']
            : field === 'id_number' && letter === 'B'
              ? ['COMPARE_NEEDED']
              : [];
    if (expected.length === 0) return looks(field, letter, fields[field], one);
    const right = fields[field] === undefined && expected.includes(withheld[field]?.code);
    return right ? [] : [`${field} ${JSON.stringify(fields[field] ?? withheld[field])}, not ${expected}`];
  });
}

/** Asks for the fields that wait for a second person, once their owners have approved. */
async function approved(asking: Asking, one: Case): Promise<string[]> {
  const { purpose } = asking;
  const whole = ['W2', 'J1'].includes(purpose);
  const fields = fieldsOf(purpose, whole ? /[PMGBT]/ : /2/);
  if (fields.length === 0 || purpose === 'E1' || one.state.said !== APPROVED(purpose)) return [];
  const { json, text, status } = await ask(asking, one, fields);
  if (status !== 202) return [`not filed: ${text}`];
  for (const office of Object.values(OFFICES))
    await world.act(office, `/v1/requests/${json.request}/approve`, {});
  const answer = await ask(asking, one, fields, { request: json.request });
  if (!asking.lawful(one.state)) return revealed(answer, one, 200, 'REFUSED');
  if (!answer.json.results?.[0].fields) return [`approved: ${answer.text.slice(0, 300)}`];
  return fields.flatMap((field) => {
    const letter = matrix[field]?.[purpose] ?? '';
    if (one.wrote[field] === undefined && letter !== 'T') return [];
    return looks(field, letter, answer.json.results?.[0].fields?.[field], one);
  });
}

/** An answer that must hold nothing. */
function revealed(
  { status, json, text }: Answer,
  { wrote }: Case,
  expected: number,
  code?: string,
): string[] {
  const { refused, fields } = json.results?.[0] ?? {};
  const values = ['name', 'guardian_phone'].map((name) => String(wrote[name])).concat('避风路');
  const right =
    status === expected &&
    fields === undefined &&
    refused?.code === code &&
    !values.some((it) => text.includes(it));
  return right ? [] : [`${status} ${text.slice(0, 300)}`];
}

const FORMS: Record<string, string> = {
  P: 'plain',
  M: 'masked',
  G: 'generalised',
  B: 'predicate',
  T: 'token',
};

function looks(field: string, letter: string, given: Answer['json'], { wrote }: Case): string[] {
  const form = FORMS[letter[0] ?? ''];
  const [value, whole] = [given?.value, wrote[field]].map((it) => JSON.stringify(it));
  const right =
    given?.form === form &&
    {
      plain: value === whole,
      masked: value !== whole && value?.includes('*'),
      generalised: value !== whole && !value?.includes('*'),
      predicate: ['YES', 'NO', 'NOT_CONFIRMED'].includes(given?.value),
      token: /^"[\w-]{22}"$/.test(value ?? ''),
    }[form ?? ''];
  return right ? [] : [`${field} ${letter}: ${JSON.stringify(given)}`];
}

async function ask(
  { purpose, agency, context }: Asking,
  { match, state }: Case,
  fields: string[],
  more: object = {},
) {
  const words = { case: `C-${match.id_number}`, officer: OFFICER(state), reason: reasonFor(purpose) };
  const details = { actions: ['release'], purpose, ...words };
  const body = { collection: 'children', subjects: [{ match }], fields, context: { ...context, ...more } };
  const answer = await gateway.call(agency, details, 'POST', '/v1/releases', body);
  if (answer.headers.get('content-type') !== 'application/jose') return answer;
  const text = await openSealed(gateway, answer.text, agency);
  return { ...answer, text, json: JSON.parse(text) };
}
