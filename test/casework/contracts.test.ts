/** A body outside the departments is answered while its contract is in force; the end is told before it comes. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Agency, putAgency, readAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-02T01:00:00Z');
const clock = { now: START };
const gateway = await fileGateway({ now: () => clock.now });
const CHARITY = 'charity-sunrise';

const day = (days: number) => new Date(START + days * DAY).toISOString().slice(0, 10);
const contract = (from: number, until: number, more: object = {}) => ({
  ...{ reference: 'C-1', document: 'a'.repeat(64), from: day(from), until: day(until) },
  ...{ processors: ['A hosting firm'], supervisor: 'MCA', ...more },
});

async function under(contracts: object[], clientId = CHARITY) {
  const agency = await readAgency(gateway.tables.agencies, asClientId(clientId));
  if (!agency) throw new Error('no such agency');
  await putAgency(gateway.tables.agencies, { ...agency.agency, contracts } as Agency);
}

const check = async () => {
  const details = {
    actions: ['verify'],
    purpose: 'C1',
    case: 'P-1',
    officer: 'he.tao',
    reason: 'aid, as was applied for',
  };
  const body = {
    programme: 'spring-bud',
    subject: { match: { id_number: freshNumber() } },
  };
  return (await gateway.call(CHARITY, details, 'POST', '/v1/verifications', body)).json;
};
const tasks = async (agency: string, kind: string) => {
  await gateway.casework.pass();
  const path = `/v1/tasks?kind=${kind}`;
  return (await gateway.call(agency, { actions: ['casework'], officer: 'li.na' }, 'GET', path)).json.tasks;
};

beforeEach(() => {
  clock.now = START;
});

describe('a charity', () => {
  it('is refused without a contract in force, and on the days around it', async () => {
    const codes: [number, string | undefined][] = [];
    await under([contract(10, 20)]);
    for (const days of [9, 10, 20, 21]) {
      clock.now = START + days * DAY;
      codes.push([days, (await check()).code]);
    }
    expect(codes).toEqual([
      [9, 'NO_CONTRACT'],
      [10, undefined],
      [20, undefined],
      [21, 'NO_CONTRACT'],
    ]);
    await under([]);
    expect(await check()).toMatchObject({ status: 403, code: 'NO_CONTRACT', rule: 'NDR12' });
  });

  it('has its supervisor warned before the end, and deletes after it', async () => {
    await under([contract(-10, 31)]);
    clock.now += 3_600_001;
    expect(await tasks('mca-county', 'contract-ends')).toEqual([]);
    clock.now = START + 2 * DAY;
    const [warned] = await tasks('mca-county', 'contract-ends');
    expect(warned.details).toMatchObject({ agency: CHARITY, department: 'MCA', ended: day(31) });
    expect(await tasks(CHARITY, 'contract-ended')).toEqual([]);
    clock.now = START + 32 * DAY;
    const [asked, ...more] = await tasks(CHARITY, 'contract-ended');
    expect([asked.proof, asked.details.ended, more]).toEqual([true, day(31), []]);
    clock.now += DAY;
    expect(await tasks(CHARITY, 'contract-ended')).toHaveLength(1);
  });

  it('is neither warned nor asked while a contract follows', async () => {
    await under([contract(-10, 40, { reference: 'C-2' }), contract(41, 400, { reference: 'C-3' })]);
    clock.now = START + 35 * DAY;
    const before = (await tasks('mca-county', 'contract-ends')).length;
    clock.now = START + 50 * DAY;
    expect(await tasks('mca-county', 'contract-ends')).toHaveLength(before);
    expect((await check()).code).toBeUndefined();
  });
});

it('is not asked of an office of a department', async () => {
  await under([], 'mca-county');
  const details = {
    actions: ['release'],
    purpose: 'W1',
    case: 'W-1',
    officer: 'li.na',
    reason: 'yearly review',
  };
  const body = {
    collection: 'children',
    subjects: [{ match: { id_number: freshNumber() } }],
    fields: ['name'],
  };
  const answer = await gateway.call('mca-county', details, 'POST', '/v1/releases', body);
  expect(answer.json.code).not.toBe('NO_CONTRACT');
});

describe('a registration', () => {
  const put = async (contracts: object[]) => {
    const known = await readAgency(gateway.tables.agencies, asClientId('charity-harbour'));
    const { clientId: _, jwks: __, suspended: ___, ...rights } = known?.agency ?? ({} as Agency);
    return gateway.call(
      'steward-office',
      { actions: ['steward'], officer: 'li.na', reason: 'the contract was signed' },
      ...(['PUT', '/v1/agencies/charity-harbour'] as const),
      { ...rights, contracts },
    );
  };
  const errors = async (contracts: object[]) =>
    (await put(contracts)).json.errors?.map(({ path }: { path: string }) => path);

  it('takes a contract by two stewards, and refuses one that ends before it begins, or has no supervisor', async () => {
    await under([contract(-10, 20)], 'charity-harbour');
    expect((await put([contract(-10, 20), contract(21, 300, { reference: 'C-2' })])).status).toBe(202);
    expect(await errors([contract(-10, 20), contract(30, 29)])).toEqual(['/contracts/1/until']);
    expect(await errors([contract(-10, 20), contract(30, 39, { supervisor: 'XX' })])).toEqual([
      '/contracts/1/supervisor',
    ]);
  });

  it('keeps a contract until three years after its end', async () => {
    await under([contract(-900, -10)], 'charity-harbour');
    expect(await errors([])).toEqual(['/contracts']);
    await under([contract(-1500, -1097)], 'charity-harbour');
    expect((await put([])).status).toBe(200);
  });
});
