/** A log that is longer than one answer holds: the person gets all of it, in parts, and can prove it. Over HTTP. */

import { expect, it } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { checkProof } from '../../../infra/cli/data/inquiry-check.ts';
import { urlReader } from '../../../infra/cli/log/files.ts';
import { joinInquiry } from '../../../shared/client/inquiry-parts.ts';
import type { InquiryAnswer } from '../../../shared/contract/release.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import { dayOf } from '../../../shared/policy/value/age.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { count } from '../../../shared/records/limits/counters.ts';
import { fileGateway } from '../../support/gateway.ts';
import { liftShares } from '../../support/lifted.ts';
import { fillLog } from '../../support/long-log.ts';
import { inquire, makePerson, secondClerk } from './world.ts';

const DAY = 86_400_000;
const clock = { ahead: 0 };
const now = () => Date.now() + clock.ahead;
liftShares();
const gateway = await fileGateway({ now });

const person = async (entries: number, conflict = false) => {
  const made = await makePerson(gateway, { years: 15, conflict });
  await fillLog(gateway, made.subject, entries, { now });
  return made;
};
const partAt = (match: object, inquirer: string, cursor: string, more: object = {}) =>
  inquire(gateway, match, inquirer, {}, `/v1/inquiries?cursor=${cursor}`, more);

async function partsOf(match: object, inquirer: string): Promise<[InquiryAnswer, ...InquiryAnswer[]]> {
  const parts: [InquiryAnswer, ...InquiryAnswer[]] = [(await inquire(gateway, match, inquirer)).json];
  for (let cursor = parts[0].cursor; cursor !== undefined; cursor = parts.at(-1)?.cursor)
    parts.push((await partAt(match, inquirer, cursor)).json);
  return parts;
}

/** Other inquiries of the desk's day. */
async function inquired(times: number): Promise<void> {
  const today = dayOf(now(), pack.calendar.utcOffsetMinutes);
  const day = { name: `inquiries:desk-county:${today}`, expires: (now() + 2 * DAY) / 1000 };
  expect(await count(gateway.tables.claims, { ...day, add: { made: times } })).toBeTruthy();
}

const decisions = async (limit: number) =>
  (await gateway.audit(`/v1/log/entries?purpose=X1&kind=decision&limit=${limit}`)).entries;

it('of many times what a part holds is complete over its parts, and each part is an entry that says what it held', {
  timeout: 120_000,
}, async () => {
  const { match } = await person(1900);
  const before = (await gateway.audit('/v1/log/entries?purpose=X1&kind=decision&limit=50')).entries.length;
  const parts = await partsOf(match, 'child');
  expect(parts.map(({ part = 1 }) => part)).toEqual(Array.from(parts, (_, i) => i + 1));
  for (const one of parts) expect(JSON.stringify(one).length).toBeLessThan(3_000_000);
  const whole = joinInquiry(parts);
  expect(whole).not.toHaveProperty('cursor');
  // The inquiry itself is the newest use; those of the later parts are newer than the answer.
  expect(whole.uses.map(({ purpose }) => purpose.code)).toEqual(['X1', ...Array(1900).fill('W1')]);
  expect(whole.writes).toHaveLength(3);
  // The entries of the later parts are proven too.
  expect(new Set(whole.proof?.entries.map(({ entry }) => entry)).size).toBe(1903 + parts.length);

  await gateway.sequencer.step();
  const log = { at: gateway.url, read: urlReader(gateway.url), wait: 0 };
  const checked = { complete: true, listed: 1904, gap: null, absent: [], altered: [] };
  expect(await checkProof(whole, log)).toMatchObject(checked);
  const [first, second, , ...rest] = parts;
  const gap = { complete: false, gap: expect.any(Number) };
  expect(await checkProof(joinInquiry([first, second as InquiryAnswer, ...rest]), log)).toMatchObject(gap);

  // A part after the first holds who the person is, and its entry lists exactly that.
  const logged = (await decisions(50)).slice(0, (await decisions(50)).length - before);
  expect(logged.map(({ id }: { id: string }) => id)).toEqual(
    whole.receipts.toReversed().map(({ entry }) => entry),
  );
  for (const [i, one] of parts.toReversed().entries()) {
    const listed = Object.values(logged[i].fields as Record<string, object>).flatMap((some) =>
      Object.keys(some),
    );
    // The token of a record is no field of a sheet.
    const given = listed.filter((field) => field !== 'record_token').sort();
    expect(given).toEqual(Object.keys(one.held).sort());
    if (one.part !== undefined) expect(listed.sort()).toEqual(['id_number', 'name']);
  }
});

it('is complete too if entries of later parts come into the tree before older ones', {
  timeout: 60_000,
}, async () => {
  const { match, subject } = await makePerson(gateway, { years: 15 });
  await fillLog(gateway, subject, 1300, { now, unsequenced: true });
  const whole = joinInquiry(await partsOf(match, 'child'));
  expect(whole.uses).toHaveLength(1301);
  for (let i = 0; i < 3; i++) await gateway.sequencer.step();
  const log = { at: gateway.url, read: urlReader(gateway.url), wait: 0 };
  expect(await checkProof(whole, log)).toMatchObject({ complete: true, gap: null });
});

it('to a guardian has parts that are full of what they list, whatever is left out', {
  timeout: 60_000,
}, async () => {
  const [clean, conflicted] = [await person(700), await person(700, true)];
  const fields = { MCA: { residence_address: 'plain' } };
  for (const { subject } of [clean, conflicted]) await fillLog(gateway, subject, 500, { now, fields });
  const [full, redacted] = [
    await partsOf(clean.match, 'guardian'),
    await partsOf(conflicted.match, 'guardian'),
  ];
  expect(full.flatMap(({ uses }) => uses)).toHaveLength(1201);
  // The newest 500 are not for this one, and the first part is not shorter for it.
  expect(redacted.flatMap(({ uses }) => uses)).toHaveLength(701);
  const [part, shortened] = [full[0].uses.length, redacted[0].uses.length];
  expect(Math.abs(part - shortened)).toBeLessThan(10);
  for (const one of [...full, ...redacted]) expect(one).not.toHaveProperty('proof');
  for (const [, later] of [full, redacted]) {
    expect(later).not.toHaveProperty('needsSecond');
    expect(Object.keys(later?.held ?? {})).toEqual(['guardian_identity']);
    expect(later?.checks).toEqual([]);
  }
});

it('names its parts for this person, inquirer and desk alone, for half an hour', {
  timeout: 60_000,
}, async () => {
  const [{ match, subject }, other] = [await person(650), await person(0)];
  const store = { kind: 'outcome', id: 'charity-sunrise' };
  const document = {
    programme: 'spring-bud',
    purpose: 'C1',
    recipient: store.id,
    outcome: 'YES',
    until: 2e9,
  };
  await putCasework(gateway.tables.casework, asSubjectId(subject), { ...store, document });
  const first = (await inquire(gateway, match, 'child')).json as InquiryAnswer;
  const { cursor = '' } = first;
  expect(first.checks).toHaveLength(1);
  const opened = gateway.trail.filter(({ eventName }) => eventName === 'Decrypt').length;
  const changed = `${cursor.slice(0, -2)}${cursor.at(-2) === 'A' ? 'B' : 'A'}${cursor.slice(-1)}`;
  const second = await secondClerk(gateway, match, 'child');
  for (const [who, inquirer, text] of [
    [other.match, 'child', cursor],
    [match, 'guardian', cursor],
    [match, 'child', changed],
    [match, 'child', cursor.slice(43)],
    [match, 'child', second],
  ] as const) {
    const { json } = await partAt(who, inquirer, text);
    expect([json.code, json.errors[0].path]).toEqual(['INVALID_REQUEST', '/cursor']);
  }
  expect(gateway.trail.filter(({ eventName }) => eventName === 'Decrypt')).toHaveLength(opened);
  expect((await partAt(match, 'child', cursor)).json.part).toBe(2);
  // The person who stands there is compared with the record for each part.
  const stranger = { identity: { name: '王小明', number: match.id_number } };
  expect((await partAt(match, 'child', cursor, stranger)).json.refused).toEqual({ code: 'REFUSED' });
  clock.ahead += DAY / 48;
  expect((await partAt(match, 'child', cursor)).json.code).toBe('INVALID_REQUEST');
});

it('gives a part to a few tries; each further one costs an inquiry of the day', {
  timeout: 120_000,
}, async () => {
  clock.ahead += 2 * DAY;
  const { match } = await person(1010);
  const first = (await inquire(gateway, match, 'guardian')).json as InquiryAnswer;
  const { cursor = '' } = first;
  await inquired(54);
  // Of 60 inquiries the first was one: three tries are free, and the 5 that are left cost one each.
  for (let i = 0; i < 3 + 5; i++) expect((await partAt(match, 'guardian', cursor)).json.part).toBe(2);
  expect((await partAt(match, 'guardian', cursor)).json.code).toBe('BUDGET_SPENT');
  expect((await inquire(gateway, match, 'guardian')).json.code).toBe('BUDGET_SPENT');
});

it('counts the tries of a part by whichever answer it is named', { timeout: 120_000 }, async () => {
  clock.ahead += 2 * DAY;
  const { match } = await person(2010);
  const { match: other } = await makePerson(gateway, { years: 15 });
  const { cursor: second = '' } = (await inquire(gateway, match, 'guardian')).json as InquiryAnswer;
  // The other inquiries of the day, so that no more than the free tries are left.
  await inquired(57);
  for (let i = 0; i < 2; i++) expect((await inquire(gateway, other, 'guardian')).status).toBe(200);
  const thirds: string[] = [];
  for (let i = 0; i < 3; i++) thirds.push((await partAt(match, 'guardian', second)).json.cursor);
  for (const third of thirds) expect((await partAt(match, 'guardian', third)).json.part).toBe(3);
  for (const third of thirds) expect((await partAt(match, 'guardian', third)).json.code).toBe('BUDGET_SPENT');
});
