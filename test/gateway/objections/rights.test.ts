/** What a person may ask of a field beyond an objection, and what a recipient reports to its owner. */
import { describe, expect, it } from 'vitest';
import { situationOf } from '../../../functions/steps/holding.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { makeChild, put, release, subjectOf } from '../../maintenance/rig.ts';
import { children as pack } from '../../policy/support.ts';
import { fileGateway } from '../../support/gateway.ts';
import { liftStopLimits } from '../../support/lifted.ts';

liftStopLimits();

const gateway = await fileGateway();

const casework = (officer: string, reason: string) => ({ actions: ['casework'], officer, reason });
const MOTHER = { kind: 'passport', number: 'E00000017' };
const ask = (match: object, more: object, agency = 'desk-county', reason = 'asked at the desk') =>
  gateway.call(agency, casework('wang', reason), 'POST', '/v1/objections', {
    ...{ subject: { match }, field: 'name', by: 'guardian' },
    ...more,
  });
const answer = (id: string, outcome: string, reason = 'the law requires the field', agency = 'mps-county') =>
  gateway.call(agency, casework('zhou', reason), 'POST', `/v1/objections/${id}/resolve`, { outcome });
const read = (agency: string, id: string, query = '', headers = {}) =>
  gateway.call(agency, casework('li', 'reads'), 'GET', `/v1/objections/${id}${query}`, undefined, headers);
const tasks = async (agency: string, about: string) => {
  const { json } = await gateway.call(agency, casework('x', 'looks'), 'GET', '/v1/tasks?limit=200');
  return json.tasks.filter((task: { about: string }) => task.about === about);
};
const nameOf = async (ref: string) => (await release(gateway, { ref }, ['name'])).json.results[0].fields.name;

/** A child whose name civil affairs has received. */
async function known() {
  const child = await makeChild(gateway);
  const { match } = child;
  const mother = { name: '林海燕', document: MOTHER.kind, number: MOTHER.number };
  await put(gateway, 'mca-county', { match, fields: { guardian_identity: mother } });
  expect((await nameOf(child.ref)).value).toBe('欧阳娜娜');
  await gateway.sequencer.step();
  return child;
}

describe('a restriction', () => {
  const restrict = (match: object) => ask(match, { right: 'restriction', document: MOTHER });

  it('takes a document, stops the use at once until the answer, and is not asked for again', async () => {
    const { match, ref } = await known();
    expect((await ask(match, { right: 'restriction' })).json.code).toBe('INVALID_REQUEST');
    const own = { kind: 'resident-card', number: (match as { id_number: string }).id_number };
    expect((await ask(match, { right: 'restriction', document: own })).json.code).toBe('REFUSED');
    const { objection } = (await restrict(match)).json;
    expect(objection).toMatchObject({ right: 'restriction', state: 'open', until: objection.due });
    expect(await nameOf(ref)).toBeUndefined();
    expect((await restrict(match)).json.objection.id).toBe(objection.id);
    expect((await answer(objection.id, 'rejected')).json.objection.state).toBe('rejected');
    expect((await nameOf(ref)).value).toBe('欧阳娜娜');
    expect((await restrict(match)).json.code).toBe('ASKED_AGAIN');
    // The child asks in its own right.
    expect((await ask(match, { right: 'restriction', by: 'child', document: own })).status).toBe(200);
  });

  it('ends by itself when the answer is late', () => {
    const flag = { kind: 'dispute', id: 'x', document: { field: 'name', until: '2026-12-17T16:00:00.000Z' } };
    const at = (time: string) =>
      situationOf(pack, { casework: [flag], values: new Map() }, { county: '' } as KeyItem, Date.parse(time))
        .disputed;
    expect([at('2026-12-17T15:59:59Z'), at('2026-12-17T16:00:00Z')]).toEqual([['name'], []]);
  });

  it('stops neither an emergency nor a report of harm', async () => {
    const { match, policeRef } = await known();
    await restrict(match);
    for (const [purpose, context] of [
      ['E1', { imminentDangerAttested: true }],
      ['R1', {}],
    ] as const) {
      const details = {
        actions: ['release'],
        purpose,
        officer: 'zhou',
        reason: 'report: missing',
        case: 'MR-7',
      };
      const asked = { collection: 'children', subjects: [{ ref: policeRef }], fields: ['name'], context };
      const { json, text } = await gateway.call('mps-county', details, 'POST', '/v1/releases', asked);
      expect(json.results?.[0].fields?.name, text).toMatchObject({ value: '欧阳娜娜', disputed: true });
    }
  });
});

describe('a deletion', () => {
  it('is granted once the owner deleted the field, and every recipient proves its own', async () => {
    const { match, ref } = await known();
    const { id } = (await ask(match, { right: 'deletion', document: MOTHER })).json.objection;
    expect((await nameOf(ref)).value).toBe('欧阳娜娜');
    expect(await tasks('mps-county', id)).toMatchObject([{ details: { right: 'deletion', field: 'name' } }]);
    await put(gateway, 'mps-county', { match, fields: { name: '欧阳娜' } });
    await gateway.sequencer.step();
    expect((await answer(id, 'upheld')).json.code).toBe('CONFLICT');
    await put(gateway, 'mps-county', { match, fields: { name: null } });
    await gateway.sequencer.step();
    expect((await answer(id, 'upheld')).json.objection.corrected).toEqual(['mca-county']);
    expect(await tasks('mca-county', id)).toMatchObject([{ kind: 'delete-asked', proof: true }]);
  });

  it('of a guardian in conflict warns the department that answers, and not the desk', async () => {
    const { match, ref } = await known();
    const { id } = (await ask(match, { right: 'deletion', document: MOTHER })).json.objection;
    expect((await read('mps-county', id)).json.objection).not.toHaveProperty('toRepresentative');
    const subject = asSubjectId(await subjectOf(gateway, ref));
    await putCasework(gateway.tables.casework, subject, { kind: 'conflict', id: 'guardian', document: {} });
    expect((await read('mps-county', id)).json.objection.toRepresentative).toBe(false);
    expect((await read('desk-county', id)).json.objection).not.toHaveProperty('toRepresentative');
  });
});

it('a refusal is given in writing, with its number, in both languages', async () => {
  const { match, ref } = await known();
  const { id } = (await ask(match, { right: 'explanation' })).json.objection;
  expect((await nameOf(ref)).value).toBe('欧阳娜娜');
  await answer(id, 'rejected', 'An investigation <is> secret.');
  const page = async (lang: string) =>
    (await read('desk-county', id, `?lang=${lang}`, { accept: 'text/html' })).text;
  const [en, zh] = [await page('en'), await page('zh')];
  for (const text of [en, zh]) {
    expect(text).toContain(id);
    expect(text).toContain('An investigation &lt;is&gt; secret.');
  }
  expect(en).toContain('Refused');
  expect(zh).toContain('不予办理');
  expect(zh).toContain('说明决定理由');
  expect((await read('edu-county', id, '', { accept: 'text/html' })).status).toBe(404);
});

describe('a report of an error', () => {
  const SAYS = '欧阳娜 is right, not 欧阳娜娜';
  const report = (match: object, more = {}, agency = 'mca-county') =>
    ask(match, { by: 'recipient', fault: 'contradicted', ...more }, agency, SAYS);

  it('reaches the owner without words, stops nothing, and brings back the outcome', async () => {
    const { match, ref } = await known();
    const { status, json } = await report(match);
    expect(status).toBe(200);
    const { id } = json.objection;
    expect((await nameOf(ref)).value).toBe('欧阳娜娜');
    expect(await tasks('mps-county', id)).toMatchObject([
      { kind: 'objection', details: { field: 'name', right: 'correction', fault: 'contradicted' } },
    ]);
    const shown = await read('mps-county', id);
    expect(shown.json.objection).toMatchObject({ by: 'recipient', fault: 'contradicted' });
    expect(shown.text).not.toMatch(/欧阳|reason/);
    expect((await report(match)).json.objection.id).toBe(id);
    expect((await answer(id, 'upheld', SAYS)).json.code).toBe('CONFLICT');
    await put(gateway, 'mps-county', { match, fields: { name: '欧阳娜' } });
    await gateway.sequencer.step();
    expect((await answer(id, 'upheld', SAYS)).status).toBe(200);
    const back = await read('mca-county', id);
    expect(back.json.objection).toMatchObject({ state: 'upheld' });
    expect(back.text).not.toMatch(/欧阳|"answer"/);
    const kinds = (await tasks('mca-county', id)).map(({ kind }: { kind: string }) => kind).sort();
    expect(kinds).toEqual(['correct', 'objection-answer']);
  });

  it('is refused alike for a child of whom nothing was received and for none', async () => {
    const { match } = await makeChild(gateway);
    for (const about of [match, { id_number: '990001201305069057' }])
      for (const agency of ['mca-county', 'edu-county'])
        expect((await report(about, {}, agency)).json.code).toBe('REFUSED');
  });

  it.each([
    ['no fault', { fault: undefined }],
    ['a fault of its own words', { fault: 'should-be-Ouyang-Na' }],
    ['another right', { right: 'deletion' }],
  ])('with %s is not taken', async (_, more) => {
    const { match } = await known();
    expect((await report(match, more)).json.code).toBe('INVALID_REQUEST');
    expect((await ask(match, { fault: 'outdated' })).json.code).toBe('INVALID_REQUEST');
  });
});
