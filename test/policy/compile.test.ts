import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import codes from '#pack/codes.ts';
import compiled from '#pack/pack.json' with { type: 'json' };
import sentences from '#pack/sentences.ts';
import shipped from '#pack/shipped.ts';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { diffPacks } from '../../shared/policy/compile/show/diff.ts';
import { hashOf, loadPack } from '../../shared/policy/pack/load-pack.ts';
import { editorSchema } from '../../shared/policy/schema/editor-schema.ts';
import { changed, faultsOf } from './changed-pack.ts';
import { CHILDREN_FOLDER, children } from './support.ts';

describe('the shipped pack', () => {
  test('equals its compiled YAML', () => {
    const { pack, faults } = compilePack(CHILDREN_FOLDER);
    expect(faults).toEqual([]);
    const { proof, ...rest } = compiled;
    expect(JSON.parse(JSON.stringify(pack))).toEqual(rest);
    // Its sentences were proved, each of just this version.
    expect([proof.hash, Object.keys(proof.sentences)]).toEqual([pack?.hash, Object.keys(compiled.theorems)]);
  });
  test('equals the modules of the functions, of which the sentences of law are one', () => {
    const parts = [shipped, sentences].map((packed) =>
      JSON.parse(brotliDecompressSync(Buffer.from(packed, 'base64')).toString('utf8')),
    );
    expect({ ...parts[0], ...parts[1] }).toEqual(compiled);
    expect(Object.keys(parts[1]).sort()).toEqual(['proof', 'theorems']);
  });
  test('reads many words as one text like a list of them, and names a wrong one', () => {
    const asList = changed('limits.yaml', /makeUpDays: \|\n((?: {4}.*\n)+)/, 'makeUpDays: [$1  ]\n');
    // The end of a line is enough between two.
    const inLines = changed('limits.yaml', '2026-02-28,\n', '2026-02-28\n');
    for (const folder of [asList, inLines]) expect(compilePack(folder).pack?.hash).toBe(compiled.hash);
    expect(faultsOf('limits.yaml', '2025-02-08, ', '2025-02-32, ')).toEqual([
      'limits.yaml:15:3: Invalid date: Received "2025-02-32"',
    ]);
  });
  test('has the codes that token requests may name', () => {
    expect([...codes].sort()).toEqual([...children.purposes.keys(), ...children.prohibited.keys()].sort());
  });
  test('carries the hash of itself, whatever the order of its members', () => {
    expect(hashOf(compiled)).toBe(compiled.hash);
    const turned = Object.fromEntries(Object.entries(compiled).reverse());
    expect(hashOf(turned)).toBe(compiled.hash);
    expect(hashOf({ ...compiled, version: 'other' })).not.toBe(compiled.hash);
    expect(hashOf({ ...compiled, proof: {} })).toBe(compiled.hash);
  });
  test.each(['disadvantaged-children', 'uk-childrens-social-care'])(
    'has editor schemas that take each file of %s, and no unknown key',
    (name) => {
      const folder = join('shared/packs', name);
      const ajv = new Ajv({ strict: false, validateFormats: false });
      const accepts = {
        pack: ajv.compile(editorSchema('pack')),
        purpose: ajv.compile(editorSchema('purpose')),
      };
      const files = globSync(['*.yaml', 'purposes/*.yaml'], { cwd: folder });
      expect(files.length).toBeGreaterThan(5);
      for (const file of files) {
        const text = readFileSync(join(folder, file), 'utf8');
        const part = /^# yaml-language-server: \$schema=\S*\/(pack|purpose)\.schema\.json\n/.exec(text)?.[1];
        const read = accepts[part as 'pack' | 'purpose'];
        expect([file, read(parse(text)), read.errors]).toEqual([file, true, null]);
        expect(read({ ...parse(text), surprise: 1 })).toBe(false);
      }
    },
  );
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
      'departments:\n  NEW: { label: { en: New, zh: 新 } }\n',
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
  test('needs a deployment for other cohorts: together with earlier counts they would reveal individuals', () => {
    const changes = (from: string, to: string) =>
      compare('cohorts.yaml', from, to).map(({ what, needsDeployment }) => [what, needsDeployment] as const);
    expect(changes('field: sex, under: age', 'field: sex')).toEqual([
      ['cohorts / dimensions / sex / under', true],
    ]);
    expect(changes('round: 5', 'round: 3')).toEqual([['cohorts / round', true]]);
    expect(changes('en: Sex', 'en: Gender')).toEqual([['cohorts / dimensions / sex / label / en', false]]);
  });
});
