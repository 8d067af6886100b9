/** What opens no incident, about a person on record and about one of whom no record exists. */
import { expect, it } from 'vitest';
import { makeChild } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';

const gateway = await fileGateway();

const WHY = { officer: 'gao', reason: 'rows like these were offered on a forum' };
const AUDIT = { actions: ['audit'], ...WHY };
const CASEWORK = { actions: ['casework'], ...WHY };
const now = () => new Date().toISOString();
const from = new Date(Date.now() - 3_600_000).toISOString();
const open = (subjects: object[], more: object, agency: string, details: typeof AUDIT) => {
  const body = {
    subjects,
    fields: ['name', 'guardian_phone'],
    from,
    until: now(),
    operator: 'other',
    ...more,
  };
  return gateway.call(agency, details, 'POST', '/v1/incidents', body);
};

it.each([
  [
    'an owner of one of two fields',
    'edu-county',
    CASEWORK,
    { fields: ['school_name', 'name'] },
    'ROLE_REQUIRED',
  ],
  ['a stranger', 'league-county', CASEWORK, {}, 'ROLE_REQUIRED'],
  ['a clock that does not exist', 'audit-office', AUDIT, { operator: 'constructor' }, 'INVALID_REQUEST'],
  ['a grade that does not exist', 'audit-office', AUDIT, { grade: 'constructor' }, 'INVALID_REQUEST'],
  ['people and a ticket', 'audit-office', AUDIT, { ticket: 'a-1-1' }, 'INVALID_REQUEST'],
  ['a field that does not exist', 'audit-office', AUDIT, { fields: ['__proto__'] }, 'INVALID_REQUEST'],
  ['a time that ends first', 'audit-office', AUDIT, { from: now(), until: from }, 'INVALID_REQUEST'],
  ['a time to come', 'audit-office', AUDIT, { until: '2099-01-01T00:00:00Z' }, 'INVALID_REQUEST'],
  [
    'a leak known in time to come',
    'audit-office',
    AUDIT,
    { knownAt: '2099-01-01T00:00:00Z' },
    'INVALID_REQUEST',
  ],
])('is none for %s', async (_, agency, details, more, code) => {
  const { match } = await makeChild(gateway);
  const nobody = { id_number: freshNumber() };
  const about = await Promise.all(
    [match, nobody].map((one) => open([{ match: one }], more, agency, details)),
  );
  expect(about.map(({ json }) => json.code)).toEqual([code, code]);
});
