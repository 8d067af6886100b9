/** What the tests of lists do with one: submit it, work it off lane after lane, open its results, and look at what rests. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compactDecrypt, importJWK } from 'jose';
import type { GatewayOptions } from '../../infra/local/gateway.ts';
import { PART_ROWS } from '../../shared/contract/routes/verify-lists.ts';
import { type Agency, getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { pathOf, startOf } from '../../shared/records/list-files.ts';
import { closedAfter } from '../support/closed.ts';
import { sharedFolder } from '../support/folder.ts';
import { freshNumber } from '../support/people.ts';
import { makeWorld, verify, type World } from './world.ts';

export const AGENCY = 'charity-sunrise';
export const PROGRAMME = 'warm-home';

export const strangers = (n: number) =>
  Array.from({ length: n }, () => ({ match: { id_number: freshNumber() } }));

/** A gateway with a folder of its own, of a whole test file. */
export async function openLists(options: Partial<GatewayOptions> = {}) {
  const folder = sharedFolder();
  const world = await makeWorld({ folder, ...options });
  await closedAfter(world, world.gateway);
  return { folder, world, lists: listsOf(world, folder) };
}

/** @param folder the gateway's, under which the lists are */
function listsOf(world: World, folder: string) {
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
      if (put.status !== 200) throw new Error(`rows were not taken: ${put.status}`);
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

  return { freshId, send, submitted, workOff, results, decisions, atRest, withRecord };
}
