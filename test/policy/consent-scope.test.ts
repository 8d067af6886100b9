/** What every decision demands of consents before anything is opened. */
import { expect, it } from 'vitest';
import { carriersOf } from '../../shared/policy/decide/consent-scope.ts';
import type { ConsentArtefact } from '../../shared/policy/types.ts';
import { children as pack } from './support.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');
const USE = { purpose: 'C2', recipient: 'platform-lantern' };
const consent = (change: Partial<ConsentArtefact> = {}): ConsentArtefact => ({
  ...{ id: 'c', version: 1, ...USE, giver: 'guardian', act: 'given', fields: ['birth_date', 'illness'] },
  ...{ from: '2026-11-01T00:00:00Z', until: '2027-11-01T00:00:00Z', at: '2026-11-01T00:00:00Z' },
  ...change,
});
const stands = (consents: ConsentArtefact[]) =>
  carriersOf(pack, USE, ['birth_date', 'illness'], consents, NOW).length > 0;

it('one consent names every field: two that share them do not', () => {
  expect(stands([consent()])).toBe(true);
  expect(stands([consent({ fields: ['birth_date'] }), consent({ fields: ['illness'] })])).toBe(false);
});

it('a consent to at most a predicate suffices for a yes or no', () => {
  expect(stands([consent({ forms: { illness: 'predicate' } })])).toBe(true);
  expect(stands([consent({ forms: { illness: 'token' } })])).toBe(false);
});

it('counts no consent beyond the longest time of the policy', () => {
  expect(stands([consent({ from: '2020-01-01T00:00:00Z' })])).toBe(false);
});

it('counts no consent that was withdrawn, or is to another recipient', () => {
  expect(stands([consent({ act: 'withdrawn' })])).toBe(false);
  expect(stands([consent({ recipient: 'platform-beacon' })])).toBe(false);
});
