/** No clerk's word alone stops releases about many children: withdrawals and refusals count among the stops of a day. */

import { expect, it } from 'vitest';
import { card, GUARDIAN } from '../support/guardians.ts';
import { noticeFor } from '../support/notices.ts';
import { turning } from '../support/people.ts';
import { DAY, digest, fileRig } from './rig.ts';

const rig = await fileRig();
const CLERK = { officer: 'yang.lan', reason: 'the family asks' };
const nameOf = async (child: object) => {
  const answer = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
  return answer.json.results[0].refused?.code ?? answer.json.results[0].fields.name.value;
};
const many = async () =>
  (await rig.entries('&kind=alert')).filter(({ code }: { code: string }) => code === 'MANY_STOPS').length;

let papers = 0;
async function consented(more: object = {}) {
  const child = await rig.child(more);
  const { json } = await rig.consent(child, { evidence: digest(`paper ${papers++}`) });
  return { child, id: json.consent.id as string };
}
const withdraw = (id: string, body: object = {}) =>
  rig.casework('desk-county', 'POST', `/v1/consents/${id}/withdraw`, body, CLERK);
const objects = (child: { match: { id_number: string } }, more: object) => {
  const said = { purpose: 'D1', recipient: 'cdpf-county', fields: ['name', 'birth_date'], act: 'objects' };
  const paper = { method: 'signed-form', noticeVersion: noticeFor('D1') };
  return rig.casework(
    'desk-county',
    'POST',
    '/v1/consents',
    { subject: child, ...said, ...paper, ...more },
    CLERK,
  );
};

it('withdrawals without a sign of the giver end, and those with the document or a code go on', async () => {
  for (let i = 0; i < 5; i++) expect((await withdraw((await consented()).id)).status).toBe(200);
  expect(await many()).toBeGreaterThan(0);
  const { child, id } = await consented();
  const stopped = await withdraw(id);
  expect([stopped.status, stopped.json.code]).toEqual([429, 'BUDGET_SPENT']);
  expect(await nameOf(child)).toBe('欧阳娜娜');
  // Of another person.
  const other = await withdraw(id, { document: card('990001197001010010') });
  expect(other.json.code).not.toBe('withdrawn');
  expect(await nameOf(child)).toBe('欧阳娜娜');
  const document = card(GUARDIAN.id_number);
  const shown = await withdraw(id, { document });
  expect(shown.status, shown.text).toBe(200);
  expect(await nameOf(child)).toBe('REFUSED');
  const coded = await consented();
  const made = await rig.casework(
    'desk-county',
    'POST',
    `/v1/consents/${coded.id}/codes`,
    { document },
    CLERK,
  );
  expect(made.status, made.text).toBe(200);
  expect((await withdraw(coded.id, { code: made.json.code })).status).toBe(200);
});

it('refusals as the child end, and those of a guardian on record go on', async () => {
  rig.later(2 * DAY);
  const own = (child: { match: { id_number: string } }) => ({
    ...{ giver: 'child', relation: 'self', document: card(child.match.id_number) },
  });
  for (let i = 0; i < 5; i++) {
    const child = await rig.child();
    expect((await objects(child, own(child))).status).toBe(200);
  }
  const { child } = await consented();
  expect((await objects(child, own(child))).json.code).toBe('BUDGET_SPENT');
  expect(await nameOf(child)).toBe('欧阳娜娜');
  const guardian = { giver: 'guardian', relation: 'mother', document: card(GUARDIAN.id_number) };
  const no = await objects(child, guardian);
  expect(no.status, no.text).toBe(200);
  expect(await nameOf(child)).toBe('REFUSED');
});

it('what is filed as the word of a child below eight holds no release, and that of one from eight does', async () => {
  rig.later(2 * DAY);
  for (const [birth, says] of [
    [turning(4), '欧阳娜娜'],
    [turning(10), 'REFUSED'],
  ] as const) {
    const { child } = await consented({ birth });
    const own = { giver: 'child', relation: 'self', document: card(child.match.id_number) };
    expect((await objects(child, own)).status).toBe(200);
    expect(await nameOf(child), birth).toBe(says);
  }
});

it('is reviewed by another line within a day, unless the giver is known', async () => {
  rig.later(2 * DAY);
  const reviewed = async (entry: string) =>
    (await rig.tasks('procuratorate-county')).filter(
      ({ kind, about }) => kind === 'stop-review' && about === entry,
    );
  const [bare, shown] = [await consented(), await consented()];
  const word = await withdraw(bare.id);
  const [task] = await reviewed(word.json.receipt.entry);
  expect(task).toMatchObject({ details: { agency: 'desk-county', ...CLERK } });
  expect(task?.ref).toBeUndefined();
  const document = card(GUARDIAN.id_number);
  expect(await reviewed((await withdraw(shown.id, { document })).json.receipt.entry)).toEqual([]);

  const [child, other] = [await rig.child(), await rig.child()];
  const own = { giver: 'child', relation: 'self', document: card(child.match.id_number) };
  expect(await reviewed((await objects(child, own)).json.receipt.entry)).toHaveLength(1);
  const guardian = { giver: 'guardian', relation: 'mother', document };
  expect(await reviewed((await objects(other, guardian)).json.receipt.entry)).toEqual([]);

  const said = { subject: child, field: 'name', by: 'child', right: 'correction' };
  const ask = (body: object) => rig.casework('desk-county', 'POST', '/v1/objections', body, CLERK);
  await rig.gateway.sequencer.step();
  const examined = await ask({ ...said, field: 'birth_date' });
  expect(examined.status, examined.text).toBe(200);
  expect(await reviewed(examined.json.receipt.entry)).toEqual([]);
  const stopping = await ask({ ...said, document: card(child.match.id_number) });
  expect(stopping.status, stopping.text).toBe(200);
  expect(await reviewed(stopping.json.receipt.entry)).toHaveLength(1);
  // The finding about the giver stands with the other one, and hides it not.
  const known = await ask({ ...said, subject: other, by: 'guardian', document });
  expect(known.status, known.text).toBe(200);
  const logged = await rig.gateway.audit(`/v1/log/entries/${known.json.receipt.entry}`);
  expect(logged.words.finding).toBe('STOPPED GIVER_ON_RECORD');
  expect(await reviewed(known.json.receipt.entry)).toHaveLength(1);
});
