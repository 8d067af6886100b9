/** The effect of a freeze in force on each kind of answer. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it as plain, vi } from 'vitest';
import { officerDigest } from '../../../functions/session/actor.ts';
import { currentFreezes } from '../../../functions/steps/freezes.ts';
import { getAgency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId, asEntryId, asSubjectId } from '../../../shared/ids.ts';
import {
  dropFreeze,
  FREEZE,
  type FreezeTarget,
  putCasework,
  putFreeze,
} from '../../../shared/records/casework/casework.ts';
import type { Table } from '../../../shared/store/table.ts';
import { IN_FORCE } from '../../../shared/tables.ts';
import { type Details, fileGateway, type Token } from '../../support/gateway.ts';
import { liftStopLimits } from '../../support/lifted.ts';
import { BORN, freshNumber } from '../../support/people.ts';

liftStopLimits();

const inForce: string[] = [];

const gateway = await fileGateway();
const id = freshNumber(BORN);
const match = { id_number: id };
for (const [agency, fields] of [
  ['mps-county', { name: '欧阳娜娜', id_number: id, birth_date: BORN }],
  ['mca-county', { division_code: '990001001', guardianship_status: 'normal' }],
] as const) {
  await gateway.put(agency, { match, fields });
}
let looked = 0;
const { send } = DynamoDBClient.prototype;
DynamoDBClient.prototype.send = function (this: unknown, command: { input: { TableName?: string } }) {
  if (command.input.TableName === gateway.env.indexTable) looked++;
  return Reflect.apply(send, this, [command]);
} as never;

/** Reads of the index since the last call. */
function lookUps(): number {
  const count = looked;
  looked = 0;
  return count;
}

afterEach(async () => {
  gateway.faults.clear();
  for (const id of inForce.splice(0)) await dropFreeze(gateway.tables.casework, id);
  await settled();
});

let ahead = 0;
const realNow = performance.now.bind(performance);
vi.spyOn(performance, 'now').mockImplementation(() => realNow() + ahead);

/** Lets more time pass, by the steady clock, than any instance caches its last read. */
const settled = async () => {
  ahead += 600;
};

async function freeze(target: FreezeTarget): Promise<void> {
  const id = `f${inForce.length}`;
  inForce.push(id);
  const freeze = { id, target, at: new Date().toISOString(), by: 'audit-office', entry: asEntryId('x') };
  await putFreeze(gateway.tables.casework, freeze);
  await settled();
}

const S1: Details = {
  actions: ['release'],
  purpose: 'S1',
  case: 'E-1',
  officer: 'zhang.wei',
  reason: 'subsidy',
};
const C1: Details = { actions: ['verify'], purpose: 'C1', case: 'C-1', officer: 'wu', reason: 'aid' };
const N1: Details = { actions: ['release'], purpose: 'N1', case: 'N-1', officer: 'he', reason: 'leak' };

const release = (token: Token, more: object = {}) =>
  gateway.send(token, 'POST', '/v1/releases', { collection: 'children', subjects: [{ match }], ...more });
const verify = (token: Token) =>
  gateway.send(token, 'POST', '/v1/verifications', { programme: 'spring-bud', subject: { match } });
const newest = async (query: string) => (await gateway.audit(`/v1/log/entries?limit=5&${query}`)).entries[0];

const agency: FreezeTarget = { kind: 'agency', agency: asClientId('edu-county') };
const officer: FreezeTarget = {
  kind: 'officer',
  agency: asClientId('edu-county'),
  person: officerDigest(asClientId('edu-county'), 'Zhang.Wei '),
};
const purpose: FreezeTarget = { kind: 'purpose', purpose: 'S1' };

const it = plain.extend('token', () => gateway.token('edu-county', S1));

describe('the freezes in force', () => {
  const { dynamo, tables } = gateway;
  const read = async () => {
    const calls: number[] = [];
    const send = vi.spyOn(dynamo, 'send').mockImplementation(async (...all) => {
      const answer = (await realSend(...all)) as { Count?: number };
      calls.push(answer.Count ?? -1);
      return answer as never;
    });
    const found = await currentFreezes({ dynamo, tables });
    send.mockRestore();
    return { ids: found.map(({ id }) => id), calls };
  };
  const realSend = dynamo.send.bind(dynamo) as (...all: unknown[]) => Promise<unknown>;

  const silent = { id: 'silent', target: purpose, at: '', by: 'audit-office', entry: asEntryId('x') };
  /** Of a writer that does not come to note the change. */
  const storeSilent = async () => {
    await putCasework(tables.casework, asSubjectId(IN_FORCE), {
      ...{ kind: FREEZE, id: 'silent', document: silent },
    });
    inForce.push('silent');
  };
  /** Calls of a writer up to so many writes: then it dies. */
  const dyingAfter = (writes: number): Table => {
    let left = writes;
    const send = async (command: object, ...more: unknown[]) => {
      if (/^(Put|Delete)Item/.test(command.constructor.name) && left-- <= 0) throw new Error('died');
      return realSend(command, ...more);
    };
    return { ...tables.casework, client: { send } as never };
  };

  it('are not read again while none changes', async () => {
    await freeze(agency);
    await settled();
    for (let i = 0; i < 2; i++) {
      expect((await read()).ids).toEqual(['f0']);
      await settled();
    }
    // One item: the word for the last change.
    expect(await read()).toEqual({ ids: ['f0'], calls: [1] });
    await storeSilent();
    ahead += 60_000;
    expect(await read()).toEqual({ ids: ['f0'], calls: [1] });
    ahead += 300_000;
    expect((await read()).ids).toEqual(['f0', 'silent']);
    await freeze(officer);
    expect((await read()).ids).toEqual(['f0', 'f2', 'silent']);
  });

  it('whose writer died after it stored one take effect within five seconds, and those after them at once', async () => {
    await freeze(agency);
    for (const writes of [1, 2]) {
      const late = { ...silent, id: `late${writes}` };
      await expect(putFreeze(dyingAfter(writes), late)).rejects.toThrow('died');
      inForce.push(late.id);
      await settled();
      // Another change is complete, and this one's announcement stays.
      await freeze(purpose);
      const before = (await read()).ids;
      if (writes === 1) {
        // The put arrives late.
        await putCasework(tables.casework, asSubjectId(IN_FORCE), {
          ...{ kind: FREEZE, id: late.id, document: late },
        });
        await settled();
        expect((await read()).ids).toEqual(before);
        ahead += 5000;
      }
      expect((await read()).ids).toContain(late.id);
    }
    await dropFreeze(dyingAfter(2), 'late1').catch(() => {});
    ahead += 5000;
    expect((await read()).ids).not.toContain('late1');
  });

  it('of a version before, and changes that it noted without an announcement, are looked for each five seconds', async () => {
    await freeze(agency);
    const word = { kind: 'change', id: 'last', document: 'AAAAAAAAAAAAAAAAAAAAAA' };
    await putCasework(tables.casework, asSubjectId(IN_FORCE), word);
    await settled();
    expect((await read()).ids).toEqual(['f0']);
    await storeSilent();
    ahead += 5000;
    expect((await read()).ids).toEqual(['f0', 'silent']);
  });

  it('that many change at once all take effect', async () => {
    await read();
    await Promise.all([agency, officer, purpose].map((target) => freeze(target)));
    expect((await read()).ids).toEqual(inForce.toSorted());
    await Promise.all(inForce.splice(0).map((one) => dropFreeze(tables.casework, one)));
    await settled();
    expect((await read()).ids).toEqual([]);
    await settled();
    expect((await read()).calls).toEqual([1]);
  });
});

describe('a release', () => {
  it.each([
    ['AGENCY_FROZEN', agency],
    ['OFFICER_FROZEN', officer],
    ['PURPOSE_FROZEN', purpose],
  ])('under a token of before is told %s in full, and logged, with nothing opened', async (code, target) => {
    const token = await gateway.token('edu-county', S1);
    expect((await release(token)).status).toBe(200);
    await freeze(target);
    const calls = gateway.trail.length;
    const answer = await release(token);
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ code, rule: 'A18.1', reason: expect.any(String) });
    expect(gateway.trail.slice(calls).map(({ eventName }) => eventName)).not.toContain('Decrypt');
    expect(await newest('kind=denial')).toMatchObject({ code, outcome: 'refused' });
  });

  it('by another officer, agency or purpose continues', async () => {
    await freeze({
      kind: 'officer',
      agency: asClientId('edu-county'),
      person: officerDigest(asClientId('edu-county'), 'li.na'),
    });
    await freeze({
      kind: 'officer',
      agency: asClientId('mps-county'),
      person: officerDigest(asClientId('mps-county'), 'zhang.wei'),
    });
    await freeze({ kind: 'agency', agency: asClientId('mps-county') });
    await freeze({ kind: 'purpose', purpose: 'W1' });
    expect((await release(await gateway.token('edu-county', S1))).status).toBe(200);
  });

  it('withholds the fields of a frozen class and gives the reason', async ({ token }) => {
    expect((await release(token, { fields: ['name'] })).json.results[0].fields.name.value).toBe('欧阳娜娜');
    await freeze({ kind: 'class', class: 'identity-name' });
    const { json, text } = await release(token, { fields: ['name', 'schooling_status'] });
    expect(json.results[0].withheld.name).toMatchObject({ code: 'CLASS_FROZEN', rule: 'A18.1' });
    expect(text).not.toContain('欧阳');
  });

  it('that can’t be decided without the frozen class is refused as a whole', async ({ token }) => {
    await freeze({ kind: 'class', class: 'facts' });
    const calls = gateway.trail.length;
    expect((await release(token)).json).toMatchObject({ code: 'CLASS_FROZEN' });
    expect(gateway.trail.slice(calls).map(({ eventName }) => eventName)).not.toContain('Decrypt');
  });

  it('fails closed if the freezes cannot be read', async ({ token }) => {
    await settled();
    gateway.faults.add({ service: 'store', kind: 'error', times: 50, operation: 'Query' });
    const answer = await release(token);
    expect(answer.json.code).toBe('STORE_UNAVAILABLE');
    expect(answer.text).not.toContain('欧阳');
  });
});

describe('a token', () => {
  it.each([
    ['AGENCY_FROZEN: The agency is frozen.', agency],
    ['OFFICER_FROZEN: The officer is frozen.', officer],
    ['PURPOSE_FROZEN: The purpose is frozen.', purpose],
  ])('with a purpose is refused because %s, one for casework is not', async (why, target) => {
    await freeze(target);
    await expect(gateway.token('edu-county', S1)).rejects.toThrow(
      `unauthorized_client","error_description":"${why}`,
    );
    await gateway.token('edu-county', { actions: ['casework'], officer: 'zhang.wei' });
  });
});

describe('a verification', () => {
  it.each([
    ['AGENCY_FROZEN', { kind: 'agency', agency: asClientId('charity-sunrise') } as const],
    ['PURPOSE_FROZEN', { kind: 'purpose', purpose: 'C1' } as const],
    ['CLASS_FROZEN', { kind: 'class', class: 'facts' } as const],
  ])('gets %s before any lookup', async (code, target) => {
    const token = await gateway.token('charity-sunrise', C1);
    expect((await verify(token)).status).toBe(200);
    expect(lookUps()).toBeGreaterThan(0);
    await freeze(target);
    lookUps();
    const calls = gateway.trail.length;
    expect((await verify(token)).json).toMatchObject({ code, rule: 'A18.1' });
    expect(lookUps()).toBe(0);
    // While the freezes are read, the place of the number is computed, and is not looked up.
    const names = gateway.trail.slice(calls).map(({ eventName }) => eventName);
    expect(names.filter((name) => name !== 'GenerateMac' && name !== 'GetPublicKey')).toEqual([]);
  });
});

it('a leak check stops with its purpose', async () => {
  const { tables } = gateway;
  const office = (await getAgency(tables.agencies, asClientId('press-office'), Date.now())) ?? expect.fail();
  const rights = { departments: ['CAC'], roles: ['cyberspace-office'], purposes: ['N1'] };
  await putAgency(tables.agencies, { ...office, ...rights });
  const token = await gateway.token('press-office', N1);
  const body = { collection: 'children', candidates: [match.id_number] };
  expect((await gateway.send(token, 'POST', '/v1/leak-checks', body)).status).toBe(200);
  await freeze({ kind: 'purpose', purpose: 'N1' });
  expect((await gateway.send(token, 'POST', '/v1/leak-checks', body)).json.code).toBe('PURPOSE_FROZEN');
});
