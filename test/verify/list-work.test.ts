/** The work on lists of checks: each row once, under the authority of the moment, and what stops it. */

import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { dayItem } from '../../functions/steps/misses.ts';
import { openVerify } from '../../functions/verify/app.ts';
import { openListFolder } from '../../infra/local/aws/list-folder.ts';
import { envOf } from '../../infra/local/settings.ts';
import { hybridKey, newHybridSeed, openHybrid, publicJwk } from '../../shared/client/wire/hybrid.ts';
import { PART_ROWS } from '../../shared/contract/routes/verify-lists.ts';
import { type Agency, freshAgency, getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { pathOf, startOf } from '../../shared/records/list-files.ts';
import { AGENCY, openLists, PROGRAMME, strangers } from './list-steps.ts';

const hybrid = await hybridKey({ ...newHybridSeed() });
const enc = { ...publicJwk(hybrid), kid: 'hybrid-1', use: 'enc' };
const sig = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: 's', use: 'sig' };
const { folder, world, lists } = await openLists({
  outside: { fetchJwks: async () => JSON.stringify({ keys: [sig, enc] }) },
});

describe('the work on a list', () => {
  it('is done once, though two executions work on it', async () => {
    world.later();
    const child = await world.ready();
    const { id } = await lists.submitted([{ match: child.match }, ...strangers(3)]);
    const before = await lists.decisions();
    await Promise.all([lists.workOff(id), lists.workOff(id)]);
    expect(await lists.results(id)).toHaveLength(4);
    expect((await lists.decisions()) - before).toBe(4);
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
    const { id } = await lists.submitted(strangers(PART_ROWS + 1));
    let looks = 0;
    let undo: (() => Promise<unknown>) | undefined;
    await lists.workOff(id, async () => {
      if (++looks === 2) undo = await act(() => {});
    });
    await undo?.();
    expect((await lists.send('GET', id)).json).toMatchObject({
      state: expect.stringMatching('done|stopped'),
    });
    expect((await lists.results(id, 0)).every((row: object) => 'verification' in row)).toBe(true);
    expect(await lists.results(id, 1)).toEqual([{ stopped: code }]);
  });

  it.each([
    ['its results are kept', () => true],
    ['rows are put back', () => false],
  ])('leaves nothing behind if the list is removed while %s', async (_, time) => {
    world.later();
    const { id } = await lists.submitted(strangers(2));
    const path = pathOf(asClientId(AGENCY), id);
    const files = openListFolder(join(folder, 'lists'));
    const { env, kms, dynamo, tables } = world.gateway;
    const { lists: slow } = openVerify({
      ...{ env: envOf(env, 'verify'), kms, dynamo, tables, now: world.now },
      lists: {
        ...files,
        async put(to, bytes) {
          if (to.startsWith(path)) await lists.send('DELETE', id);
          await files.put(to, bytes);
        },
      },
    });
    const [lane] = await slow.lanes(startOf(path), 1);
    let looks = 0;
    await slow.work(lane as never, () => looks++ === 0 || time());
    expect(looks).toBeGreaterThan(0);
    expect(lists.atRest()).not.toContain(path);
  });

  it('checks no row once the agency has no key for the results', async () => {
    world.later();
    const { id } = await lists.submitted(strangers(2));
    const before = await lists.decisions();
    const { agencies } = world.gateway.tables;
    const { jwks } = (await getAgency(agencies, asClientId(AGENCY), world.now())) as Agency;
    const signing = { keys: jwks.keys.filter(({ use }) => use !== 'enc') };
    await lists.withRecord({ jwks: signing }, () => lists.workOff(id));
    expect((await lists.send('GET', id)).json).toMatchObject({ state: 'stopped', code: 'NO_ENCRYPTION_KEY' });
    expect(await lists.decisions()).toBe(before);
    // Once the key is back, the same list goes on.
    await lists.send('POST', id, { programme: PROGRAMME, parts: 1, rows: 2 });
    await lists.workOff(id);
    expect(await lists.results(id)).toHaveLength(2);
  });

  it('keeps in mind that results went to a hybrid key which the agency publishes itself', async () => {
    world.later();
    const { id } = await lists.submitted(strangers(1));
    const { agencies } = world.gateway.tables;
    const published = { jwks: { keys: [] }, jwksUri: 'https://sunrise.example/jwks.json' };
    await lists.withRecord(published, async () => {
      await lists.workOff(id);
      expect(await freshAgency(agencies, asClientId(AGENCY), world.now())).toMatchObject({ hybrid: true });
    });
    const { text } = await lists.send('GET', `${id}/results/0`);
    expect(JSON.parse(await openHybrid(hybrid, text))).toMatchObject([{ verification: {} }]);
  });

  it('keeps what was checked when the misses of the day are spent, and leaves the rest', async () => {
    world.later();
    const { budgets } = world.programme('spring-bud');
    const { id } = await lists.submitted(strangers(60), { programme: 'spring-bud' });
    await lists.workOff(id);
    expect((await lists.send('GET', id)).json).toMatchObject({ state: 'stopped', code: 'BUDGET_SPENT' });
    const rows = await lists.results(id, 0);
    expect(rows.filter((row: object) => 'verification' in row)).toHaveLength(budgets.misses.stop);
    expect((await lists.send('GET', `${id}/results/1`)).status).toBe(404);
  });

  it('waits while checks that are under way hold what is left of the misses', async () => {
    world.later();
    const { budgets } = world.programme('spring-bud');
    const { id } = await lists.submitted(strangers(2), { programme: 'spring-bud' });
    const hold = (held: number) =>
      count(world.gateway.tables.claims, {
        ...dayItem({ pack, clientId: AGENCY, now: world.now() }),
        add: { 'open.spring-bud': held, open: held },
      });
    await hold(budgets.misses.stop);
    const working = lists.workOff(id);
    await setTimeout(500);
    await hold(-budgets.misses.stop);
    await working;
    expect((await lists.send('GET', id)).json).toMatchObject({ state: 'done' });
    expect(await lists.results(id)).toMatchObject([{ verification: {} }, { verification: {} }]);
  });

  it.each([
    ['another list', (one: string, other: string) => [`${other}/rows/0`, `${one}/rows/0`]],
    ['another part', (one: string) => [`${one}/rows/1`, `${one}/rows/0`]],
  ])('reads no rows that were moved in the bucket from %s', async (_, move) => {
    world.later();
    const both = [await lists.submitted(strangers(PART_ROWS + 1)), await lists.submitted(strangers(1))];
    const paths = both.map(({ id }) => pathOf(asClientId(AGENCY), id)) as [string, string];
    const [from, to] = move(...paths).map((path) => join(folder, 'lists', path)) as [string, string];
    copyFileSync(from, to);
    const { lists: work } = world.gateway.verifier;
    const [lane] = await work.lanes(startOf(paths[0]), 1);
    await expect(work.work(lane as never, () => true)).rejects.toThrow('can not be read');
  });
});
