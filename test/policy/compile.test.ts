import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import codes from '../../shared/packs/disadvantaged-children.codes.ts';
import compiled from '../../shared/packs/disadvantaged-children.json' with { type: 'json' };
import shipped from '../../shared/packs/disadvantaged-children.shipped.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { diffPacks } from '../../shared/policy/compile/diff.ts';
import { editorSchema } from '../../shared/policy/compile/editor-schema.ts';
import { faultText } from '../../shared/policy/compile/source.ts';
import { loadPack } from '../../shared/policy/load-pack.ts';
import { hashOf } from '../../shared/policy/pack-hash.ts';
import { CHILDREN_FOLDER, children } from './support.ts';

const copies: string[] = [];
afterAll(() => {
  for (const folder of copies) rmSync(folder, { recursive: true });
});

/** A copy of the pack with one file changed. */
function changed(file: string, from: string | RegExp, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  copies.push(folder);
  cpSync(CHILDREN_FOLDER, folder, { recursive: true });
  const text = readFileSync(join(folder, file), 'utf8');
  const next = text.replace(from, to);
  if (next === text) throw new Error(`nothing changed in ${file}`);
  writeFileSync(join(folder, file), next);
  return folder;
}

function faultsOf(file: string, from: string | RegExp, to: string): string[] {
  return compilePack(changed(file, from, to)).faults.map(faultText);
}

describe('the shipped pack', () => {
  test('is what its YAML compiles to', () => {
    const { pack, faults } = compilePack(CHILDREN_FOLDER);
    expect(faults).toEqual([]);
    expect(JSON.parse(JSON.stringify(pack))).toEqual(compiled);
  });
  test('is what functions carry', () => {
    const bytes = brotliDecompressSync(Buffer.from(shipped, 'base64'));
    expect(JSON.parse(bytes.toString('utf8'))).toEqual(compiled);
  });
  test('has the codes that token requests may name', () => {
    expect([...codes].sort()).toEqual([...children.purposes.keys(), ...children.prohibited.keys()].sort());
  });
  test('carries the hash of itself, whatever the order of its members', () => {
    expect(hashOf(compiled)).toBe(compiled.hash);
    const turned = Object.fromEntries(Object.entries(compiled).reverse());
    expect(hashOf(turned)).toBe(compiled.hash);
    expect(hashOf({ ...compiled, version: 'other' })).not.toBe(compiled.hash);
  });
  test('has the editor schemas beside it', () => {
    for (const part of ['pack', 'purpose'] as const) {
      const file = readFileSync(join(CHILDREN_FOLDER, `${part}.schema.json`), 'utf8');
      expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(editorSchema(part))));
    }
  });
});

describe('a fault names file, line and column', () => {
  test.each<[string, string, string | RegExp, string, RegExp]>([
    ['broken YAML', 'rules.yaml', 'rules:', 'rules: [', /^rules\.yaml:\d+:\d+: /],
    [
      'an unknown key',
      'purposes/S1.yaml',
      'batch: 50',
      'batch: 50\nbulk: true',
      /^purposes\/S1\.yaml:\d+:1: unknown key "bulk"$/,
    ],
    [
      'a missing key',
      'purposes/S1.yaml',
      /^batch: 50\n/m,
      '',
      /^purposes\/S1\.yaml:\d+:\d+: "batch" is missing$/,
    ],
    ['a wrong type', 'purposes/S1.yaml', 'batch: 50', 'batch: many', /^purposes\/S1\.yaml:10:1: /],
    [
      'a doubled key',
      'purposes/S1.yaml',
      '  sex: plain A8.1',
      '  sex: plain A8.1\n  sex: none A8.1',
      /^purposes\/S1\.yaml:\d+:\d+: .*unique/,
    ],
    [
      'a cell that is none',
      'purposes/S1.yaml',
      '  sex: plain A8.1',
      '  sex: shown A8.1',
      /^purposes\/S1\.yaml:\d+:3: .*not a cell/,
    ],
    ['an unknown field', 'purposes/S1.yaml', '  sex: plain', '  gender: plain', /no field "gender"/],
    ['a field without a cell', 'purposes/S1.yaml', /^ {2}sex: .*\n/m, '', /field "sex" has no cell/],
    ['an unknown rule', 'purposes/S1.yaml', 'sex: plain A8.1', 'sex: plain A99', /no rule "A99"/],
    [
      'an unknown predicate',
      'purposes/S1.yaml',
      'predicate same_person',
      'predicate guess',
      /no predicate "guess"/,
    ],
    [
      'an unknown role',
      'purposes/S1.yaml',
      'who: [county-education',
      'who: [county-edukation',
      /no role "county-edukation"/,
    ],
    ['an unknown owner', 'fields.yaml', 'owners: [EDU]', 'owners: [EDV]', /no department "EDV"/],
    [
      'an unknown fact',
      'consent.yaml',
      'facts: [guardianship_status]',
      'facts: [guardianship]',
      /no field "guardianship"/,
    ],
    [
      'an unknown input',
      'consent.yaml',
      'inquirer: child, stage: adult',
      'asker: child, stage: adult',
      /no input "asker"/,
    ],
    ['a key in two files', 'rules.yaml', 'rules:', 'roles: {}\nrules:', /"roles" stands in two files/],
  ])('%s', (_, file, from, to, expected) => {
    expect(
      faultsOf(file, from, to).some((fault) => expected.test(fault)),
      faultsOf(file, from, to).join('\n'),
    ).toBe(true);
  });
});

describe('no pack may', () => {
  test.each<[string, string, string | RegExp, string, RegExp]>([
    ['make a purpose of a prohibited code', 'prohibited.yaml', 'PX1:', 'S1:', /S1 is a prohibited use/],
    [
      'have an empty list of prohibited uses',
      'prohibited.yaml',
      /prohibited:\n( {2}PX.*\n( {4}.*\n)*)+/,
      'prohibited: {}\n',
      /prohibited uses is empty/,
    ],
    ['have no stop words', 'prohibited.yaml', /words:\s*\[[^\]]*\]/, 'words: []', /prohibited\.yaml/],
    [
      'let the prohibited kind pass',
      'consent.yaml',
      'verdict: DENY_ALERT, reason: PROHIBITED_A15',
      'verdict: ALLOW, reason: PROHIBITED_A15',
      /refuses the prohibited kind/,
    ],
    [
      'put a condition on that refusal',
      'consent.yaml',
      '{ when: {}, verdict: DENY_ALERT',
      '{ when: { ageYears: 5 }, verdict: DENY_ALERT',
      /refuses the prohibited kind/,
    ],
    [
      'give a purpose the prohibited kind',
      'purposes/S1.yaml',
      'kind: statutory',
      'kind: prohibited',
      /no purpose is of the prohibited kind/,
    ],
    [
      'disclose a never-disclosed field to media',
      'purposes/M1.yaml',
      'name: none A14.1',
      'name: generalised county A14.1',
      /"name" is never disclosed to media/,
    ],
    [
      'give media a plain value',
      'purposes/M1.yaml',
      'sex: none A14.1',
      'sex: plain A14.1',
      /generalised values only/,
    ],
    [
      'open a purpose with names to a media role',
      'purposes/S1.yaml',
      'who: [',
      'who: [press-office, ',
      /never disclosed to media/,
    ],
    [
      'give a charity more than a predicate',
      'purposes/C1.yaml',
      'sex: none A7.2',
      'sex: generalised count A7.2',
      /"charity" may get no field generalised/,
    ],
    [
      'give a charity a predicate that is not meant for it',
      'purposes/C1.yaml',
      'predicate serious_illness_on_list',
      'predicate hiv_affected',
      /not answered to "charity"/,
    ],
    ['hold a sealed record', 'fields.yaml', '  photo:', '  offence_record:', /"offence_record" is sealed/],
    [
      'mask a field without a mask',
      'purposes/S1.yaml',
      'sex: plain A8.1',
      'sex: masked A8.1',
      /"sex" has no mask/,
    ],
    [
      'release a restricted field without a second person',
      'purposes/S1.yaml',
      'edu_assessment: plain second-person',
      'edu_assessment: plain',
      /"edu_assessment" is restricted/,
    ],
    [
      'need an approval that nobody could give',
      'purposes/S1.yaml',
      'approvers: [disabled-federation]',
      'approvers: [county-education]',
      /nobody outside the line of "county-education" can approve "edu_assessment"/,
    ],
    [
      'need an approval for which there is no limit',
      'approvals.yaml',
      'levels: [L4]',
      'levels: [L1]',
      /nobody is asked for a field of the level L4/,
    ],
    [
      'mask an embedding number by its digits',
      'fields.yaml',
      'mask: embedded',
      'mask: number',
      /needs a display number/,
    ],
    [
      'let a purpose open a class with a field it never sees',
      'fields.yaml',
      'class: identity-number',
      'class: identity-name',
      /F1 opens the class "identity-name", which holds "id_number"/,
    ],
    [
      'keep a decisive field elsewhere',
      'fields.yaml',
      /class: facts\n {4}level: L2/,
      'class: identity-sex\n    level: L2',
      /decisions read "birth_date"/,
    ],
    [
      'hide a field among the decisive ones',
      'fields.yaml',
      'class: identity-sex',
      'class: facts',
      /no decision reads "sex"/,
    ],
    [
      'have an age band across an age of the rules',
      'forms.yaml',
      'bands: [0, 3, 6, 8, 12, 14, 16, 18]',
      'bands: [0, 3, 6, 8, 12, 16, 18]',
      /crosses the age of 14/,
    ],
    [
      'leave a level uncounted',
      'limits.yaml',
      'levels: [L1, L2]',
      'levels: [L1]',
      /no tier counts the level L2/,
    ],
    ['raise no alert before the stop', 'limits.yaml', 'alert: 20,', 'alert: 25,', /before the stop/],
    [
      'release what the rules do not foresee',
      'consent.yaml',
      'unforeseen: { verdict: DENY',
      'unforeseen: { verdict: ALLOW',
      /not foresee is refused/,
    ],
  ])('%s', (_, file, from, to, expected) => {
    const faults = faultsOf(file, from, to);
    expect(
      faults.some((fault) => expected.test(fault)),
      faults.join('\n'),
    ).toBe(true);
  });
});

describe('a comparison of two versions', () => {
  const compare = (file: string, from: string | RegExp, to: string) => {
    const { pack } = compilePack(changed(file, from, to));
    return diffPacks(children, loadPack(pack));
  };
  test('finds nothing in the same rules', () => {
    expect(compare('pack.yaml', '2025.1', '2025.2')).toEqual([]);
  });
  test('names each cell that changes, in words', () => {
    expect(compare('purposes/W3.yaml', 'name: plain A7.1', 'name: masked A7.2')).toEqual([
      { what: 'W3 / name', before: 'plain (A7.1)', after: 'masked (A7.2)', needsDeployment: false },
    ]);
  });
  test('marks what must be deployed before it is published', () => {
    const added = compare(
      'departments.yaml',
      'departments:\n',
      'departments:\n  NEW: { label: New, zh: 新 }\n',
    );
    expect(
      added.every(({ what, needsDeployment }) => what.startsWith('departments / NEW') && needsDeployment),
    ).toBe(true);
    const opened = compare('purposes/F1.yaml', 'school_name: none A10.1', 'school_name: plain A10.1');
    expect(opened).toContainEqual({
      what: 'classes / education-school / openedBy / F1',
      before: 'nothing',
      after: 'listed',
      needsDeployment: true,
    });
  });
});
