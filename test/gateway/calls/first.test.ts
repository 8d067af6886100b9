/** The round trips of an instance's first release, and of a large intake. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { releaseApp } from '../../../functions/release/app.ts';
import { type Details, dpopProof, fileGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { type Gate, gateCalls } from './gate.ts';
import { separate } from './separate.ts';

const S1: Details = {
  ...{ actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5' },
};
const E1: Details = { ...S1, purpose: 'E1', reason: 'child missing since noon' };
const DANGER = { context: { imminentDangerAttested: true } };
const gateway = await fileGateway();
let gate: Gate;
afterEach(() => gate.open());

describe('an intake', () => {
  it('of a hundred records has at most two round trips more than one record', async () => {
    const records = Array.from({ length: 101 }, () => {
      const id = freshNumber();
      return { match: { id_number: id }, fields: { name: '张三', id_number: id } };
    });
    // What an instance makes once.
    await gateway.put('mps-county', ...records.splice(0, 1));
    gate = gateCalls();
    await gateway.put('mps-county', ...records);
    expect(gate.rounds().length).toBeLessThanOrEqual(7);
    const names = gate.rounds().flat();
    expect(names.filter((name) => name === 'KMS GenerateDataKey')).toHaveLength(200);
    // The entries share one item while they fit.
    expect(names.filter((name) => name === 'PutItem log').length).toBeLessThanOrEqual(2);
  });
});

describe('an instance that has served no request', () => {
  const match = { id_number: freshNumber() };
  const url = new URL(`${gateway.url}/v1/releases`);
  const named = async (agency: string, details: Details, more: object = {}) => {
    const asked = { collection: 'children', subjects: [{ match }], fields: ['name'], ...more };
    const { json } = await gateway.call(agency, details, 'POST', '/v1/releases', asked);
    return { ...asked, subjects: [{ ref: json.results[0].ref }] };
  };
  const send = async (
    app: ReturnType<typeof releaseApp>,
    token: Awaited<ReturnType<typeof gateway.token>>,
    body: object,
  ) => {
    const proof = await dpopProof(token.dpop, 'POST', url, Date.now(), token.value);
    const headers = { authorization: `DPoP ${token.value}`, dpop: proof, 'content-type': 'application/json' };
    const answer = await app.request(url.href, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
  };
  beforeAll(async () => {
    const put = (agency: string, fields: object) => gateway.put(agency, { match, fields });
    await put('mps-county', { name: '张三', birth_date: BORN });
    await put('mca-county', { division_code: '990001001' });
    await put('edu-county', { school_name: '某县第一小学' });
  });

  it('waits for four calls, one after the other: the register, the load, the facts and the rest', async () => {
    const body = await named('edu-county', S1);
    const own = await separate(gateway);
    const token = await gateway.token('edu-county', S1);
    gate = gateCalls();
    const app = releaseApp(own, { warm: true });
    // Lambda starts an instance before it gives it a request.
    await gate.idle();
    gate.clear();
    await send(app, token, { ...body, fields: ['name', 'school_name'] });
    const [register, load, facts, rest, ...more] = gate.rounds();
    expect(register).toEqual(expect.arrayContaining(['GetItem agencies', 'KMS GenerateMac']));
    expect(load).toEqual(
      expect.arrayContaining(['GetItem keys', 'PutItem claims', 'PutItem log', 'Query sheets']),
    );
    expect(new Set(facts)).toEqual(new Set(['KMS Decrypt']));
    expect(rest).toEqual(expect.arrayContaining(['KMS Decrypt', 'PutItem log', 'UpdateItem claims']));
    expect(more).toEqual([]);
  });

  it.each([
    ['edu-county', S1, {}, ['KMS Sign', 'PutItem tree', 'PutItem claims', 'KMS Decrypt', 'KMS Decrypt']],
    // An inbox is noted before its first task.
    ['mps-county', E1, DANGER, ['KMS Sign', 'PutItem tree', 'Scan agencies', 'KMS Decrypt', 'PutItem tasks']],
  ] as const)(
    'that is still beginning its own work waits for its chain of the log first (%s)',
    async (agency, details, more, each) => {
      const body = await named(agency, details, more);
      const own = await separate(gateway);
      const token = await gateway.token(agency, details);
      gate = gateCalls();
      await send(releaseApp(own, { warm: true }), token, body);
      expect(gate.rounds()).toEqual(each.map((call) => expect.arrayContaining([call])));
    },
  );
});
