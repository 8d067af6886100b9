/**
 * Every act about people × every kind of caller × its own people and others. The table of each pack stands in a file, so that a
 * caller who gains an act about others is read in a review.
 */
import { describe, expect, it } from 'vitest';
import { whoseRows } from '../../shared/policy/compile/show/whose.ts';
import { kindOfParty, partiesOf } from '../../shared/policy/decide/act-table.ts';
import { mayIntake } from '../../shared/policy/decide/decide.ts';
import { fieldsThatPlace } from '../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { PROFILES } from './profiles.ts';

/** Kinds of callers that may write the field, whether or not they are registered with an institution. */
const writersOf = (pack: Pack, field: string) =>
  [...partiesOf(pack)]
    .filter(([, { institution: _, ...caller }]) =>
      [caller, { ...caller, institution: 'own' }].some((one) => 'owner' in mayIntake(pack, one, field)),
    )
    .map(([who]) => who);

const list = (names: readonly string[]) => names.join(' ') || '-';

describe.each(PROFILES)('acts about people in $name', ({ name, pack }) => {
  const rows = whoseRows(pack);

  it('are as their table says', async () => {
    const lines = rows.map(({ act, of, own, any }) =>
      [`${act} ${of}`.trim(), `  own: ${list(own)}`, `  any: ${list(any)}`].join('\n'),
    );
    const places = [...fieldsThatPlace(pack.purposes.values())].map(
      (field) => `places people: ${field}\n  written by: ${list(writersOf(pack, field))}`,
    );
    const file = name.includes('uk') ? 'uk-acts.txt' : 'acts.txt';
    await expect(`${[...lines, ...places].join('\n')}\n`).toMatchFileSnapshot(`tables/${file}`);
  });

  it('of an institution write no field by which the record places people, or it would open them to itself', () => {
    const fields = [...fieldsThatPlace(pack.purposes.values())];
    expect(fields).not.toEqual([]);
    // A pack without approvals has no list of who decides.
    const { approvals: _, ...bare } = pack;
    for (const one of [pack, bare as Pack]) {
      const kinds = fields.flatMap((field) =>
        writersOf(one, field).map((who) => kindOfParty(one, partiesOf(one).get(who) as Caller)),
      );
      expect(new Set(kinds)).toEqual(new Set(['decides']));
    }
  });

  it('that reveal a record, or change it, are no act of an institution about others', () => {
    const institutions = [...partiesOf(pack)]
      .filter(([, caller]) => kindOfParty(pack, caller) === 'institution')
      .map(([who]) => who);
    expect(institutions).not.toEqual([]);
    // A case and a request are answered alike for every number, and purposes decide what a release gives.
    const alike = /^(release|inquiry|leak|intake|case\.open|request\.file)/;
    for (const { act, any } of rows.filter((one) => !alike.test(one.act)))
      expect(
        any.filter((who) => who === 'institution' || institutions.includes(who)),
        act,
      ).toEqual([]);
  });
});
