/** A gateway whose province has children enough for a card, and the steps of a publication. */
import { hash } from 'node:crypto';
import { expect } from 'vitest';
import { textDigest } from '../../functions/steps/codes.ts';
import { put, runJob } from '../maintenance/rig.ts';
import { type Answer, fileGateway } from '../support/gateway.ts';
import { GUARDIAN, shownFor } from '../support/guardians.ts';
import { liftOpenRequests } from '../support/lifted.ts';
import { noticeFor } from '../support/notices.ts';
import { freshNumber } from '../support/people.ts';

liftOpenRequests();
export const gateway = await fileGateway();

export const year = new Date().getFullYear();
const NAME = '欧阳娜娜';
export const TEXT = '这个孩子每天走很远的路去上学，老师说她爱读书。';
export const M1 = {
  actions: ['release'],
  purpose: 'M1',
  case: 'PR-1',
  officer: 'gao',
  reason: 'report on reading',
};
const PROOF = { noticeVersion: noticeFor('M1'), method: 'signed-form' };

/** @param born year of birth: it decides the age band */
export async function child(born = year - 10) {
  const id = freshNumber();
  const match = { id_number: id };
  const police = { id_number: id, name: NAME, sex: '1', birth_date: `${born}-01-06` };
  await put(gateway, 'mps-county', { match, fields: police });
  const { ref } = await put(gateway, 'mca-county', {
    match,
    fields: {
      ...{ division_code: '990001001', able_to_express_will: true, guardianship_status: 'normal' },
      guardian_identity: GUARDIAN,
    },
  });
  return { match, ref: ref as string };
}

export async function file(match: object, act: string, giver: string, agency = 'mca-county', about = TEXT) {
  const details = { actions: ['casework'], officer: 'li.na', reason: 'said at the desk' };
  const fields = ['birth_date', 'division_code'];
  const evidence = hash('sha256', JSON.stringify([match, act, giver, about]));
  const text = textDigest(about);
  const said = { purpose: 'M1', recipient: 'press-office', fields, act, giver, ...PROOF, evidence, text };
  const body = { subject: { match }, ...said, ...shownFor({ act, giver }, { match }) };
  const answer = await gateway.call(agency, details, 'POST', '/v1/consents', body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.consent.id as string;
}

/** Both consents, both notices, and the proof of processing. */
export async function agreed(match: object, about = TEXT) {
  for (const act of ['notified', 'given'])
    for (const giver of ['child', 'guardian']) await file(match, act, giver, 'mca-county', about);
  await file(match, 'processed', 'recipient', 'press-office', about);
}

/** Tests a text within the request to publish it, which the press office files if it has not. */
export async function test(
  { match, ref }: { match: object; ref: string },
  text = TEXT,
  agency = 'mca-county',
): Promise<Answer> {
  const { json } = await card(match, undefined, text);
  return testIn(json.request, ref, text, agency);
}

export function testIn(request: string, ref: string, text = TEXT, agency = 'mca-county'): Promise<Answer> {
  const details = { actions: ['casework'], officer: 'li.na', reason: 'a card for the report' };
  return gateway.call(agency, details, 'POST', '/v1/story-texts', { ref, text, request });
}

export function card(match: object, request?: string, text = TEXT, change: object = {}): Promise<Answer> {
  const body = { collection: 'children', subject: { match }, text, ...(request && { context: { request } }) };
  return gateway.call('press-office', { ...M1, ...change }, 'POST', '/v1/story-cards', body);
}

/** The request that a first try files, answered by every owner. */
export async function approved(match: object, about = TEXT): Promise<string> {
  const { status, json, text } = await card(match, undefined, about);
  expect(status, text).toBe(202);
  for (const agency of ['mca-county', 'mps-county', 'health-hospital'])
    await answer(agency, json.request, 'approve');
  return json.request;
}

export function answer(agency: string, request: string, verb: string, body = {}): Promise<Answer> {
  const details = { actions: ['casework'], officer: `boss.${agency}`, reason: 'seen' };
  return gateway.call(agency, details, 'POST', `/v1/requests/${request}/${verb}`, body);
}

export async function seen(agency: string, request: string) {
  const details = { actions: ['casework'], officer: `boss.${agency}`, reason: 'seen' };
  return (await gateway.call(agency, details, 'GET', `/v1/requests/${request}`)).json;
}

/** The reason of the refusal, which the log keeps as a sealed word of the entry. */
export async function findingOf({ json }: Answer): Promise<string> {
  const path = `/v1/log/entries/${json.receipt.entry}`;
  const audit = { actions: ['audit'] };
  return (await gateway.call('audit-office', audit, 'GET', path)).json.words?.finding;
}

const years = [...Array(22).fill(year - 10), ...Array(15).fill(year - 13)];
const others = years.map((born) => ({ match: { id_number: freshNumber() }, born }));
await gateway.put(
  'mps-county',
  ...others.map(({ match, born }) => ({ match, fields: { ...match, birth_date: `${born}-01-06` } })),
);
await gateway.put(
  'mca-county',
  ...others.map(({ match }) => ({ match, fields: { division_code: '990001001' } })),
);
await runJob(gateway, 'cohorts');
