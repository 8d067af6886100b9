import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import codes from '../../shared/packs/disadvantaged-children.codes.ts';
import compiled from '../../shared/packs/disadvantaged-children.json' with { type: 'json' };
import shipped from '../../shared/packs/disadvantaged-children.shipped.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { diffPacks } from '../../shared/policy/compile/diff.ts';
import { editorSchema } from '../../shared/policy/compile/editor-schema.ts';
import { hashOf, loadPack } from '../../shared/policy/pack/load-pack.ts';
import { changed, faultsOf } from './changed-pack.ts';
import { CHILDREN_FOLDER, children } from './support.ts';

describe('the shipped pack', () => {
  test('equals its compiled YAML', () => {
    const { pack, faults } = compilePack(CHILDREN_FOLDER);
    expect(faults).toEqual([]);
    expect(JSON.parse(JSON.stringify(pack))).toEqual(compiled);
  });
  test('equals the module of the functions', () => {
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
  test('has current editor schemas', () => {
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
      'a malformed cell',
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
    ['a key in two files', 'rules.yaml', 'rules:', 'roles: {}\nrules:', /"roles" is in two files/],
  ])('%s', (_, file, from, to, expected) => {
    expect(
      faultsOf(file, from, to).some((fault) => expected.test(fault)),
      faultsOf(file, from, to).join('\n'),
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
  test('marks changes that need a deployment first', () => {
    const added = compare(
      'departments.yaml',
      'departments:\n',
      'departments:\n  NEW: { label: New, zh: 新 }\n',
    );
    // Its offices may do what any office may, which is said too and needs nothing.
    const first = added.filter(({ what }) => !/^acts \/ .* \/ @NEW$/.test(what));
    expect(
      first.every(({ what, needsDeployment }) => what.startsWith('departments / NEW') && needsDeployment),
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
