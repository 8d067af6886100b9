/**
 * Every act about people × every kind of caller × its own people and others. The table of each pack stands in a file, so that a
 * caller who gains an act about others is read in a review.
 */
import { describe, expect, it } from 'vitest';
import { whoseRows } from '../../shared/policy/compile/show/whose.ts';
import { kindOfParty, partiesOf } from '../../shared/policy/decide/act-table.ts';
import { PROFILES } from './profiles.ts';

const list = (names: readonly string[]) => names.join(' ') || '-';

describe.each(PROFILES)('acts about people in $name', ({ name, pack }) => {
  const rows = whoseRows(pack);

  it('are as their table says', async () => {
    const lines = rows.map(({ act, of, own, any }) =>
      [`${act} ${of}`.trim(), `  own: ${list(own)}`, `  any: ${list(any)}`].join('\n'),
    );
    const file = name.includes('uk') ? 'uk-acts.txt' : 'acts.txt';
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`tables/${file}`);
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
