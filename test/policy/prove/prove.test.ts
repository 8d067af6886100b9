/** Sentences of law: each holds, speaks of something, and is broken by a change of its pack, by a case that can be explained. */
import { describe, expect, test } from 'vitest';
import { compilePack } from '../../../shared/policy/compile/compile.ts';
import { explain } from '../../../shared/policy/compile/show/explain.ts';
import { loadPack } from '../../../shared/policy/pack/load-pack.ts';
import { situationFrom, type Written } from '../../../shared/policy/prove/imagined.ts';
import { prove } from '../../../shared/policy/prove/prove.ts';
import { CHILDREN, type Mutants, mutant, STARTER, UK } from './mutants.ts';

describe.each<[string, Mutants, number]>([
  ['disadvantaged-children', CHILDREN, 25],
  ['uk-childrens-social-care', UK, 10],
  ['starter', STARTER, 5],
])('the sentences of %s', (name, mutants, atLeast) => {
  const { pack: compiled, faults } = compilePack(`shared/packs/${name}`);
  if (!compiled) throw new Error(JSON.stringify(faults));
  const pack = loadPack(compiled);
  const names = Object.keys(pack.theorems ?? {});

  test('hold in every case, and each speaks of some', { timeout: 300_000 }, () => {
    expect(names.length).toBeGreaterThanOrEqual(atLeast);
    const proofs = prove(pack);
    expect(proofs.filter(({ holds }) => !holds)).toEqual([]);
    for (const { sentence, cells } of proofs) expect([sentence, cells > 0]).toEqual([sentence, true]);
  });
  test('have each a change of the pack that breaks it', () => {
    expect(Object.keys(mutants)).toEqual(names);
  });
  test.each(Object.entries(mutants))(
    '%s is broken by its change',
    { timeout: 300_000 },
    (sentence, changes) => {
      const changed = loadPack(mutant(compiled, changes));
      const [proof] = prove(changed, sentence);
      expect(proof?.holds).toBe(false);
      const { request, what = '' } = proof?.against ?? {};
      if (pack.theorems?.[sentence]?.closed || pack.theorems?.[sentence]?.alike) return;
      // The case is a whole request: as JSON it goes to `explain`, which shows the same.
      const { caller, ask, situation, at } = situationFrom(JSON.parse(JSON.stringify(request)) as Written);
      const shown = explain(changed, caller, ask, situation, at);
      const [field, form] = what.split(': ');
      if (form === undefined) expect(shown.obligations).toContain(what);
      else expect(shown.fields.find((one) => one.field === field)?.words.split(' ')[0]).toBe(form);
    },
  );
});

test('a sentence that speaks of no case does not hold', () => {
  const { pack } = compilePack('shared/packs/starter');
  const one = { say: { en: 'x' }, rules: ['LIB1'], never: ['plain'] };
  const of = (changes: object) =>
    prove(loadPack({ ...pack, theorems: { one: { ...one, ...changes } } })).map(({ holds }) => holds);
  expect(of({})).toEqual([false]);
  expect(of({ roles: ['teacher'] })).toEqual([true]);
  expect(of({ purposes: ['LEND'], roles: ['teacher'] })).toEqual([false]);
  expect(of({ roles: ['teacher'], when: [{ said: { reader: 'of no such word' } }] })).toEqual([false]);
});
