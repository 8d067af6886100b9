/** Values are found again in texts as the pack says that they are written; no language is in the engine. */
import { describe, expect, it } from 'vitest';
import { idNumber } from '../../infra/local/sample/id-number.ts';
import { identifies } from '../../shared/policy/check/identifies.ts';
import { formsOf, formsWithin } from '../../shared/policy/check/leak-forms.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Writing } from '../../shared/policy/pack/parts.ts';
import { compiledUk } from '../gateway/packs/uk-pack.ts';
import { children } from './support.ts';

const uk = loadPack(compiledUk());
const leaks: Pack['leaks'] = {
  ...{ rule: '', lengths: [10] },
  values: { name: 'name', nhs_number: 'number', home_address: 'place' },
};
const english: Pack = { ...uk, leaks };
const ID = idNumber('990001', '2013-05-06', 1, '1');
const ADDRESS = { text: '12 Example Road', postcode: 'ZZ99 3VZ' };

/** What a text has in common with a value, as a leak check compares them. */
function meets(pack: Pack, field: string, value: string | typeof ADDRESS, text: string): string[] {
  const own = formsOf(pack, field, value).map(({ kind, form }) => `${kind} ${form}`);
  const found = formsWithin(pack, text).filter(({ kind, form }) => own.includes(`${kind} ${form}`));
  return found.map(({ kind, near }) => (near ? `near ${kind}` : kind));
}

describe('without a word of the pack on writing', () => {
  it('a leak check finds names of words, numbers and addresses', () => {
    expect(meets(english, 'name', 'Mary Sample', 'seen: MARY SAMPLE, and others')).toEqual(['name']);
    expect(meets(english, 'nhs_number', '9990000018', 'no. 999 000 0018')).toEqual(['number']);
    expect(meets(english, 'home_address', ADDRESS, '12 example road')).toContain('place');
    expect(meets(english, 'name', 'Mary Sample', 'Mary was seen')).toEqual([]);
  });

  it('a number with one wrong digit is near by the check digit of its own field', () => {
    expect(meets(english, 'nhs_number', '9990000018', '9990000081')).toEqual(['near number']);
    const wrong = `${ID.slice(0, 16)}${ID[17]}${ID[16]}`;
    expect(meets(children, 'id_number', ID, wrong)).toEqual(['near number']);
    // No field of the first pack has such numbers.
    expect(formsWithin(children, '9990000081').filter(({ near }) => near)).toEqual([]);
  });

  it('a text for publication is compared with values as they stand', () => {
    const says = (text: string) =>
      identifies(
        uk,
        text,
        new Map([
          ['name', ['Mary Sample']],
          ['birth_date', ['2012-03-04']],
        ]),
      );
    expect(says('Mary Sample came along')).toEqual(['name']);
    expect(says('born 2012-03-04')).toEqual(['birth_date']);
    // The figures of a day in their order are that day, whatever stands between them.
    expect(says('born on 2012年3月4日')).toEqual(['birth_date']);
    expect(says('born on 4 March 2012, and Mary')).toEqual([]);
  });
});

describe('a pack says how its values are written', () => {
  const writing: Writing = { dates: ['{day} March {year}'], places: { named: '[A-Z][a-z]+ (?:Road|Lane)' } };
  const says = (text: string) =>
    identifies(
      { ...uk, writing },
      text,
      new Map([
        ['birth_date', ['2012-03-04']],
        ['home_address', [ADDRESS]],
      ]),
    );

  it('its dates and its places are found', () => {
    expect(says('the 4 March 2012')).toEqual(['birth_date']);
    expect(says('a house in Example Road')).toEqual(['home_address']);
    expect(says('a house in another road')).toEqual([]);
  });

  it('numerals are read as its digits', () => {
    const spelled = (text: string) =>
      meets(children, 'residence_address', '贵州省青山县柳树镇幸福村十二号', text);
    expect(spelled('柳树镇幸福村12号')).toContain('place');
    expect(
      meets({ ...children, writing: {} }, 'residence_address', '幸福村十二号幸福村', '幸福村12号幸福村'),
    ).toEqual([]);
  });
});
