/** Desk and recipient are told in time that people must be asked again, and not why. */
import { describe, expect, it } from 'vitest';
import { inboxOfDepartment, taskId } from '../../../shared/records/casework/tasks.ts';
import { DAY, digest, fileRig } from '../../casework/rig.ts';
import { runJob } from '../../maintenance/rig.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { freshNumber, turning } from '../../support/people.ts';

const rig = await fileRig();
const AUNT = { kind: 'other-individual', name: '林海霞', id_number: freshNumber('1981-03-02') };

/** A day of birth: the child is fourteen on the tenth, so many months from now. */
function turnsFourteen(months: number): string {
  const local = new Date(rig.now() + 8 * 3_600_000);
  const day = new Date(Date.UTC(local.getUTCFullYear() - 14, local.getUTCMonth() + months, 10));
  return day.toISOString().slice(0, 10);
}

type Child = Awaited<ReturnType<typeof rig.child>>;
let papers = 0;
async function consented(
  more: Parameters<typeof rig.child>[0] = {},
  desk = 'mca-county',
): Promise<{ child: Child; id: string }> {
  const child = await rig.child({ ...more, mca: { guardian_identity: [GUARDIAN], ...more.mca } });
  const { json } = await rig.consent(child, { evidence: digest(`asked again ${papers++}`) }, desk);
  return { child, id: json.consent.id };
}
const pass = () => runJob(rig.gateway, 'retention');
async function asked(agency: string, id: string) {
  const tasks = await rig.tasks(agency);
  return tasks.filter(({ kind, details }) => kind === 'ask-again' && details['consent'] === id);
}
async function actOf(child: Child, id: string): Promise<string> {
  const { json } = await rig.casework('mca-county', 'POST', '/v1/consents/search', { subject: child });
  return json.consents.find((one: { id: string }) => one.id === id).act;
}

describe('a consent that rests on no guardian any more', () => {
  it('has ended in the list, with a task for desk and recipient alike', async () => {
    const [changed, same] = [await consented({}, 'desk-county'), await consented()];
    await rig.put('mca-county', changed.child.match, { guardian_identity: [AUNT] });
    await rig.put('mca-county', same.child.match, { guardian_identity: [GUARDIAN, AUNT] });
    await pass();
    await pass();
    expect([await actOf(changed.child, changed.id), await actOf(same.child, same.id)]).toEqual([
      'ended',
      'given',
    ]);
    for (const agency of ['mca-county', 'cdpf-county']) {
      const [task, ...more] = await asked(agency, changed.id);
      expect([task?.details, more]).toEqual([
        { purpose: 'D1', consent: changed.id, recipient: 'cdpf-county' },
        [],
      ]);
      expect(await asked(agency, same.id)).toEqual([]);
    }
    expect(await asked('desk-county', changed.id)).toEqual([]);
    // Entered again, the guardian is asked again.
    await rig.put('mca-county', changed.child.match, { guardian_identity: [GUARDIAN] });
    const { json } = await rig.release('cdpf-county', 'D1', { subjects: [changed.child], fields: ['name'] });
    expect(json.results[0].refused).toEqual({ code: 'REFUSED' });
  });

  it('ends likewise by a conflict that two people set, and stays ended when it is lifted', async () => {
    const { child, id } = await consented();
    const say = (agency: string, officer: string, state: string) =>
      rig.casework(
        agency,
        'POST',
        '/v1/conflicts',
        { subject: child, state },
        {
          ...{ officer, reason: 'as the court says', case: 'DESK-2026-7' },
        },
      );
    await say('mps-county', 'chen.jing', 'set');
    await say('mca-county', 'wang.lei', 'set');
    await pass();
    expect(await actOf(child, id)).toBe('ended');
    expect(await asked('cdpf-county', id)).toHaveLength(1);
    await rig.gateway.sequencer.step();
    const shown = await rig.casework('desk-county', 'POST', '/v1/inquiries', {
      ...{ collection: 'children', subject: child, inquirer: 'child' },
      identity: { name: '欧阳娜娜', number: child.match.id_number },
    });
    // The leaf is there, so that none is missing, and is not opened: else it would reveal the conflict.
    const { entries } = shown.json.proof as { entries: { openings?: object }[] };
    const opened = entries.map(({ openings = {} }) => JSON.stringify(openings));
    expect(opened.filter((one) => one.includes('maintenance'))).toEqual([]);
    expect(opened).toContain('{}');
    expect(opened.filter((one) => one.includes('intake')).length).toBeGreaterThan(0);
    await say('mps-county', 'chen.jing', 'lifted');
    await say('mca-county', 'wang.lei', 'lifted');
    expect(await actOf(child, id)).toBe('ended');
  });

  it('is asked for of the new guardian though the old one has refused, and not if the child itself objects', async () => {
    const [objected, refused] = [await consented(), await consented()];
    rig.later(1000);
    const document = { kind: 'resident-card', number: objected.child.match.id_number };
    const evidence = digest('the child objects');
    const own = { giver: 'child', relation: 'self', act: 'objects', document, evidence };
    expect((await rig.consent(objected.child, own)).status).toBe(200);
    const no = { act: 'refused', relation: 'father', evidence: digest('the father refuses') };
    expect((await rig.consent(refused.child, no)).status).toBe(200);
    rig.later(1000);
    for (const { child } of [objected, refused])
      await rig.put('mca-county', child.match, { guardian_identity: [AUNT] });
    await pass();
    await pass();
    expect(await asked('mca-county', objected.id)).toEqual([]);
    expect(await asked('mca-county', refused.id)).toMatchObject([{ state: 'open' }]);
  });
});

it('the write that ended it counts among the stops of its office, and another line reviews it; what time or people ended does not', async () => {
  const status = { status: 'normal', conflict: false };
  const reviewed = async () =>
    (await rig.tasks('procuratorate-county')).filter(({ kind }) => kind === 'stop-review');
  const before = (await reviewed()).map(({ id }) => id);
  const [kept, ...ended] = await Promise.all(Array.from({ length: 11 }, () => consented()));
  for (const { child } of ended) {
    await rig.put('mca-county', child.match, { guardianship_status: null });
    await rig.put('mca-county', child.match, { guardianship_status: status });
  }
  await rig.put('mca-county', kept?.child.match ?? {}, { guardianship_status: status });
  await rig.gateway.sequencer.step();
  await pass();
  await pass();
  const reviews = (await reviewed()).filter(({ id }) => !before.includes(id));
  expect(reviews.map(({ details, ref }) => [details['agency'], ref])).toEqual(
    Array.from({ length: 10 }, () => ['mca-county', undefined]),
  );
  const writes = (await rig.entries('&kind=intake')).filter(({ id }) =>
    reviews.some(({ about }) => about === id),
  );
  expect(writes.every(({ fields }) => fields.MCA.guardianship_status === 'written')).toBe(true);
  const alerts = (await rig.entries('&kind=alert')).filter(({ code }) => code === 'MANY_STOPS');
  expect(alerts).toMatchObject([{ handler: { agency: 'mca-county' } }]);
});

it('a death ends consents of all givers, and no family is asked; a corrected date of birth ends none', async () => {
  const own = turning(15);
  const said = async (date: string, died: boolean) => {
    const child = await rig.child({ birth: date, mca: { guardian_identity: [GUARDIAN] } });
    const giver = date === own ? 'child' : 'guardian';
    const { json } = await rig.consent(child, { giver, evidence: digest(`death ${papers++}`) });
    await rig.put('edu-county', child.match, { school_name: '清河县第二小学' });
    const school = await rig.release('edu-county', 'S1', { subjects: [child], fields: ['name'] });
    expect(school.json.results[0].fields, school.text).toHaveProperty('name');
    await rig.put('mps-county', child.match, { birth_date: { date, ...(died && { dead: true }) } });
    return { child, id: json.consent.id as string };
  };
  const [young, grown] = [await said(turning(11), true), await said(own, true)];
  const alive = await said(own, false);
  await rig.gateway.sequencer.step();
  await pass();
  await pass();
  const acts = [young, grown, alive].map(({ child, id }) => actOf(child, id));
  expect(await Promise.all(acts)).toEqual(['ended', 'ended', 'given']);
  for (const { id } of [young, grown])
    for (const agency of ['mca-county', 'cdpf-county']) expect(await asked(agency, id)).toEqual([]);
  const left = (await rig.tasks('edu-county')).filter(({ kind }) => kind === 'delete-left');
  const refs = [young, grown].map(({ child }) => rig.refOf('edu-county', child));
  expect(left.map(({ ref }) => ref).sort()).toEqual((await Promise.all(refs)).sort());
});

it('a death closes what was asked before it, of desk and recipient, and nothing about one who lives', async () => {
  const [dead, alive] = [await consented(), await consented()];
  for (const { child } of [dead, alive])
    await rig.put('mca-county', child.match, { guardian_identity: [AUNT] });
  const birth = turnsFourteen(1);
  const young = await consented({ birth }, 'desk-county');
  await pass();
  const open = async (agency: string) =>
    Promise.all([dead, alive, young].map(async ({ id }) => (await asked(agency, id)).length));
  const agencies = ['mca-county', 'cdpf-county', 'desk-county'];
  expect(await Promise.all(agencies.map(open))).toEqual([
    [1, 1, 1],
    [1, 1, 1],
    [0, 0, 1],
  ]);
  const days = [turning(11), birth];
  for (const [i, { child }] of [dead, young].entries())
    await rig.put('mps-county', child.match, { birth_date: { date: days[i], dead: true } });
  await pass();
  await pass();
  expect(await Promise.all(agencies.map(open))).toEqual([
    [0, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
  for (const agency of agencies.slice(0, 2)) {
    const closed = (await rig.tasks(agency, '&state=done&kind=ask-again')) as unknown[];
    expect(closed).toMatchObject([{ done: { outcome: 'ended' } }, { done: { outcome: 'ended' } }]);
  }
});

it('a decisive birthday opens the task in the month before, once, and none earlier', async () => {
  const local = new Date(rig.now() + 8 * 3_600_000);
  const { id } = await consented({ birth: turnsFourteen(2) }, 'desk-county');
  await pass();
  expect(await asked('mca-county', id)).toEqual([]);
  const next = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 2) - 8 * 3_600_000;
  rig.later(next - rig.now());
  await pass();
  rig.later(DAY);
  await pass();
  // The department needs the cause for its letter, which is the only one that fits. The desk filed the consent.
  const toldTo = { 'mca-county': ['own-word'], 'desk-county': undefined, 'cdpf-county': null };
  for (const [agency, letters] of Object.entries(toldTo)) {
    const [task, ...more] = await asked(agency, id);
    expect(more).toEqual([]);
    const details = { purpose: 'D1', consent: id, recipient: 'cdpf-county' };
    expect(task?.details).toEqual(letters === null ? details : { ...details, cause: 'birthday' });
    expect(task?.letters).toEqual(letters ?? undefined);
    // Of the first of the month, whatever day the birthday is.
    expect(new Date(Date.parse(task?.opened ?? '') + 8 * 3_600_000).getUTCDate()).toBe(1);
  }
});

describe('who has answered is not asked again', () => {
  const agencies = ['mca-county', 'cdpf-county'];
  const open = async (id: string) =>
    Promise.all(agencies.map(async (agency) => (await asked(agency, id)).length));
  const says = async (child: Child, more: object) => {
    rig.later(1000);
    const evidence = digest(`answered ${papers++}`);
    const { status, text } = await rig.consent(child, { evidence, ...more });
    expect(status, text).toBe(200);
  };
  const aunt = { relation: 'relative', document: { kind: 'resident-card', number: AUNT.id_number } };

  it.each([
    ['the same before the pass saw the end', false, ['name', 'birth_date'], [0, 0]],
    ['less before the pass saw the end', false, ['name'], [1, 1]],
    ['less since', true, ['name'], [0, 0]],
  ])('by consenting to %s', async (_, asksFirst, fields, left) => {
    const { child, id } = await consented();
    await rig.put('mca-county', child.match, { guardian_identity: [AUNT] });
    if (asksFirst) {
      await pass();
      expect(await open(id)).toEqual([1, 1]);
    }
    await says(child, { ...aunt, fields });
    await pass();
    expect(await open(id)).toEqual(left);
  });

  it('about a birthday by the word of the child, and not by that of the guardian', async () => {
    const { child, id } = await consented({ birth: turnsFourteen(1) });
    await pass();
    expect(await open(id)).toEqual([1, 1]);
    rig.later(45 * DAY);
    await says(child, {});
    await pass();
    expect(await open(id)).toEqual([1, 1]);
    const document = { kind: 'resident-card', number: child.match.id_number };
    await says(child, { giver: 'child', relation: 'self', document });
    await pass();
    expect(await open(id)).toEqual([0, 0]);
  });
});

it('goes with the record to another county as the task that a pass would open there, and no pass opens a second one', async () => {
  const [changed, young] = [await consented(), await consented({ birth: turnsFourteen(1) })];
  await rig.put('mca-county', changed.child.match, { guardian_identity: [AUNT] });
  await pass();
  const why = { reason: 'the family has moved', case: 'MOVE-2026-1' };
  for (const { child } of [changed, young]) {
    const move = async (agency: string, officer: string, body: object) => {
      const path = `/v1/subjects/${await rig.refOf(agency, child)}/move`;
      return rig.casework(agency, 'POST', path, body, { ...why, officer });
    };
    const first = await move('mca-county', 'li.na', { area: '990002' });
    const taken = await move('mca-neighbour', 'he.ping', { entry: first.json.receipt.entry });
    expect(taken.json.area, taken.text).toBe('990002');
  }
  const moved = async () => {
    const all = [changed, young].map(({ id }) => asked('mca-neighbour', id));
    return (await Promise.all(all)).map((some) => some.map(({ id }) => id));
  };
  const inbox = inboxOfDepartment('MCA', '990002');
  const due = [
    [changed.id, null],
    [young.id, 14],
  ].map((key) => [taskId('ask-again', inbox, JSON.stringify(key))]);
  expect(await moved()).toEqual(due);
  await pass();
  expect(await moved()).toEqual(due);
  for (const { id } of [changed, young]) expect(await asked('mca-county', id)).toEqual([]);
});
