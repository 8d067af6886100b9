/** A gateway with a child of an age and a guardianship, a desk, and a log that has its index. */

import { compactDecrypt, compactVerify, createLocalJWKSet, importJWK } from 'jose';
import { expect } from 'vitest';
import { asSubjectId } from '../../../shared/ids.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { put, subjectOf } from '../../maintenance/rig.ts';
import type { Answer, TestGateway } from '../../support/gateway.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { freshNumber } from '../../support/people.ts';

export const WHY = { case: 'DESK-7', officer: 'wang.fang', reason: 'asks at the desk with an identity card' };
export const DESK = { actions: ['casework'], ...WHY };

/** A date of birth so many years and a day ago. */
export function born(years: number): string {
  const date = new Date(Date.now() - 2 * 86_400_000);
  date.setUTCFullYear(date.getUTCFullYear() - years);
  return date.toISOString().slice(0, 10);
}

/** @param redacted whether the record has fields that a guardian in conflict does not see */
export async function makePerson(
  gateway: TestGateway,
  {
    years,
    guardianship = 'normal',
    conflict = false,
    redacted = true,
    died = false,
  }: { years: number; guardianship?: string; conflict?: boolean; redacted?: boolean; died?: boolean },
) {
  const birth = born(years);
  const written = died ? { date: birth, dead: true } : birth;
  const id = freshNumber(birth);
  const match = { id_number: id };
  await put(gateway, 'mps-county', {
    match,
    fields: { name: '欧阳娜娜', id_number: id, birth_date: written },
  });
  const { ref } = await put(gateway, 'mca-county', {
    match,
    fields: {
      division_code: '990001001',
      ...(redacted && {
        residence_address: { text: '避风路7号', division: '990001001' },
        visit_notes: '孩子住在姑姑家',
      }),
      guardianship_status: { status: guardianship, conflict: false },
      guardian_identity: GUARDIAN,
    },
  });
  const school = redacted && { school_name: { school: '秘密小学', class: '三班' } };
  await put(gateway, 'edu-county', { match, fields: { schooling_status: 'primary', ...school } });
  const subject = await subjectOf(gateway, ref);
  if (conflict) {
    const flag = { kind: 'conflict', id: 'guardian', document: {} };
    await putCasework(gateway.tables.casework, asSubjectId(subject), flag);
  }
  return { id, match, ref, subject };
}

/** The document that the inquirer shows at the desk. */
export function shownBy(inquirer: string, match: { id_number?: string }) {
  return inquirer === 'guardian'
    ? { name: GUARDIAN.name, number: GUARDIAN.id_number }
    : { name: '欧阳娜娜', number: match.id_number ?? '' };
}

/** The word of a second clerk. */
export async function secondClerk(
  gateway: TestGateway,
  match: object,
  inquirer: string,
  officer = 'chen.jing',
): Promise<string> {
  const details = { actions: ['casework'], ...WHY, officer };
  const body = { collection: 'children', subject: { match }, inquirer };
  const { json, text } = await gateway.call('desk-county', details, 'POST', '/v1/inquiries/seconds', body);
  return json.second ?? expect.fail(text);
}

export async function inquire(
  gateway: TestGateway,
  match: object,
  inquirer: string,
  headers: Record<string, string> = {},
  path = '/v1/inquiries',
  more: object = {},
): Promise<Answer> {
  await gateway.sequencer.step();
  const body = {
    collection: 'children',
    subject: { match },
    inquirer,
    identity: shownBy(inquirer, match),
    ...more,
  };
  const answer = await gateway.call('desk-county', DESK, 'POST', path, body, headers);
  if (answer.headers.get('content-type') !== 'application/jose') return answer;
  const text = await openSealed(gateway, answer.text);
  return { ...answer, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}

export async function openSealed(gateway: TestGateway, text: string, desk = 'desk-county'): Promise<string> {
  const key = await importJWK(gateway.agency(desk).enc, 'ECDH-ES');
  const { plaintext } = await compactDecrypt(text, key);
  const jwks = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: [] };
  const { payload } = await compactVerify(plaintext, createLocalJWKSet(jwks));
  return Buffer.from(payload).toString();
}

export async function lastDecision(gateway: TestGateway): Promise<Answer['json']> {
  const json = await gateway.audit('/v1/log/entries?purpose=X1&limit=10');
  return json.entries.find(({ kind }: { kind: string }) => kind !== 'attempt') ?? expect.fail('no entry');
}
