/** Two records that differ in a day of death alone: what ends with it, what goes on, who inquires, and when the record is erased. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/json.ts';
import { endedSince, factsOfEnd, isRecordOver } from '../../../shared/policy/decide/retention.ts';
import { put } from '../../maintenance/rig.ts';
import { children } from '../../policy/support.ts';
import { fileGateway } from '../../support/gateway.ts';
import { GUARDIAN } from '../../support/guardians.ts';
import { liftStopLimits } from '../../support/lifted.ts';
import { freshNumber, turning } from '../../support/people.ts';
import { reasonFor } from '../../support/reasons.ts';
import { DESK, shownBy } from '../inquiry/world.ts';

liftStopLimits();
const gateway = await fileGateway();
const SCHOOL = { school: '清河县第二小学' };

async function child(born = turning(10, '01-06'), care: object = {}) {
  const id = freshNumber(born);
  const match = { id_number: id };
  const police = { id_number: id, name: '欧阳娜娜', sex: '1', birth_date: born };
  await put(gateway, 'mps-county', { match, fields: police });
  await put(gateway, 'mca-county', {
    match,
    fields: {
      division_code: '990001001',
      guardianship_status: { status: 'normal', conflict: false },
      guardian_identity: GUARDIAN,
      visit_notes: 'calm',
      ...care,
    },
  });
  await put(gateway, 'edu-county', { match, fields: { school_name: SCHOOL } });
  return { id, match, born };
}
type Child = Awaited<ReturnType<typeof child>>;
const die = ({ match, born }: Child) =>
  put(gateway, 'mps-county', { match, fields: { birth_date: { date: born, dead: true } } });

async function reads(agency: string, purpose: string, { match }: Child, context: object = {}) {
  const why = { case: `${match.id_number}-${purpose}`, officer: 'li.na', reason: reasonFor(purpose) };
  const body = { collection: 'children', subjects: [{ match }], fields: ['sex'], context };
  const details = { actions: ['release'], purpose, ...why };
  const { json, text } = await gateway.call(agency, details, 'POST', '/v1/releases', body);
  const [result] = json.results ?? [];
  return result?.fields?.sex?.value ?? result?.refused?.code ?? text;
}

async function inquires(inquirer: string, { match }: Child) {
  await gateway.sequencer.step();
  const identity = shownBy(inquirer, match);
  const body = { collection: 'children', subject: { match }, inquirer, identity };
  const { json } = await gateway.call('desk-county', DESK, 'POST', '/v1/inquiries', body);
  return json.refused?.code ?? json.held?.name?.value;
}

const denial = async () => {
  const { entries } = await gateway.audit('/v1/log/entries?kind=denial&limit=1');
  return entries[0].words?.finding ?? entries[0].finding ?? entries[0].code;
};

describe('a child who has died', () => {
  it('is helped no more, and the protection of life and the law of the case go on', async () => {
    const [alive, dead] = [await child(), await child()];
    const all = async (one: Child) => [
      await reads('mca-county', 'W1', one),
      await reads('mca-county', 'W3', one),
      await reads('mps-county', 'E1', one, { imminentDangerAttested: true }),
    ];
    expect([await all(alive), await all(dead)]).toEqual([
      ['1', '1', '1'],
      ['1', '1', '1'],
    ]);
    await die(dead);
    expect([await all(alive), await all(dead)]).toEqual([
      ['1', '1', '1'],
      ['REFUSED', 'REFUSED', '1'],
    ]);
    await reads('mca-county', 'W1', dead);
    expect(await denial()).toBe('PERSON_DIED');
  });

  it('inquires no more, and its parents inquire whatever age it would be', async () => {
    const [alive, dead, old, oldDead] = [
      await child(),
      await child(),
      await child(turning(19, '01-06')),
      await child(turning(19, '01-06')),
    ];
    await die(dead);
    await die(oldDead);
    const both = async (one: Child) => [await inquires('child', one), await inquires('guardian', one)];
    expect([await both(alive), await both(dead)]).toEqual([
      ['欧阳娜娜', '欧阳娜娜'],
      ['REFUSED', '欧阳娜娜'],
    ]);
    expect([await both(old), await both(oldDead)]).toEqual([
      ['欧阳娜娜', 'REFUSED'],
      ['REFUSED', '欧阳娜娜'],
    ]);
  });

  it.each([
    ['a revoked guardian', { guardianship_status: { status: 'revoked', conflict: false } }],
    ['an institution', { guardian_identity: { ...GUARDIAN, kind: 'welfare-institution' } }],
    ['a substitute', { guardian_identity: { ...GUARDIAN, kind: 'substitute', order: '990001-7' } }],
  ])('does not open its record to %s', async (_, care) => {
    const dead = await child(undefined, care);
    await die(dead);
    expect(await inquires('guardian', dead)).toBe('REFUSED');
  });

  it('is erased three years after the last write of its death, when one who lives is not', () => {
    const born = turning(10, '01-06');
    const written = new Map([['birth_date', '2026-03-02T01:00:00Z']]);
    const over = (values: Json[], now: string) => {
      const at = Date.parse(now);
      const facts = factsOfEnd(children, written, at);
      const ended = endedSince(children, written, new Map(facts.map((name) => [name, values])));
      return isRecordOver(children, { births: values, ended }, at);
    };
    const [alive, dead] = [born, { date: born, dead: true }];
    expect(over([dead], '2029-03-01T12:00:00Z')).toBe(false);
    expect(over([dead], '2029-03-03T12:00:00Z')).toBe(true);
    expect(over([alive], '2029-03-03T12:00:00Z')).toBe(false);
    // Owners who disagree keep the record.
    expect(over([dead, alive], '2029-03-03T12:00:00Z')).toBe(false);
  });
});
