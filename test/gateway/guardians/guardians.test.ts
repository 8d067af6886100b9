/** Whose consent counts: the giver is one of those whom the record lists. All over HTTP. */
import { describe, expect, it } from 'vitest';
import { DAY } from '../../casework/rig.ts';
import { card, STRANGER } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { freshNumber } from '../../support/people.ts';
import { FATHER, fileFamily, MOTHER, paper } from './family.ts';

const { childOf, lastReason, released, rig, say, write } = await fileFamily();
type Child = Awaited<ReturnType<typeof childOf>>;

const AUNT = { kind: 'other-individual', name: '林海霞', id_number: freshNumber('1981-03-02') };
const HOME = {
  ...{ kind: 'welfare-institution', name: '清河县儿童福利院' },
  ...{ document: 'organisation-certificate', number: '12990001MB00000019' },
};
const normal = { status: 'normal', conflict: false };

const birthOf = (years: number) =>
  new Date(rig.now() - (years * 365.25 + 30) * DAY).toISOString().slice(0, 10);
async function inquires(child: Child, name: string, number: string): Promise<boolean> {
  await rig.gateway.sequencer.step();
  const { json } = await rig.casework('desk-county', 'POST', '/v1/inquiries', {
    ...{ collection: 'children', subject: child, inquirer: 'guardian', identity: { name, number } },
  });
  return json.held !== undefined;
}

describe('a consent', () => {
  it('of either parent counts, and that of a stranger does not', async () => {
    for (const parent of [FATHER, MOTHER]) {
      const child = await childOf([FATHER, MOTHER]);
      expect((await say(child, STRANGER)).json.code).toBe('REFUSED');
      expect(await released(child)).toBe(false);
      expect((await say(child, parent)).status).toBe(200);
      expect(await released(child)).toBe(true);
    }
  });

  it('does not live again when a new guardian is entered, or the same one again', async () => {
    const child = await childOf([MOTHER]);
    await say(child, MOTHER);
    expect(await released(child)).toBe(true);
    await write(child, { guardianship_status: { status: 'revoked', conflict: false } });
    expect(await released(child)).toBe(false);
    expect(await lastReason()).toBe('GUARDIAN_REVOKED');
    await write(child, { guardian_identity: [AUNT], guardianship_status: normal });
    expect(await released(child)).toBe(false);
    await write(child, { guardian_identity: [AUNT, MOTHER] });
    expect(await released(child)).toBe(false);
    // Asked again, either consents.
    await say(child, AUNT);
    expect(await released(child)).toBe(true);
  });

  it('ends with a guardianship that was revoked and restored, and with a conflict in the record', async () => {
    for (const between of [
      { status: 'revoked', conflict: false },
      { status: 'normal', conflict: true },
    ]) {
      const child = await childOf([MOTHER]);
      await say(child, MOTHER);
      await write(child, { guardianship_status: between });
      expect(await released(child)).toBe(false);
      await write(child, { guardianship_status: normal });
      expect(await released(child)).toBe(false);
      await say(child, MOTHER);
      expect(await released(child)).toBe(true);
    }
  });

  it('outlives what changes nothing: the same list again, a corrected name, the other parent', async () => {
    const child = await childOf([MOTHER]);
    await say(child, MOTHER);
    await write(child, { guardian_identity: MOTHER, guardianship_status: 'normal' });
    await write(child, { guardian_identity: [{ ...MOTHER, name: '林海艳' }] });
    await write(child, { guardian_identity: [FATHER, MOTHER] });
    expect(await released(child)).toBe(true);
  });

  it('needs the document at a desk, as a refusal does', async () => {
    const child = await childOf([MOTHER]);
    for (const change of [
      { giver: 'guardian' },
      { giver: 'guardian', act: 'refused' },
      { giver: 'substitute' },
    ]) {
      const { json } = await rig.consent(child, { ...change, document: undefined });
      expect([json.code, json.errors?.[0].path]).toEqual(['INVALID_REQUEST', '/document']);
    }
  });

  it('of a substitute needs the order that appoints it, on record', async () => {
    const revoked = { guardianship_status: { status: 'revoked', conflict: false } };
    const substitute = { ...AUNT, kind: 'substitute' };
    const [bare, ordered] = [
      await childOf([MOTHER, substitute], revoked),
      await childOf([MOTHER, { ...substitute, order: '（2026）云0001民特9号' }], revoked),
    ];
    for (const [child, may] of [
      [bare, false],
      [ordered, true],
    ] as const) {
      const as = { giver: 'substitute', relation: 'relative' };
      expect((await say(child, MOTHER, as)).json.code).toBe('REFUSED');
      expect((await say(child, AUNT)).json.code).toBe('REFUSED');
      expect((await say(child, AUNT, as)).status).toBe(may ? 200 : 403);
      expect(await released(child)).toBe(may);
    }
  });
});

it('a refused document tells nothing of whom the record lists', async () => {
  const children = [
    await childOf([MOTHER]),
    await childOf([FATHER, MOTHER, AUNT]),
    await childOf(HOME),
    await childOf(null),
  ];
  // The first call of the process also makes its keys.
  await say(await childOf([MOTHER]), STRANGER);
  const seen: unknown[] = [];
  for (const child of children) {
    const from = rig.gateway.trail.length;
    const { status, json, text } = await say(child, STRANGER);
    const calls = rig.gateway.trail
      .slice(from)
      .map(({ eventName }) => eventName)
      .filter((name) => name !== 'Sign');
    seen.push([status, { ...json, requestId: '' }, text.length, calls]);
  }
  expect(new Set(seen.map((one) => JSON.stringify(one))).size, JSON.stringify(seen)).toBe(1);
  expect(seen[0]).toEqual([
    403,
    expect.objectContaining({ code: 'REFUSED' }),
    expect.any(Number),
    expect.any(Array),
  ]);
});

describe('a court order that civil affairs has not followed yet', () => {
  it('stops the old guardian and the new one alike, until both lists agree', async () => {
    const child = await childOf([MOTHER]);
    await say(child, MOTHER);
    await write(child, { guardian_identity: [AUNT] }, 'court-county');
    expect(await released(child)).toBe(false);
    for (const one of [MOTHER, AUNT]) {
      expect((await say(child, one)).json.code).toBe('REFUSED');
      expect(await inquires(child, one.name, one.id_number)).toBe(false);
    }
    await write(child, { guardian_identity: [AUNT] });
    expect(await inquires(child, MOTHER.name, MOTHER.id_number)).toBe(false);
    expect(await inquires(child, AUNT.name, AUNT.id_number)).toBe(true);
    expect((await say(child, MOTHER)).json.code).toBe('REFUSED');
    expect((await say(child, AUNT)).status).toBe(200);
    expect(await released(child)).toBe(true);
  });
});

describe('an inquiry', () => {
  it('is open to both parents, each by its own name and number', async () => {
    const child = await childOf([FATHER, MOTHER]);
    expect(await inquires(child, FATHER.name, FATHER.id_number)).toBe(true);
    expect(await inquires(child, MOTHER.name, MOTHER.id_number)).toBe(true);
    expect(await inquires(child, FATHER.name, MOTHER.id_number)).toBe(false);
    expect(await inquires(child, STRANGER.name, STRANGER.id_number)).toBe(false);
  });

  it('is open to a guardian without a resident number, and to the official of a home', async () => {
    const foreign = { kind: 'mother', name: 'Nguyen Thi Lan', document: 'passport', number: 'E00000031' };
    const state = { guardianship_status: { status: 'long-term-state', conflict: false } };
    const [one, other] = [await childOf([foreign]), await childOf(HOME, state)];
    expect(await inquires(one, foreign.name, 'e00000031')).toBe(true);
    expect(await inquires(other, HOME.name, HOME.number)).toBe(true);
    expect(await inquires(other, HOME.name, '12990001MB00000020')).toBe(false);
    const passport = { document: { kind: 'passport', number: 'E0000 0031' } };
    const certificate = { document: { kind: 'organisation-certificate', number: HOME.number } };
    expect((await rig.consent(one, certificate)).json.code).toBe('REFUSED');
    expect((await rig.consent(one, passport)).status).toBe(200);
    expect((await rig.consent(other, { ...certificate, relation: 'official' })).status).toBe(200);
    expect([await released(one), await released(other)]).toEqual([true, true]);
  });
});

it('of a child from 14 needs a substitute whom the record lists, if a substitute was told', async () => {
  const revoked = { guardianship_status: { status: 'revoked', conflict: false } };
  for (const [listed, counts] of [
    [MOTHER, false],
    [{ ...AUNT, kind: 'substitute', order: '（2026）云0001民特9号' }, true],
  ] as const) {
    const mca = { guardian_identity: [listed], ...revoked };
    const child = await rig.child({ birth: birthOf(15), mca });
    const told = { giver: 'substitute', method: 'signed-form', evidence: paper() };
    const informed = { ...told, noticeVersion: noticeFor('D1') };
    const own = { giver: 'child', relation: 'self', document: card(child.match.id_number), informed };
    expect((await rig.consent(child, { ...own, evidence: paper() })).status).toBe(200);
    expect([listed.kind, await released(child)]).toEqual([listed.kind, counts]);
  }
});

it('a restriction is of a guardian on record', async () => {
  const child = await childOf([FATHER, MOTHER]);
  const ask = ({ id_number }: { id_number: string }) =>
    rig.casework('desk-county', 'POST', '/v1/objections', {
      ...{ subject: child, field: 'name', by: 'guardian', right: 'restriction', document: card(id_number) },
    });
  expect((await ask(STRANGER)).json.code).toBe('REFUSED');
  expect((await ask(MOTHER)).status).toBe(200);
});
