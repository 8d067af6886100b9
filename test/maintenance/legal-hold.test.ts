/** A court holds a record, or a field of it: neither retention nor two people erase it, and no other office learns of the hold. */

import { describe, expect, it } from 'vitest';
import { retainSubject } from '../../functions/maintenance/jobs/retain.ts';
import { loadHolding } from '../../functions/steps/holding.ts';
import { asSubjectId } from '../../shared/ids.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { fileGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import { freshNumber } from '../support/people.ts';
import { actor, depsOver } from './direct.ts';
import {
  beginErasure,
  casework,
  entriesOf,
  makeChild,
  orderErasure,
  put,
  release,
  subjectOf,
} from './rig.ts';

liftStopLimits();

const gateway = await fileGateway();

const call = (
  agency: string,
  officer: string,
  method: string,
  path: string,
  body?: object,
  actions = ['casework'],
) => gateway.call(agency, { ...casework(officer), actions }, method, path, body);
const request = (subject: object, more: object = {}, officer = 'wu.jun', agency = 'court-county') =>
  call(agency, officer, 'POST', '/v1/holds', { subject, instrument: 'ORDER-2026-7', ...more });
const confirm = (id: string, officer = 'gao.min', agency = 'court-county') =>
  call(agency, officer, 'POST', `/v1/holds/${id}/confirm`, {});
const lift = (id: string, officer: string, agency = 'court-county') =>
  call(agency, officer, 'DELETE', `/v1/holds/${id}`, {});

async function hold(subject: object, more: object = {}): Promise<string> {
  const { json, text } = await request(subject, more);
  const { status } = await confirm(json.id);
  expect([status, text]).toEqual([200, text]);
  return json.id;
}

/** A person who is 21 and a month, so that everything is over. */
async function grown() {
  const birth = `${new Date().getUTCFullYear() - 22}-01-15`;
  const match = { id_number: freshNumber(birth) };
  await put(gateway, 'mps-county', { match, fields: { ...match, name: '欧阳娜娜', birth_date: birth } });
  const care = { division_code: '990001001', photo: 'file:1', visit_notes: 'calm' };
  const { ref } = await put(gateway, 'mca-county', { match, fields: care });
  return { match, subject: asSubjectId(await subjectOf(gateway, ref)) };
}

function pass(subject: ReturnType<typeof asSubjectId>): Promise<boolean> {
  const deps = depsOver(gateway, gateway.dynamo);
  const run = { deps, job: { started: deps.now() } as Job, actor: actor(gateway, 'retention') };
  return retainSubject(run, subject);
}

/** Code and outcome of the entries about a hold. */
async function entriesAbout(id: string) {
  const entries = (await entriesOf(gateway, 'freeze')) as { code: string; about: string; outcome: string }[];
  return entries
    .filter(({ about }) => about === id)
    .map(({ code, outcome }) => [code, outcome])
    .sort();
}

describe('a legal hold', () => {
  it('keeps a record past its retention until two people lift it', async () => {
    const { match, subject } = await grown();
    const id = await hold({ match });
    expect(await pass(subject)).toBe(false);
    expect((await lift(id, 'wu.jun')).status).toBe(202);
    expect((await lift(id, 'wu.jun')).status).toBe(202);
    expect(await pass(subject)).toBe(false);
    expect((await lift(id, 'gao.min')).json.hold).toMatchObject({ id, state: 'lifted' });
    expect(await entriesAbout(id)).toEqual(
      ['held', 'lifted', 'lifting', 'requested'].map((outcome) => ['LEGAL_HOLD', outcome]),
    );
    expect(await pass(subject)).toBe(true);
    expect((await readState(gateway.tables.keys, subject)).state).toBe('erased');
  });

  it('of a field keeps that field and what leads to it', async () => {
    const { match, subject } = await grown();
    await hold({ match }, { fields: ['photo'] });
    expect(await pass(subject)).toBe(true);
    const { sheets } = await loadHolding(depsOver(gateway, gateway.dynamo), subject);
    expect([...sheets.values()].flatMap(({ fields }) => [...fields.keys()]).sort()).toEqual(
      ['birth_date', 'division_code', 'id_number', 'name', 'photo'].sort(),
    );
    expect(await pass(subject)).toBe(false);
  });

  it('stops an erasure as a department that holds something would, even one that a court orders', async () => {
    const { ref, match } = await makeChild(gateway);
    const id = await hold({ match });
    const steps = [await beginErasure(gateway, ref), await orderErasure(gateway, ref)];
    expect(steps.map(({ status, json }) => [status, json.code])).toEqual([
      [202, undefined],
      [409, 'CONFLICT'],
    ]);
    expect(steps.at(-1)?.text).not.toMatch(/hold/i);
    const stopped = (await entriesOf(gateway, 'request')) as { code: string; outcome: string }[];
    expect(stopped.filter(({ outcome }) => outcome === 'stopped').map(({ code }) => code)).toEqual(['ERASE']);
    // Nothing else changes.
    expect((await release(gateway, { match }, ['name'])).status).toBe(200);
    await lift(id, 'wu.jun');
    await lift(id, 'gao.min');
  });

  it('takes two people of one court or justice office', async () => {
    const { match } = await makeChild(gateway);
    const { json } = await request({ match });
    expect((await confirm(json.id, 'wu.jun')).json.code).toBe('APPROVER_IS_REQUESTER');
    for (const agency of ['mca-county', 'procuratorate-county']) {
      expect((await confirm(json.id, 'gao.min', agency)).status).toBe(403);
      expect((await lift(json.id, 'gao.min', agency)).status).toBe(403);
    }
    expect((await confirm(json.id)).status).toBe(200);
    expect((await confirm(json.id)).status).toBe(200);
    expect((await confirm(json.id, 'li.na')).json.code).toBe('CONFLICT');
  });

  it('is found again by the repeat of its request, whether or not a record exists', async () => {
    const { match } = await makeChild(gateway);
    for (const subject of [{ match }, { match: { id_number: freshNumber() } }]) {
      const both = await Promise.all([request(subject), request(subject)]);
      // Of two at once one goes on alone, and the other is told so, or finds what the first has left.
      const first = both.find(({ status }) => status === 202) ?? expect.fail('no request is left');
      for (const { status, json } of both)
        expect(status === 409 ? json.code : json).toEqual(status === 409 ? 'CONFLICT' : first.json);
      expect((await request(subject)).json).toEqual(first.json);
      const others = [
        await request(subject, { instrument: 'ORDER-2026-8' }),
        await request(subject, { fields: ['photo'] }),
        await request(subject, {}, 'gao.min'),
      ];
      expect(new Set([first, ...others].map(({ json }) => json.id)).size).toBe(4);
      const confirmed = await confirm(first.json.id);
      expect(await request(subject)).toMatchObject({ status: 200, json: confirmed.json });
      await lift(first.json.id, 'wu.jun');
      await lift(first.json.id, 'gao.min');
      const next = await request(subject);
      expect(next.status).toBe(202);
      expect(next.json.id).not.toBe(first.json.id);
      expect((await request(subject)).json).toEqual(next.json);
    }
  });

  it.each(['mca-county', 'mps-county', 'procuratorate-county', 'desk-county', 'press-office'])(
    'is refused to %s before anything is looked up',
    async (agency) => {
      const from = gateway.trail.length;
      const answers = await Promise.all(
        [freshNumber(), freshNumber()].map((id_number) =>
          request({ match: { id_number } }, {}, 'li', agency),
        ),
      );
      expect(answers.map(({ json }) => json.code)).toEqual(['ROLE_REQUIRED', 'ROLE_REQUIRED']);
      const lookUps = gateway.trail.slice(from).filter(({ eventName }) => eventName === 'GenerateMac');
      expect(lookUps).toEqual([]);
    },
  );

  it('is answered alike whether or not a record exists, and holds nothing if none does', async () => {
    const { match } = await makeChild(gateway);
    const shapeOf = (json: Record<string, unknown>): unknown =>
      Object.entries(json).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null
          ? shapeOf(value as Record<string, unknown>)
          : typeof value,
      ]);
    const unknown = { match: { id_number: freshNumber() } };
    const [known, none] = [await request({ match }), await request(unknown)];
    expect([none.status, shapeOf(none.json)]).toEqual([known.status, shapeOf(known.json)]);
    const [first, second] = [await confirm(known.json.id), await confirm(none.json.id)];
    expect([second.status, shapeOf(second.json)]).toEqual([first.status, shapeOf(first.json)]);
    expect((await request({ match }, { fields: ['no_such_field'] })).json.code).toBe('INVALID_REQUEST');
  });

  it('is listed for auditors and its own office, without a person', async () => {
    const { match, ref } = await makeChild(gateway);
    const id = await hold({ match });
    const listed = await call('audit-office', 'shen', 'GET', '/v1/holds', undefined, ['audit']);
    const found = listed.json.holds.find((one: { id: string }) => one.id === id);
    expect(Object.keys(found).sort()).toEqual(['at', 'by', 'entry', 'id', 'instrument', 'state']);
    expect(listed.text).not.toContain(match.id_number);
    expect(listed.text).not.toContain(ref);
    expect((await call('court-county', 'wu.jun', 'GET', '/v1/holds')).text).toContain(id);
    expect((await call('mca-county', 'li', 'GET', '/v1/holds')).json.code).toBe('ROLE_REQUIRED');
  });
});
