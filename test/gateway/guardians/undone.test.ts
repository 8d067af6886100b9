/** An end that was none: what came back by itself, what is opened again, and that its recipients can't tell which end it was. */
import { describe, expect, it } from 'vitest';
import { digest, fileRig, type Shown } from '../../casework/rig.ts';
import { runJob } from '../../maintenance/rig.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { liftStopLimits } from '../../support/lifted.ts';
import { freshNumber, turning } from '../../support/people.ts';

liftStopLimits();

const rig = await fileRig();
const BORN = turning(11);
const AUNT = { kind: 'other-individual', name: '林海霞', id_number: freshNumber('1981-03-02') };
type Child = Awaited<ReturnType<typeof rig.child>>;
let papers = 0;
const DESK = { officer: 'zhao.min', reason: 'the hospital was mistaken', case: 'DESK-2026-9' };

/** With a consent, a case of the recipient, and what it received. */
async function consented(): Promise<{ child: Child; id: string }> {
  const child = await rig.child({ mca: { guardian_identity: [GUARDIAN] } });
  const id = await consent(child);
  expect(await reads(child)).toBe('欧阳娜娜');
  return { child, id };
}
async function consent(child: Child, change: object = {}): Promise<string> {
  const { json, text } = await rig.consent(child, { evidence: digest(`undone ${papers++}`), ...change });
  expect(json.consent?.id, text).toBeDefined();
  return json.consent.id;
}
const caseOf = ({ match }: Child) => `CASE-${match.id_number}`;
async function reads(child: Child) {
  const body = { subjects: [child], fields: ['name'] };
  const { json } = await rig.release('cdpf-county', 'D1', body, { case: caseOf(child) });
  const [result] = json.results ?? [];
  return result?.fields?.name?.value ?? result?.refused?.code ?? json.code;
}
const pass = async () => {
  await rig.gateway.sequencer.step();
  return runJob(rig.gateway, 'retention');
};
const says =
  (dead: boolean, owner = 'mps-county') =>
  (child: Child) =>
    rig.put(owner, child.match, { birth_date: { date: BORN, ...(dead && { dead }) } });
const [die, live] = [says(true), says(false)];

async function tasksAbout(
  child: Child,
  agency = 'cdpf-county',
  kinds: readonly string[] = ['ask-again'],
): Promise<Shown[]> {
  const all = [...(await rig.tasks(agency)), ...(await rig.tasks(agency, '&state=done'))];
  const ref = await rig.refOf(agency, child);
  return all.filter((task) => task.ref === ref && kinds.includes(task.kind));
}
/** Another guardian is recorded, so the child's people must be asked again. */
async function askAgain(...children: readonly Child[]) {
  for (const { match } of children) await rig.put('mca-county', match, { guardian_identity: [AUNT] });
  await pass();
}
const states = async (child: Child, agency?: string) =>
  (await tasksAbout(child, agency)).map(({ state }) => state);
async function caseAbout(child: Child) {
  const { json } = await rig.casework('cdpf-county', 'GET', '/v1/cases');
  return json.cases.find((one: { case: string }) => one.case === caseOf(child));
}
const caseState = async (child: Child) => (await caseAbout(child))?.state;
const endOf = async (child: Child) => `/v1/subjects/${await rig.refOf('mca-county', child)}/end`;
async function end(child: Child) {
  const path = await endOf(child);
  const first = await rig.casework('mca-county', 'POST', path, {}, { ...DESK, officer: 'li.na' });
  const { entry } = first.json.receipt;
  return rig.casework('mca-county', 'POST', path, { entry }, { ...DESK, officer: 'wang.fang' });
}
async function resume(child: Child) {
  const { json, text } = await rig.casework('mca-county', 'DELETE', await endOf(child), {}, DESK);
  expect(json.resumedAt, text).toBeDefined();
}
const ENDS = { corrected: [die, live], resumed: [end, resume] } as const;

describe.each(Object.entries(ENDS))('an end that is none any more (%s)', (cause, [set, undo]) => {
  it('opens the case again, asks desk and recipient again, and the desk alone is told why', async () => {
    const { child, id } = await consented();
    await set(child);
    expect(await reads(child)).toBe('REFUSED');
    await pass();
    expect([await reads(child), await caseState(child), await states(child)]).toEqual([
      'CASE_NOT_OPEN',
      'closed',
      [],
    ]);
    await undo(child);
    await pass();
    await pass();
    expect([await reads(child), await caseState(child)]).toEqual(['REFUSED', 'open']);
    const details = { purpose: 'D1', consent: id, recipient: 'cdpf-county' };
    const [[desk, ...more], [own, ...others]] = [
      await tasksAbout(child, 'mca-county'),
      await tasksAbout(child),
    ];
    expect([desk?.details, own?.details, more, others]).toEqual([{ ...details, cause }, details, [], []]);
    const letters = (desk as unknown as { letters: string[] }).letters;
    expect(letters).toEqual(['record-corrected']);
    const path = `/v1/tasks/${desk?.id}/letter?lang=en`;
    const { letter } = (await rig.casework('mca-county', 'GET', path)).json;
    // A digest may hold any letters.
    expect(JSON.stringify({ ...letter, digest: '', task: '' })).not.toMatch(/died|death|dead/);
    await consent(child);
    expect(await reads(child)).toBe('欧阳娜娜');
  });

  it('opens again what asked before it, by the same task, however often it is set and undone', async () => {
    const { child } = await consented();
    await askAgain(child);
    const [before] = await tasksAbout(child);
    for (let turn = 0; turn < 2; turn++) {
      expect(await states(child)).toEqual(['open']);
      await set(child);
      await pass();
      expect(await states(child)).toEqual(['done']);
      expect(await states(child, 'mca-county')).toEqual(['done']);
      await undo(child);
      await pass();
    }
    const [after, ...more] = await tasksAbout(child);
    expect([after?.id, after?.state, more]).toEqual([before?.id, 'open', []]);
  });

  it('before a pass has followed it leaves nothing to ask', async () => {
    const { child } = await consented();
    await set(child);
    await undo(child);
    expect(await reads(child)).toBe('欧阳娜娜');
    await pass();
    expect([await reads(child), await caseState(child), await states(child)]).toEqual([
      '欧阳娜娜',
      'open',
      [],
    ]);
  });
});

it('a correction opens nothing again that its office closed itself, nor what a person has done', async () => {
  const { child } = await consented();
  await askAgain(child);
  const [asked] = await tasksAbout(child);
  await rig.casework('cdpf-county', 'POST', `/v1/tasks/${asked?.id}/complete`, {});
  const path = `/v1/cases/${(await caseAbout(child)).id}/close`;
  const closed = await rig.casework('cdpf-county', 'POST', path, {}, DESK);
  expect(closed.status, closed.text).toBe(200);
  await die(child);
  await pass();
  await live(child);
  await pass();
  expect([await caseState(child), await states(child)]).toEqual(['closed', ['done']]);
});

it('opens no case again that its office has closed once more', async () => {
  const { child } = await consented();
  await die(child);
  await pass();
  const { cases } = (await rig.casework('cdpf-county', 'GET', '/v1/cases')).json;
  const { id } = cases.find((one: { case: string }) => one.case === caseOf(child));
  for (let time = 0; time < 2; time++)
    expect((await rig.casework('cdpf-county', 'POST', `/v1/cases/${id}/close`, {}, DESK)).status).toBe(200);
  await live(child);
  await pass();
  expect(await caseState(child)).toBe('closed');
});

it('opens no case again of an office whose county the child has left meanwhile', async () => {
  const { child } = await consented();
  await end(child);
  await pass();
  const act = async (agency: string, method: string, name: string, body: object, officer: string) => {
    const path = `/v1/subjects/${await rig.refOf(agency, child)}/${name}`;
    const { json, text } = await rig.casework(agency, method, path, body, { ...DESK, officer });
    expect(json.receipt?.entry, text).toBeDefined();
    return json.receipt.entry;
  };
  const entry = await act('mca-county', 'POST', 'move', { area: '990002' }, 'li.na');
  await act('mca-neighbour', 'POST', 'move', { entry }, 'he.ping');
  await act('mca-neighbour', 'DELETE', 'end', {}, 'he.ping');
  await pass();
  expect(await caseState(child)).toBe('closed');
});

it('goes on as long as one owner says so, and the help stays ended when a death is corrected', async () => {
  const [child, helped] = [await consented(), await consented()].map((one) => one.child) as [Child, Child];
  await die(child);
  await says(true, 'health-hospital')(child);
  await end(helped);
  await die(helped);
  await pass();
  await live(child);
  await live(helped);
  await pass();
  for (const one of [child, helped])
    expect([await caseState(one), await states(one)]).toEqual(['closed', []]);
  await says(false, 'health-hospital')(child);
  await resume(helped);
  await pass();
  for (const one of [child, helped])
    expect([await caseState(one), await states(one)]).toEqual(['open', ['open']]);
});

it('what asks again closes once the family has refused, and opens again with what it takes back', async () => {
  const { child } = await consented();
  const other = await consented();
  await askAgain(child, other.child);
  const document = { kind: 'resident-card', number: AUNT.id_number };
  const said = { act: 'refused', relation: 'aunt', document };
  const id = await consent(child, said);
  await pass();
  const all = async () => [await states(child), await states(child, 'mca-county'), await states(other.child)];
  expect(await all()).toEqual([['done'], ['done'], ['open']]);
  const path = `/v1/consents/${id}/withdraw`;
  const back = await rig.casework('mca-county', 'POST', path, { document });
  expect(back.status, back.text).toBe(200);
  await pass();
  expect(await all()).toEqual([['open'], ['open'], ['open']]);
});

it('an end that was none makes no one forget what the child has refused after it had consented', async () => {
  const { child } = await consented();
  const own = {
    giver: 'child',
    relation: 'self',
    document: { kind: 'resident-card', number: child.match.id_number },
  };
  await consent(child, own);
  rig.later(1000);
  await consent(child, { ...own, act: 'objects' });
  expect(await reads(child)).toBe('REFUSED');
  rig.later(1000);
  await die(child);
  await pass();
  await live(child);
  await pass();
  await consent(child);
  expect(await reads(child)).toBe('REFUSED');
});

/** All that an office's key shows it of the child, without ids. Times: whether they are of this step. */
async function seen(child: Child, since: number): Promise<object> {
  const call = (method: string, path: string, body?: object) =>
    rig.casework('cdpf-county', method, path, body);
  const plain = (value: unknown, name = ''): unknown => {
    if (Array.isArray(value)) return value.map((one) => plain(one));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, key)]));
    if (typeof value !== 'string') return value;
    if (/^\d{4}-\d\d-\d\dT/.test(value)) return Date.parse(value) >= since ? 'now' : 'before';
    return /^[\w.-]{22,}$/.test(value) || name === 'case' ? 'id' : value;
  };
  const all = await tasksAbout(child, 'cdpf-county', ['ask-again', 'delete-left', 'delete', 'takedown']);
  const tasks = all.sort((a, b) => (a.kind < b.kind ? -1 : 1));
  const { cases } = (await call('GET', '/v1/cases')).json;
  const { consents } = (await call('POST', '/v1/consents/search', { subject: child })).json;
  return plain({
    tasks,
    consents,
    reads: await reads(child),
    cases: cases.filter((one: { case: string }) => one.case === caseOf(child)),
  }) as object;
}

it('a recipient sees the same of a death as of the end of help, before and after a pass, and when it is undone', async () => {
  const worlds = [];
  for (const [set, undo] of Object.values(ENDS)) {
    const [given, asked] = [await consented(), await consented()];
    await askAgain(asked.child);
    const steps: object[] = [];
    for (const step of [set, pass, undo, pass]) {
      for (const { child } of [given, asked]) {
        const since = rig.now();
        await step(child);
        steps.push(await seen(child, since));
        rig.later(1000);
      }
    }
    worlds.push(steps);
  }
  expect(worlds[0]).toHaveLength(8);
  expect(worlds[0]).toEqual(worlds[1]);
});
