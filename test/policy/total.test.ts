/** Every input has an answer, and an input unknown to the pack never releases. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateField } from '../../shared/policy/check/validate.ts';
import { decideConsent, releases } from '../../shared/policy/decide/consent.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { mustSeal } from '../../shared/policy/pack/pack.ts';
import { present } from '../../shared/policy/present/present.ts';
import type { Json } from '../../shared/policy/types.ts';
import { askFor, callerFor, children, NOW, situation } from './support.ts';

const runs = { numRuns: process.env['SLOW'] ? 20_000 : 300 };
const json = fc.jsonValue() as fc.Arbitrary<Json>;
const { consent } = children;

/** Inputs of the table, each from its own list of values or anything at all. */
const inputs = fc.dictionary(
  fc.oneof(fc.constantFrom(...Object.keys(consent.inputs)), fc.string()),
  fc.oneof(
    fc.constantFrom(...Object.values(consent.inputs).flatMap(({ values }) => values ?? [])),
    fc.integer({ min: 0, max: 20 }),
    json,
  ),
);

test('the consent table answers every input, by a verdict it knows', () => {
  fc.assert(
    fc.property(inputs, (given) => {
      const { decision } = decideConsent(consent, given as Record<string, Json>);
      expect(consent.verdicts.map(({ verdict }) => verdict)).toContain(decision);
      const known = Object.keys(given).every((name) => Object.hasOwn(consent.inputs, name));
      if (!known) expect(releases(consent, decision)).toBe(false);
      if (given['purposeKind'] === 'prohibited') expect(decision).toBe('DENY_ALERT');
    }),
    runs,
  );
});

test('a decision answers any facts, and releases nothing beyond the cells of its purpose', () => {
  const facts = fc.record(
    { birth_date: json, guardianship_status: json, able_to_express_will: json, division_code: json },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.constantFrom(...children.purposes.keys()), facts, (purpose, held) => {
      const about = situation({ facts: held as Record<string, Json> });
      const decision = decide(children, callerFor(children, purpose), askFor(children, purpose), about, NOW);
      const cells = children.purposes.get(purpose)?.cells;
      for (const field of decision.fields.keys()) expect(cells?.has(field)).toBe(true);
    }),
    runs,
  );
});

test('every form of any value is made without an error, and a masked name shows two characters at most', () => {
  fc.assert(
    fc.property(fc.constantFrom(...children.purposes.keys()), json, fc.string(), (purpose, value, name) => {
      for (const [field, cell] of children.purposes.get(purpose)?.cells ?? []) {
        const context = {
          now: NOW,
          caller: callerFor(children, purpose),
          ask: askFor(children, purpose),
          token: 't',
        };
        present(
          children,
          field,
          { cell, disputed: false },
          { ...context, values: new Map(cell.sources.map((source) => [source, value])) },
        );
        if (field !== 'name' || cell.form !== 'masked') continue;
        const shown = present(
          children,
          field,
          { cell, disputed: false },
          { ...context, values: new Map([['name', name]]) },
        );
        expect([...String(shown?.value).replaceAll('*', '')].length).toBeLessThanOrEqual(2);
      }
    }),
    runs,
  );
});

test('any value is either well-formed or refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...children.fields.keys()), json, (field, value) => {
      expect(validateField(children, field, value, { other: new Map(), now: NOW })).toHaveProperty(
        'malformed',
      );
    }),
    runs,
  );
});

test('the everyday answers of W1, W3 and S1 need no encryption to the caller; an opened restricted field does', () => {
  const seals = (purpose: string, fields?: string[]) => {
    const ask = askFor(children, purpose, { imminentDangerAttested: true, ...(fields ? { fields } : {}) });
    const screening = screen(children, callerFor(children, purpose), ask, NOW);
    if (!screening.ok) throw new Error(screening.code);
    return mustSeal(
      children,
      new Map([...screening.cells].map(([field, cell]) => [field, { cell, disputed: false }])),
    );
  };
  expect(['W1', 'W3', 'S1'].map((purpose) => seals(purpose))).toEqual([false, false, false]);
  expect(seals('E1', ['medical_record'])).toBe(true);
  expect(seals('E1', ['name'])).toBe(false);
});
