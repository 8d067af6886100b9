/** Lists of checks that the gateway works off: what rests of them, who may see what, and who may submit one. */

import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dayItem } from '../../functions/steps/misses.ts';
import { PART_ROWS } from '../../shared/contract/routes/verify-lists.ts';
import { type Agency, getAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { pathOf, startOf } from '../../shared/records/list-files.ts';
import { children as pack } from '../policy/support.ts';
import { AGENCY, openLists, PROGRAMME, strangers } from './list-steps.ts';

const { folder, world, lists } = await openLists();

describe('a list', () => {
  it('gives each row the answer that a request would get, and logs each person alone and the submission', async () => {
    world.later();
    const child = await world.ready();
    const { id, answer } = await lists.submitted(
      [child, ...strangers(2), { match: { id_number: '1' } }].map(({ match }) => ({ match })),
    );
    expect(answer).toMatchObject({ status: 200, json: { state: 'open', rows: 4, parts: 1, done: 0 } });
    await lists.workOff(id);
    expect((await lists.send('GET', id)).json).toMatchObject({ state: 'done', done: 1 });
    const [yes, no, other, malformed] = await lists.results(id);
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
    const { id } = await lists.submitted([{ match: child.match }]);
    const path = pathOf(asClientId(AGENCY), id);
    const waiting = lists.atRest();
    expect(waiting).toContain(`${path}/rows/0`);
    await lists.workOff(id);
    const after = lists.atRest();
    expect(after).not.toContain(`${path}/rows/0`);
    expect(after).toContain(`${path}/results/0`);
    for (const all of [waiting, after])
      for (const secret of [child.id, 'school grant', 'CHA-2026', 'li.na', AGENCY, PROGRAMME])
        expect(all).not.toContain(secret);
    expect((await lists.send('DELETE', id)).json).toEqual({ state: 'removed' });
    expect(lists.atRest()).not.toContain(path);
    expect(await lists.send('GET', id)).toMatchObject({ status: 404 });
    expect(await lists.workOff(id)).toEqual([]);
  });

  it('exists for its own agency alone: another one meets what it meets without any list', async () => {
    world.later();
    const { id } = await lists.submitted(strangers(1));
    await lists.workOff(id);
    const unknown = lists.freshId();
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', '/results/0'],
    ] as const) {
      const [own, none] = [
        await lists.send(method, id + rest, undefined, 'charity-harbour'),
        await lists.send(method, unknown + rest, undefined, 'charity-harbour'),
      ];
      expect([own.status, own.json.code]).toEqual([404, 'NOT_FOUND']);
      expect(own.text.length).toBe(none.text.length);
    }
    expect((await lists.send('DELETE', id, undefined, 'charity-harbour')).status).toBe(200);
    expect(await lists.results(id)).toHaveLength(1);
  });
});

describe('a submission', () => {
  it('is refused and logged as a single check would be', async () => {
    world.later();
    const { answer } = await lists.submitted(strangers(1), {
      agency: 'charity-harbour',
      programme: 'help-page-check',
    });
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ path: '/subject' }] } });
    const foreign = await lists.submitted(strangers(1), { agency: 'platform-lantern' });
    expect(foreign.answer).toMatchObject({ status: 403, json: { code: 'PURPOSE_NOT_FOR_ROLE' } });
    expect(await lists.workOff(foreign.id, undefined, 'platform-lantern')).toEqual([]);
  });

  it('with more rows than the day has left, or without some of its parts, is refused', async () => {
    world.later();
    const { budgets } = world.programme('spring-bud');
    const many = await lists.submitted(strangers(budgets.day + 1), { programme: 'spring-bud' });
    expect(many.answer).toMatchObject({ status: 429, json: { code: 'BUDGET_SPENT' } });
    expect(Number(many.answer.headers.get('retry-after'))).toBeGreaterThan(60);
    const id = lists.freshId();
    await lists.send('PUT', `${id}/rows/1`, { rows: strangers(1) });
    const partial = await lists.send('POST', id, { programme: PROGRAMME, parts: 2, rows: 51 });
    expect(partial).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
  });

  it('may come again at once if checks under way hold what is left of the misses', async () => {
    world.later();
    const item = dayItem({ pack, clientId: AGENCY, now: world.now() });
    const { stop } = world.programme(PROGRAMME).budgets.misses;
    const hold = (by: number) =>
      count(world.gateway.tables.claims, { ...item, add: { [`open.${PROGRAMME}`]: by, open: by } });
    await hold(stop);
    const { answer } = await lists.submitted(strangers(1));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    await hold(-stop);
  });

  it('without a key for the results is refused', async () => {
    world.later();
    const { jwks } = (await getAgency(
      world.gateway.tables.agencies,
      asClientId(AGENCY),
      world.now(),
    )) as Agency;
    const signing = { keys: jwks.keys.filter(({ use }) => use !== 'enc') };
    await lists.withRecord({ jwks: signing }, async () => {
      const { answer } = await lists.submitted(strangers(1));
      expect(answer).toMatchObject({ status: 403, json: { code: 'NO_ENCRYPTION_KEY' } });
    });
  });

  it('is the same list when repeated, and no other can take its id', async () => {
    world.later();
    const rows = strangers(1);
    const { id } = await lists.submitted(rows);
    const again = await lists.send('POST', id, { programme: PROGRAMME, parts: 1, rows: 1 });
    expect(again).toMatchObject({ status: 200, json: { state: 'open' } });
    expect((await lists.send('PUT', `${id}/rows/0`, { rows })).status).toBe(409);
    const other = await lists.send('POST', id, { programme: PROGRAMME, parts: 1, rows: 2 });
    expect(other).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    await lists.workOff(id);
    expect((await lists.send('POST', id, { programme: PROGRAMME, parts: 1, rows: 1 })).json).toMatchObject({
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

  const repeat = (id: string) => lists.send('POST', id, { programme: PROGRAMME, parts: 1, rows: 1 });

  it('starts nothing again within a minute, and later renews the authority', async () => {
    world.later();
    const { id, answer } = await lists.submitted(strangers(1));
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
    const { id } = await lists.submitted(strangers(1));
    rmSync(marker(id));
    await repeat(id);
    expect(existsSync(marker(id))).toBe(true);
  });

  it.each([
    [1, PART_ROWS + 1],
    [2, PART_ROWS],
  ])('of %i parts has no %i rows', async (parts, rows) => {
    const answer = await lists.send('POST', lists.freshId(), { programme: PROGRAMME, parts, rows });
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
  });

  it('has no part that no submission could name', async () => {
    const put = (part: number) =>
      lists.send('PUT', `${lists.freshId()}/rows/${part}`, { rows: strangers(1) });
    expect([(await put(19_999)).status, (await put(20_000)).status]).toEqual([200, 404]);
  });
});
