/** No answer leaves before the proof of its call is claimed, so that one proof tries nothing twice. */
import { expect, it } from 'vitest';
import { type Details, dpopProof, fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';

const gateway = await fileGateway();
const match = { id_number: freshNumber() };
await gateway.put('mps-county', { match, fields: { name: '张三', birth_date: '2013-05-06' } });
await gateway.put('mca-county', { match, fields: { division_code: '990001001' } });
const asked = { collection: 'children', fields: ['name'], subjects: [{ match }] };
const S1: Details = { actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy' };
const E1: Details = { actions: ['release'], purpose: 'E1', officer: 'zhou', reason: 'missing since noon' };
const DESK: Details = { actions: ['casework'], officer: 'chen.jing', reason: 'at the desk' };
const danger = { imminentDangerAttested: true };
const inquiry = { collection: 'children', subject: { match }, inquirer: 'child' };
const identity = { name: '张三', number: match.id_number };

const CALLS: [string, string, Details, string, object, string][] = [
  [
    'a wrong ticket of a second officer',
    'mps-county',
    E1,
    '/v1/releases',
    { ...asked, context: { ...danger, second: 'no-ticket' } },
    'TICKET_INVALID',
  ],
  ['a body of another form', 'edu-county', S1, '/v1/releases', { ...asked, subjects: [] }, 'INVALID_REQUEST'],
  [
    'a collection that does not exist',
    'edu-county',
    S1,
    '/v1/releases',
    { ...asked, collection: 'cars' },
    'INVALID_REQUEST',
  ],
  [
    'a number with a wrong form',
    'edu-county',
    S1,
    '/v1/releases',
    { ...asked, subjects: [{ match: { id_number: '1' } }] },
    'INVALID_REQUEST',
  ],
  [
    'a wrong cursor of an inquiry',
    'desk-county',
    DESK,
    '/v1/inquiries',
    { ...inquiry, identity, cursor: 'x' },
    'INVALID_REQUEST',
  ],
  [
    'a wrong ticket of a second clerk',
    'desk-county',
    DESK,
    '/v1/inquiries',
    { ...inquiry, identity, second: 'no-ticket' },
    'TICKET_INVALID',
  ],
];

it.each(CALLS)('%s is refused once under one proof', async (_, agency, details, path, body, code) => {
  const { value, dpop: key } = await gateway.token(agency, details);
  const url = new URL(gateway.url + path);
  const proof = await dpopProof(key, 'POST', url, Date.now(), value);
  const send = async () => {
    const headers = { authorization: `DPoP ${value}`, dpop: proof, 'content-type': 'application/json' };
    return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as {
      code?: string;
    };
  };
  expect((await send()).code).toBe(code);
  expect((await send()).code).toBe('DPOP_REPLAYED');
});
