/** Lists of checks that the gateway works off: what rests of them, who acts, who may see what, and what stops them. */

import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactDecrypt, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PART_ROWS } from '../../functions/http/contract/verify-lists.ts';
import { openVerify } from '../../functions/verify/app.ts';
import { openListFolder } from '../../infra/local/aws/list-folder.ts';
import { type Agency, getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { pathOf, startOf } from '../../shared/records/list-files.ts';
import { freshNumber } from '../support/people.ts';
import { makeWorld, verify, type World } from './world.ts';

const AGENCY = 'charity-sunrise';
const PROGRAMME = 'warm-home';
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-lists-'));
let world: World;
beforeAll(async () => {
  world = await makeWorld({ folder });
});
afterAll(async () => {
  await world.gateway.close();
  rmSync(folder, { recursive: true });
});

let count = 0;
const freshId = () => String(count++).padStart(22, 'a');
const send = (method: string, path: string, body?: unknown, agency = AGENCY) =>
  world.call(agency, verify(), method, `/v1/lists/${path}`, body);

/** Puts the rows and submits them. @returns the id, and the answer to the submission */
async function submitted(rows: object[], { id = freshId(), agency = AGENCY, programme = PROGRAMME } = {}) {
  const parts = Math.ceil(rows.length / PART_ROWS);
  for (let part = 0; part < parts; part++) {
    const some = rows.slice(part * PART_ROWS, (part + 1) * PART_ROWS);
    const put = await send('PUT', `${id}/rows/${part}`, { rows: some }, agency);
    expect([put.status, put.json]).toEqual([200, { rows: some.length }]);
  }
  const answer = await send('POST', id, { programme, parts, rows: rows.length }, agency);
  return { id, answer };
}

/** What a state machine does, lane after lane. @param before is called before each look for more time */
async function workOff(id: string, before: () => Promise<unknown> = async () => {}, agency = AGENCY) {
  const { lists } = world.gateway.verifier;
  const lanes = await lists.lanes(startOf(pathOf(asClientId(agency), id)), 2);
  for (const lane of lanes) {
    for (let again = true; again; ) {
      await before();
      ({ again } = await lists.work(lane, () => true));
    }
  }
  return lanes;
}

async function results(id: string, part = 0, agency = AGENCY) {
  const { text } = await send('GET', `${id}/results/${part}`, undefined, agency);
  const key = await importJWK(world.gateway.agency(agency).enc, 'ECDH-ES');
  const { plaintext } = await compactDecrypt(text, key);
  return JSON.parse(new TextDecoder().decode(plaintext));
}

async function decisions(): Promise<number> {
  await world.gateway.sequencer.step();
  return (await world.gateway.audit('/v1/log/stats?by=kind&kind=decision')).entries;
}

const strangers = (n: number) => Array.from({ length: n }, () => ({ match: { id_number: freshNumber() } }));

/** All bytes under the folder of lists. */
function atRest(path = join(folder, 'lists')): string {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => file + readFileSync(file, 'latin1'))
    .join('\n');
}

/** An agency with a change of its record, until the work is done. */
async function withRecord(change: Partial<Agency>, work: () => Promise<unknown>): Promise<void> {
  const { agencies } = world.gateway.tables;
  const before = (await getAgency(agencies, asClientId(AGENCY), world.now())) as Agency;
  await putAgency(agencies, { ...before, ...change });
  try {
    await work();
  } finally {
    await putAgency(agencies, before);
  }
}

describe('a list', () => {
  it('gives each row the answer that a request would get, and logs each person alone and the submission', async () => {
    world.later();
    const child = await world.ready();
    const { id, answer } = await submitted(
      [child, ...strangers(2), { match: { id_number: '1' } }].map(({ match }) => ({ match })),
    );
    expect(answer).toMatchObject({ status: 200, json: { state: 'open', rows: 4, parts: 1, done: 0 } });
    await workOff(id);
    expect((await send('GET', id)).json).toMatchObject({ state: 'done', done: 1 });
    const [yes, no, other, malformed] = await results(id);
    const single = await world.ask(AGENCY, { match: child.match }, PROGRAMME);
    const confirmed = JSON.parse(yes.verification);
    expect(confirmed).toMatchObject({ outcome: 'YES', attestation: single.json.attestation });
    for (const row of [no, other]) expect(JSON.parse(row.verification).outcome).toBe('NOT_CONFIRMED');
    // Nothing but the form of the row itself shows in its size.
    expect(new Set([yes, no, other].map(({ verification }) => verification.length)).size).toBe(1);
    expect(malformed.invalid).toEqual([
      expect.objectContaining({ path: expect.stringContaining('/subject') }),
    ]);
    await world.gateway.sequencer.step();
    const decisions = await world.entries('&kind=decision');
    expect(decisions.filter(({ words }) => words.case === 'CHA-2026-001')).toHaveLength(4);
    const [request] = await world.entries('&kind=request');
    expect(request).toMatchObject({
      ...{ outcome: 'submitted', code: 'LIST', programme: PROGRAMME, purpose: 'C1' },
      words: { case: 'CHA-2026-001', officer: 'li.na', finding: '4' },
    });
  });

  it('rests sealed: no number, word or answer is in its files, and its rows go when they are checked', async () => {
    world.later();
    const child = await world.ready();
    const { id } = await submitted([{ match: child.match }]);
    const path = pathOf(asClientId(AGENCY), id);
    const waiting = atRest();
    expect(waiting).toContain(`${path}/rows/0`);
    await workOff(id);
    const after = atRest();
    expect(after).not.toContain(`${path}/rows/0`);
    expect(after).toContain(`${path}/results/0`);
    for (const all of [waiting, after])
      for (const secret of [child.id, 'school grant', 'CHA-2026', 'li.na', AGENCY, PROGRAMME])
        expect(all).not.toContain(secret);
    expect((await send('DELETE', id)).json).toEqual({ state: 'removed' });
    expect(atRest()).not.toContain(path);
    expect(await send('GET', id)).toMatchObject({ status: 404 });
    expect(await workOff(id)).toEqual([]);
  });

  it('exists for its own agency alone: another one meets what it meets without any list', async () => {
    world.later();
    const { id } = await submitted(strangers(1));
    await workOff(id);
    const unknown = freshId();
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', '/results/0'],
    ] as const) {
      const [own, none] = [
        await send(method, id + rest, undefined, 'charity-harbour'),
        await send(method, unknown + rest, undefined, 'charity-harbour'),
      ];
      expect([own.status, own.json.code]).toEqual([404, 'NOT_FOUND']);
      expect(own.text.length).toBe(none.text.length);
    }
    expect((await send('DELETE', id, undefined, 'charity-harbour')).status).toBe(200);
    expect(await results(id)).toHaveLength(1);
  });
});

describe('a submission', () => {
  it('is refused and logged as a single check would be', async () => {
    world.later();
    const { answer } = await submitted(strangers(1), {
      agency: 'charity-harbour',
      programme: 'help-page-check',
    });
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ path: '/subject' }] } });
    const foreign = await submitted(strangers(1), { agency: 'platform-lantern' });
    expect(foreign.answer).toMatchObject({ status: 403, json: { code: 'PURPOSE_NOT_FOR_ROLE' } });
    expect(await workOff(foreign.id, undefined, 'platform-lantern')).toEqual([]);
  });

  it('with more rows than the day has left, or without some of its parts, is refused', async () => {
    world.later();
    const { budgets } = world.programme('spring-bud');
    const many = await submitted(strangers(budgets.day + 1), { programme: 'spring-bud' });
    expect(many.answer).toMatchObject({ status: 429, json: { code: 'BUDGET_SPENT' } });
    const id = freshId();
    await send('PUT', `${id}/rows/1`, { rows: strangers(1) });
    const partial = await send('POST', id, { programme: PROGRAMME, parts: 2, rows: 51 });
    expect(partial).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
  });

  it('without a key for the results is refused', async () => {
    world.later();
    const { jwks } = (await getAgency(
      world.gateway.tables.agencies,
      asClientId(AGENCY),
      world.now(),
    )) as Agency;
    const signing = { keys: jwks.keys.filter(({ use }) => use !== 'enc') };
    await withRecord({ jwks: signing }, async () => {
      const { answer } = await submitted(strangers(1));
      expect(answer).toMatchObject({ status: 403, json: { code: 'NO_ENCRYPTION_KEY' } });
    });
  });

  it('is the same list when repeated, and no other can take its id', async () => {
    world.later();
    const rows = strangers(1);
    const { id } = await submitted(rows);
    const again = await send('POST', id, { programme: PROGRAMME, parts: 1, rows: 1 });
    expect(again).toMatchObject({ status: 200, json: { state: 'open' } });
    expect((await send('PUT', `${id}/rows/0`, { rows })).status).toBe(409);
    const other = await send('POST', id, { programme: PROGRAMME, parts: 1, rows: 2 });
    expect(other).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    await workOff(id);
    expect((await send('POST', id, { programme: PROGRAMME, parts: 1, rows: 1 })).json).toMatchObject({
      state: 'done',
    });
  });
});

describe('a repeated submission', () => {
  const marker = (id: string) => join(folder, 'lists', startOf(pathOf(asClientId(AGENCY), id)));
  const submissions = async () => {
    await world.gateway.sequencer.step();
    return (await world.gateway.audit('/v1/log/stats?by=kind&kind=request')).entries;
  };

  const repeat = (id: string) => send('POST', id, { programme: PROGRAMME, parts: 1, rows: 1 });

  it('starts nothing again within a minute, and later renews the authority', async () => {
    world.later();
    const { id, answer } = await submitted(strangers(1));
    const [before, { mtimeMs }] = [await submissions(), statSync(marker(id))];
    expect(await repeat(id)).toMatchObject({ status: 200, json: answer.json });
    expect([statSync(marker(id)).mtimeMs, await submissions()]).toEqual([mtimeMs, before]);
    world.later(61_000);
    const renewed = await repeat(id);
    expect(Date.parse(renewed.json.until) - Date.parse(answer.json.until)).toBeGreaterThan(60_000);
    expect(statSync(marker(id)).mtimeMs).toBeGreaterThan(mtimeMs);
    expect(await submissions()).toBe(before + 1);
  });

  it('starts the work at once if the one before died before it could', async () => {
    world.later();
    const { id } = await submitted(strangers(1));
    rmSync(marker(id));
    await repeat(id);
    expect(existsSync(marker(id))).toBe(true);
  });

  it.each([
    [1, PART_ROWS + 1],
    [2, PART_ROWS],
  ])('of %i parts has no %i rows', async (parts, rows) => {
    const answer = await send('POST', freshId(), { programme: PROGRAMME, parts, rows });
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });

  it('has no part that no submission could name', async () => {
    const put = (part: number) => send('PUT', `${freshId()}/rows/${part}`, { rows: strangers(1) });
    expect([(await put(19_999)).status, (await put(20_000)).status]).toEqual([200, 404]);
  });
});

describe('the work on a list', () => {
  it('is done once, though two executions work on it', async () => {
    world.later();
    const child = await world.ready();
    const { id } = await submitted([{ match: child.match }, ...strangers(3)]);
    const before = await decisions();
    await Promise.all([workOff(id), workOff(id)]);
    expect(await results(id)).toHaveLength(4);
    expect((await decisions()) - before).toBe(4);
  });

  it.each<[string, string, (stop: () => void) => Promise<() => Promise<unknown>>]>([
    [
      'the agency is suspended',
      'AGENCY_SUSPENDED',
      async () => {
        const { agencies } = world.gateway.tables;
        const before = (await getAgency(agencies, asClientId(AGENCY), world.now())) as Agency;
        await putAgency(agencies, { ...before, suspended: true });
        return () => putAgency(agencies, before);
      },
    ],
    [
      'its authority has ended',
      'TOKEN_INVALID',
      async () => {
        world.later(13 * 3_600_000);
        return async () => {};
      },
    ],
  ])('stops in the middle once %s', async (_, code, act) => {
    world.later();
    const { id } = await submitted(strangers(PART_ROWS + 1));
    let looks = 0;
    let undo: (() => Promise<unknown>) | undefined;
    await workOff(id, async () => {
      if (++looks === 2) undo = await act(() => {});
    });
    await undo?.();
    expect((await send('GET', id)).json).toMatchObject({ state: expect.stringMatching('done|stopped') });
    expect((await results(id, 0)).every((row: object) => 'verification' in row)).toBe(true);
    expect(await results(id, 1)).toEqual([{ stopped: code }]);
  });

  it.each([
    ['its results are kept', () => true],
    ['rows are put back', () => false],
  ])('leaves nothing behind if the list is removed while %s', async (_, time) => {
    world.later();
    const { id } = await submitted(strangers(2));
    const path = pathOf(asClientId(AGENCY), id);
    const files = openListFolder(join(folder, 'lists'));
    const { env, kms, dynamo, tables } = world.gateway;
    const { lists } = openVerify({
      ...{ env, kms, dynamo, tables, now: world.now },
      lists: {
        ...files,
        async put(to, bytes) {
          if (to.startsWith(path)) await send('DELETE', id);
          await files.put(to, bytes);
        },
      },
    });
    const [lane] = await lists.lanes(startOf(path), 1);
    let looks = 0;
    await lists.work(lane as never, () => looks++ === 0 || time());
    expect(looks).toBeGreaterThan(0);
    expect(atRest()).not.toContain(path);
  });

  it('checks no row once the agency has no key for the results', async () => {
    world.later();
    const { id } = await submitted(strangers(2));
    const before = await decisions();
    const { agencies } = world.gateway.tables;
    const { jwks } = (await getAgency(agencies, asClientId(AGENCY), world.now())) as Agency;
    const signing = { keys: jwks.keys.filter(({ use }) => use !== 'enc') };
    await withRecord({ jwks: signing }, () => workOff(id));
    expect((await send('GET', id)).json).toMatchObject({ state: 'stopped', code: 'NO_ENCRYPTION_KEY' });
    expect(await decisions()).toBe(before);
    // Once the key is back, the same list goes on.
    await send('POST', id, { programme: PROGRAMME, parts: 1, rows: 2 });
    await workOff(id);
    expect(await results(id)).toHaveLength(2);
  });

  it('keeps what was checked when the misses of the day are spent, and leaves the rest', async () => {
    world.later();
    const { budgets } = world.programme('spring-bud');
    const { id } = await submitted(strangers(60), { programme: 'spring-bud' });
    await workOff(id);
    expect((await send('GET', id)).json).toMatchObject({ state: 'stopped', code: 'BUDGET_SPENT' });
    const rows = await results(id, 0);
    expect(rows.filter((row: object) => 'verification' in row)).toHaveLength(budgets.misses.stop);
    expect((await send('GET', `${id}/results/1`)).status).toBe(404);
  });

  it.each([
    ['another list', (one: string, other: string) => [`${other}/rows/0`, `${one}/rows/0`]],
    ['another part', (one: string) => [`${one}/rows/1`, `${one}/rows/0`]],
  ])('reads no rows that were moved in the bucket from %s', async (_, move) => {
    world.later();
    const lists = [await submitted(strangers(PART_ROWS + 1)), await submitted(strangers(1))];
    const paths = lists.map(({ id }) => pathOf(asClientId(AGENCY), id)) as [string, string];
    const [from, to] = move(...paths).map((path) => join(folder, 'lists', path)) as [string, string];
    copyFileSync(from, to);
    const { lists: work } = world.gateway.verifier;
    const [lane] = await work.lanes(startOf(paths[0]), 1);
    await expect(work.work(lane as never, () => true)).rejects.toThrow('can not be read');
  });
});
