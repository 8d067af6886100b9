/** An officer whom a consent names works on the case while the consent's giver counts. */
import { expect, it } from 'vitest';
import { type CaseRecord, caseFault } from '../../shared/policy/decide/cases.ts';
import { type DutyMatter, isMet } from '../../shared/policy/decide/duty.ts';
import { isOfficer } from '../../shared/policy/decide/officers.ts';
import { children as pack } from './support.ts';

const NOW = Date.parse('2026-12-01T00:00:00Z');
const given = {
  ...{ id: 'consent-1', version: 1, purpose: 'H1', recipient: 'health-hospital', fields: ['name'] },
  ...{ giver: 'guardian', act: 'given', officers: ['ma.lin'] },
  ...{ from: '2026-11-01T00:00:00Z', until: '2027-02-01T00:00:00Z', at: '2026-11-01T00:00:00Z' },
};
const assigned = (rests: ReadonlyMap<string, string> | undefined, officer = 'ma.lin') =>
  isMet(
    pack,
    { assigned: true } as never,
    {
      ...{ caller: { clientId: 'health-hospital' }, ask: { purpose: 'H1', officer }, now: NOW },
      situation: { consents: [given], rests },
    } as unknown as DutyMatter,
  );

it('names no officer once the record no longer names its giver', () => {
  expect(assigned(new Map([['consent-1', '0']]))).toBe(true);
  expect(assigned(new Map())).toBe(false);
  expect(assigned(new Map([['consent-1', '0']]), 'liu.yang')).toBe(false);
});

it('means the person of the name who was known when it was filed, and another person of that name is none', () => {
  const by = (person: string | undefined, known: object) =>
    isMet(
      pack,
      { assigned: true } as never,
      {
        caller: { clientId: 'health-hospital' },
        ask: { purpose: 'H1', officer: 'ma.lin', ...(person && { person }) },
        now: NOW,
        situation: { consents: [{ ...given, known }], rests: new Map([['consent-1', '0']]) },
      } as unknown as DutyMatter,
    );
  const known = { 'ma.lin': ['a.one'] };
  expect([by('a.one', known), by('a.other', known)]).toEqual([true, false]);
  // If no person was known by the name, the name decides; a name that is only claimed stands for no known person.
  expect([by('a.other', {}), by(undefined, {}), by(undefined, known)]).toEqual([true, true, false]);
  // No name is one of the language's own.
  const odd = { ...given, officers: ['constructor'] };
  expect(isOfficer(odd, 'constructor', 'a.one')).toBe(true);
});

it('a name that the office only claims is no officer of a case whose person is known, and is one where no person is', () => {
  const record = { state: 'open', until: '2027-01-01T00:00:00Z', officers: ['ren.jie', 'bai.lu'] };
  const known = { 'ren.jie': ['a.one'] };
  const fault = (officer: string, person: string | null) =>
    caseFault({ ...record, known } as unknown as CaseRecord, officer, person, NOW);
  expect([fault('ren.jie', 'a.one'), fault('ren.jie', 'a.other'), fault('ren.jie', null)]).toEqual([
    null,
    'CASE_NOT_ASSIGNED',
    'CASE_NOT_ASSIGNED',
  ]);
  expect([fault('bai.lu', null), fault('bai.lu', 'a.other'), fault('ren', null)]).toEqual([
    null,
    null,
    'CASE_NOT_ASSIGNED',
  ]);
});
