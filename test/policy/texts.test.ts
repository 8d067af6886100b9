/** Texts of a pack: in every language of the pack, or plain in a pack of one language. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeText, inLanguage, languageOf } from '../../shared/language.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';
import { noticesOf } from '../../shared/policy/present/notice.ts';
import { faultsOf } from './changed-pack.ts';
import { compileFolder, HOUSING_FOLDER } from './support.ts';

const tenants = compileFolder(HOUSING_FOLDER);

const FRAME = `{
    title: 'Avis : ',
    headings: { who: Destinataires, controller: Responsable, contact: Contact, purpose: Finalité, fields: Données,
      retention: Conservation, necessity: Nécessité, impact: Effets, rights: Vos droits },
    forms: { masked: ' (en partie)', generalised: ' (en gros)', predicate: ' (oui ou non)' },
    colon: ' : ', comma: ', ', stop: '. ', hours: '{n} heures', days: '{n} jours', workingDays: '{n} jours ouvrés',
    yearEnds: 'jusqu’au prochain {day}.{month}' }`;

const faultsIn = ({ faults }: ReturnType<typeof housing>) =>
  faults.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);

/** The pack of one language with one change, perhaps in another language. */
function housing(from: string, to: string, languages = 'languages: [en]') {
  const folder = mkdtempSync(join(tmpdir(), 'texts-'));
  cpSync(HOUSING_FOLDER, folder, { recursive: true });
  const file = join(folder, 'pack.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to).replace('languages: [en]', languages));
  return compilePack(folder);
}

describe('a text of a pack', () => {
  it('is plain in a pack of one language, and a map once compiled', () => {
    expect(tenants.languages).toEqual(['en']);
    expect(tenants.fields.get('rent')?.label).toEqual({ en: 'Rent' });
    expect(tenants.reasons.get('MINOR')).toEqual({ en: 'Under age.' });
    const { pack } = housing('label: Rent\n', 'label: { en: Rent }\n');
    expect(pack?.fields['rent']?.label).toEqual({ en: 'Rent' });
  });

  it('may be in any language: the engine has no list of them, and the pack says what surrounds a notice', () => {
    const french = 'languages: [fr-CA]';
    const without = housing('languages: [en]', french);
    expect(faultsIn(without)).toEqual([
      expect.stringMatching(
        /^pack\.yaml:\d+:\d+: the engine has no words for a notice in fr-CA: add `frame: { fr-CA: { title: …, headings: { who: …, .*yearEnds: … } }`$/,
      ),
    ]);
    const part = housing('notices:\n', "notices:\n  frame: { fr-CA: { title: 'Avis : ' } }\n", french);
    expect(faultsIn(part)).toContainEqual(
      expect.stringMatching(/^pack\.yaml:\d+:\d+: "headings" is missing: add `headings: …`$/),
    );
    const { pack, faults } = housing('notices:\n', `notices:\n  frame: { fr-CA: ${FRAME} }\n`, french);
    expect(faults).toEqual([]);
    const loaded = loadPack(pack);
    expect(loaded.fields.get('rent')?.label).toEqual({ 'fr-CA': 'Rent' });
    const [notice] = noticesOf(loaded).values();
    expect(notice?.texts['fr-CA']).toMatch(/^Avis : [\s\S]*\nDestinataires : [\s\S]*\nVos droits : /);
    expect(notice?.texts['fr-CA']).not.toMatch(/Recipients|Your rights|Purpose/);
  });

  it.each<[string, string, string, string, RegExp]>([
    [
      'plain in a pack of several languages',
      'departments.yaml',
      'MCA: { label: { en: Civil affairs, zh: 民政 } }',
      'MCA: { label: Civil affairs }',
      /^departments\.yaml:7:10: a text of a pack in several languages is a map: write { en: …, zh: … }$/,
    ],
    [
      'in a language that the pack does not have',
      'departments.yaml',
      'MCA: { label: { en: Civil affairs, zh: 民政 } }',
      'MCA: { label: { en: Civil affairs, zh: 民政, fr: Affaires } }',
      /^departments\.yaml:7:10: "fr" is not in `languages` of the pack$/,
    ],
    [
      'without the first language',
      'departments.yaml',
      'MCA: { label: { en: Civil affairs, zh: 民政 } }',
      'MCA: { label: { zh: 民政 } }',
      /^departments\.yaml:7:10: no en text: add `en: …`$/,
    ],
    [
      'without another language of the pack',
      'departments.yaml',
      'MCA: { label: { en: Civil affairs, zh: 民政 } }',
      'MCA: { label: { en: Civil affairs } }',
      /^departments\.yaml:7:10: no zh text: add `zh: …`$/,
    ],
    [
      'in what is no language',
      'pack.yaml',
      'languages: [en, zh]',
      'languages: [en, "z h"]',
      /a language is a tag/,
    ],
  ])('%s is a fault', (_, file, from, to, fault) => {
    expect(faultsOf(file, from, to)).toContainEqual(expect.stringMatching(fault));
  });
});

describe('the language of a reader', () => {
  const text = { en: 'Name', 'zh-Hans': '姓名', 'zh-Hant': '姓名（繁）' };
  it.each<[string[], string]>([
    [['zh-Hant'], '姓名（繁）'],
    [['zh-Hant-TW'], '姓名（繁）'],
    [['zh-hans-cn'], '姓名'],
    [['zh'], '姓名'],
    [['zh-CN'], '姓名'],
    [['de', 'zh-Hant'], '姓名（繁）'],
    [['e'], 'Name'],
    [[], 'Name'],
    [['__proto__'], 'Name'],
  ])('%j reads %s', (wanted, expected) => {
    expect(inLanguage(text, wanted)).toBe(expected);
  });

  it('falls back to the given language, then to the first', () => {
    expect(inLanguage(text, ['fr'], 'zh-Hant')).toBe('姓名（繁）');
    expect(inLanguage(text, ['fr'], 'de')).toBe('Name');
    expect(inLanguage({}, ['fr'])).toBe('');
    expect(inLanguage(codeText('NO_ROLE'), ['zh'])).toBe('NO_ROLE');
    expect(languageOf([], ['en'])).toBeUndefined();
  });
});
