/** What a pack names with its own parameters: masks, checks, scripts of stop words, areas over areas, givers. */
import { describe, expect, it, test } from 'vitest';
import { normaliseKey, validateField } from '../../shared/policy/check/validate.ts';
import { compileTree } from '../../shared/policy/compile/compile-tree.ts';
import { areasWithin } from '../../shared/policy/decide/areas.ts';
import { informedOf, isParty } from '../../shared/policy/decide/givers.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { mask } from '../../shared/policy/present/mask.ts';
import { readSource } from '../../shared/policy/schema/source.ts';
import { passesMod11 } from '../../shared/policy/value/check-digits.ts';
import { holdsStopWord } from '../../shared/policy/value/stop-words.ts';
import { children, compileFolder, HOUSING_FOLDER, NOW } from './support.ts';

const UK_FOLDER = new URL('../../shared/packs/uk-childrens-social-care', import.meta.url).pathname;
// biome-ignore lint/suspicious/noExplicitAny: content of any pack
type Tree = any;

const uk = compileFolder(UK_FOLDER);

/** Faults of a changed copy of the pack's content. */
function faults(folder: string, change: (tree: Tree) => void): string[] {
  const { tree } = readSource(folder);
  change(tree);
  const found: string[] = [];
  compileTree(tree, (path, message) => found.push(`${path.join('/')}: ${message}`));
  return found;
}

describe('a mask', () => {
  it.each([
    ['John Smith', 'J. S.'],
    ['Mary-Jane van der Berg', 'M. B.'],
    ["Seán O'Neill", 'S. O.'],
    ['Prince', '***'],
    ['', '***'],
  ])('of initials shows %s as %s', (name, shown) => expect(mask(uk, 'initials', name, '')).toBe(shown));

  test('of a surname is for names of its script, of at most its length', () => {
    const masks = (more: object) =>
      ({
        ...children,
        masks: new Map([['m', { mask: 'surname', script: 'Han', longest: 4, compounds: [], ...more }]]),
      }) as never;
    expect(mask(masks({}), 'm', '张小明', '')).toBe('张**');
    expect(mask(masks({}), 'm', 'Zhang', '')).toBe('***');
    expect(mask(masks({ longest: 2 }), 'm', '张小明', '')).toBe('***');
    expect(mask(masks({ script: 'Hangul' }), 'm', '김민수', '')).toBe('김**');
    expect(mask(masks({ script: 'Hangul' }), 'm', '张小明', '')).toBe('***');
  });

  test('names a script that Unicode has', () => {
    const wrong = faults(UK_FOLDER, (tree) => {
      tree.masks.initials = { mask: 'surname', script: 'Runes', longest: 4, compounds: [] };
    });
    expect(wrong.join('\n')).toContain('a script has its Unicode name');
  });
});

describe('a check of eleven', () => {
  const NHS = [10, 9, 8, 7, 6, 5, 4, 3, 2];
  test('accepts NHS numbers and refuses one with a wrong digit, and one that would end in ten', () => {
    expect(passesMod11('9434765919', NHS)).toBe(true);
    expect(passesMod11('9434765918', NHS)).toBe(false);
    expect(passesMod11('943476591', NHS)).toBe(false);
    expect(passesMod11('9990000000', NHS)).toBe(false);
    const tens = Array.from({ length: 10 }, (_, last) => passesMod11(`000000006${last}`, NHS));
    expect(tens).not.toContain(true);
  });
  test('takes a character for ten where the pack names one, as an ISBN has', () => {
    expect(passesMod11('080442957X', NHS, 'X')).toBe(true);
    expect(passesMod11('080442957X', NHS)).toBe(false);
  });
  test('flags a number of the pack at intake', () => {
    const check = (number: string) => validateField(uk, 'nhs_number', number, { other: new Map(), now: NOW });
    expect(check('9990000018')).toEqual({ malformed: false, warnings: [] });
    expect(check('9990000019')).toEqual({ malformed: false, warnings: ['CHECK_DIGIT'] });
  });
  test('finds a number however it is grouped', () => {
    expect(normaliseKey(uk, 'nhs_number', ' 999 000 0018 ')).toBe('9990000018');
    expect(normaliseKey(uk, 'nhs_number', '999-000-0018')).toBe('9990000018');
  });
  test('needs its weights', () => {
    const wrong = faults(UK_FOLDER, (tree) => {
      delete tree.fields.nhs_number.checks[0].weights;
    });
    expect(wrong).toEqual([expect.stringContaining('add `weights: [10, 9, 8, 7, 6, 5, 4, 3, 2]`')]);
  });
  test('compares parts with a resident number alone', () => {
    const wrong = faults(UK_FOLDER, (tree) => {
      tree.fields.sex.checks = [{ check: 'agrees', with: 'nhs_number', part: 'parity', code: 'X' }];
    });
    expect(wrong).toEqual([expect.stringContaining('"nhs_number" is no resident number')]);
  });
});

describe('a stop word', () => {
  const scan = (unspaced: string[], text: string) =>
    holdsStopWord({ rule: '', words: ['排名', 'ranking'], unspaced }, text);
  test('of a script without spaces is found between letters, if the pack names the script', () => {
    expect(scan(['Han'], '排a名')).toBe(true);
    expect(scan([], '排a名')).toBe(false);
    expect(scan([], 'r a n k 1 ing')).toBe(true);
  });
  test('of such a script without its name is a fault', () => {
    const wrong = faults(UK_FOLDER, (tree) => {
      tree.stopWords.words += ', 排名';
    });
    expect(wrong).toEqual([expect.stringContaining('Han is written without spaces: add `unspaced: [Han]`')]);
  });
});

describe('areas over areas', () => {
  const areasUnder = { N: ['N1', 'M'], M: ['X7', 'X8'] };
  test('stand for the last ones under them', () => {
    expect(areasWithin({ areasUnder }, ['N', 'X7', 'Q'])).toEqual(['N1', 'X7', 'X8', 'Q']);
    expect(areasWithin({}, ['N'])).toEqual(['N']);
    expect(areasWithin({ areasUnder }, ['constructor'])).toEqual(['constructor']);
  });
  test.each([
    ['a code of another form', { R1: ['leeds'] }, '"leeds" is no code of the field area_code'],
    ['an area under itself', { R1: ['R2'], R2: ['R1'] }, 'lies under itself'],
    ['codes that say it themselves', { E0800: ['E08000035'] }, 'so they need no list'],
  ])('are refused for %s', (_, under, fault) => {
    const wrong = faults(UK_FOLDER, (tree) => {
      tree.areasUnder = under;
    });
    expect(wrong.join('\n')).toContain(fault);
  });
});

describe('givers', () => {
  test('are the parties that the pack says', () => {
    expect(isParty(children, 'child', 'person')).toBe(true);
    expect(isParty(children, 'guardian', 'person')).toBe(false);
    expect(isParty(compileFolder(HOUSING_FOLDER), 'tenant', 'person')).toBe(true);
    expect(isParty(children, 'constructor', 'person')).toBe(false);
    expect(informedOf(children)).toEqual(['substitute', 'guardian']);
    expect(informedOf(uk)).toEqual([]);
  });
  const name = (giver: string) => (tree: Tree) => {
    tree.evidence.acts[0].givers = [giver];
  };
  test.each<[string, (tree: Tree) => void, string]>([
    [
      'none is the person',
      (tree) => delete tree.givers.child.is,
      'one giver is the person whom records are about: add `is: person`',
    ],
    ['two are', (tree) => Object.assign(tree.givers.guardian, { is: 'person' }), 'one giver is the person'],
    [
      'the table reads another',
      name('aunt'),
      'evidence/acts/0: there is no giver "aunt": add `aunt: { label: … }`',
    ],
    [
      'a desk objects for another',
      (tree) => tree.casework.objections.givers.push('aunt'),
      'there is no giver "aunt"',
    ],
    [
      'equals do not decide',
      (tree) => delete tree.givers.guardian.is,
      'add `is: responsible` to the giver "guardian"',
    ],
    [
      'no recipient reports errors',
      (tree) => delete tree.givers.recipient,
      'add a giver with `is: recipient`',
    ],
  ])('are refused if %s', (_, change, fault) => {
    expect(faults(UK_FOLDER, change).join('\n')).toContain(fault);
  });
  test('compile again from what the compiler made', () => {
    expect(loadPack(compileTree(readSource(UK_FOLDER).tree, () => {})).consent.givers).toEqual(
      uk.consent.givers,
    );
  });
});

test('printed pages say what the pack says', () => {
  const wrong = faults(UK_FOLDER, (tree) => delete tree.casework.pages);
  expect(wrong).toEqual([expect.stringContaining('"pages" is missing')]);
});
