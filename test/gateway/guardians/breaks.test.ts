/** A break in who decides for a person ends what rested on it, even if it lasts no day, and whatever holds the record. */
import { describe, expect, it } from 'vitest';
import { DAY, digest, fileRig, SECOND } from '../../casework/rig.ts';
import { runJob } from '../../maintenance/rig.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { freshNumber } from '../../support/people.ts';

const rig = await fileRig();

const MOTHER = { kind: 'mother', name: '林海燕', id_number: freshNumber('1984-03-02') };
const AUNT = { kind: 'other-individual', name: '林海霞', id_number: freshNumber('1981-03-02') };

type Child = Awaited<ReturnType<typeof rig.child>>;
const childOf = (guardian_identity: unknown) => rig.child({ mca: { guardian_identity } });
const write = (child: Child, fields: object, agency = 'mca-county') => rig.put(agency, child.match, fields);

let papers = 0;
const say = (child: Child, { id_number }: { id_number: string }) =>
  rig.consent(child, { document: card(id_number), evidence: digest(`break ${papers++}`) });
async function released(child: Child): Promise<boolean> {
  const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
  return 'fields' in json.results[0];
}
const day = (days: number) => new Date(rig.now() + 8 * 3_600_000 + days * DAY).toISOString().slice(0, 10);

describe('a guardian whose last day has passed, or whose first is to come', () => {
  it('restricts nothing and confirms nothing, as no stranger does; on its days it does', async () => {
    const child = await childOf([
      { ...MOTHER, until: day(0) },
      { ...AUNT, from: day(1) },
      { kind: 'father', ...GUARDIAN },
    ]);
    await rig.gateway.sequencer.step();
    const ask = async ({ id_number }: { id_number: string }, field: string) => {
      const { json, status } = await rig.casework('desk-county', 'POST', '/v1/objections', {
        ...{ subject: child, field, by: 'guardian', right: 'restriction', document: card(id_number) },
      });
      return status === 200 || json.code;
    };
    expect([await ask(MOTHER, 'name'), await ask(AUNT, 'birth_date')]).toEqual([true, 'REFUSED']);
    rig.later(DAY);
    expect(await ask(MOTHER, 'id_number')).toBe('REFUSED');
    expect([await ask(AUNT, 'birth_date'), await ask(GUARDIAN, 'hukou_address')]).toEqual([true, true]);
    expect((await say(child, MOTHER)).json.code).toBe('REFUSED');
    expect((await say(child, AUNT)).status).toBe(200);
  });
});

describe('a consent', () => {
  it('is not revived by a list or a state of another department that was removed again', async () => {
    for (const fields of [
      { guardian_identity: [AUNT] },
      { guardianship_status: { status: 'revoked', conflict: false } },
    ]) {
      const child = await childOf([MOTHER]);
      await say(child, MOTHER);
      expect(await released(child)).toBe(true);
      await write(child, fields, 'court-county');
      expect(await released(child)).toBe(false);
      await write(child, Object.fromEntries(Object.keys(fields).map((name) => [name, null])), 'court-county');
      expect([Object.keys(fields), await released(child)]).toEqual([Object.keys(fields), false]);
      // Asked again, the same guardian consents, and the same state again changes nothing.
      rig.later(1000);
      expect((await say(child, MOTHER)).status).toBe(200);
      await write(child, { guardianship_status: { status: 'normal', conflict: false } });
      expect(await released(child)).toBe(true);
    }
  });

  it('ends with the last day of its giver, and begins with the first of another', async () => {
    const mother = await childOf([{ ...MOTHER, until: day(1) }]);
    await say(mother, MOTHER);
    const aunt = await childOf([{ ...AUNT, from: day(2) }]);
    expect((await say(aunt, AUNT)).json.code).toBe('REFUSED');
    expect(await released(mother)).toBe(true);
    rig.later(DAY);
    expect(await released(mother)).toBe(true);
    rig.later(DAY);
    expect((await say(mother, MOTHER)).json.code).toBe('REFUSED');
    expect((await say(aunt, AUNT)).status).toBe(200);
    expect([await released(mother), await released(aunt)]).toEqual([false, true]);
  });

  it('outlives that a department removes what it never listed', async () => {
    const child = await childOf([MOTHER]);
    await say(child, MOTHER);
    await write(child, { guardian_identity: null, guardianship_status: null }, 'court-county');
    expect(await released(child)).toBe(true);
  });
});

describe('of a record that is frozen or kept', () => {
  const actOf = async (child: Child, id: string) => {
    const { json } = await rig.casework('mca-county', 'POST', '/v1/consents/search', { subject: child });
    return json.consents.find((one: { id: string }) => one.id === id).act;
  };
  const stops = {
    frozen: (child: Child) =>
      rig.casework('mca-county', 'POST', '/v1/freezes', { target: { subject: child } }),
    kept: async (child: Child) => {
      const asked = { subject: child, instrument: digest(`order ${papers++}`) };
      const first = await rig.casework('court-county', 'POST', '/v1/holds', asked);
      const { id, entry } = first.json;
      return rig.casework('court-county', 'POST', `/v1/holds/${id}/confirm`, { entry }, SECOND);
    },
  };
  for (const [state, stop] of Object.entries(stops))
    it(`the family is asked again, too: ${state}`, async () => {
      const [child, same] = [await childOf([MOTHER]), await childOf([MOTHER])];
      const ids = [(await say(child, MOTHER)).json.consent.id, (await say(same, MOTHER)).json.consent.id];
      for (const one of [child, same]) expect((await stop(one)).status).toBe(200);
      await write(child, { guardian_identity: [AUNT] });
      await write(same, { guardian_identity: [MOTHER, AUNT] });
      await runJob(rig.gateway, 'retention');
      const acts = [await actOf(child, ids[0] ?? ''), await actOf(same, ids[1] ?? '')];
      expect(acts).toEqual(['ended', 'given']);
      const asked = (await rig.tasks('cdpf-county')).filter(({ kind }) => kind === 'ask-again');
      expect(asked.filter(({ details }) => details['consent'] === ids[0])).toHaveLength(1);
      expect(asked.filter(({ details }) => details['consent'] === ids[1])).toEqual([]);
    });
});
