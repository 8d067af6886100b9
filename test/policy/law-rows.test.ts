/** Rules of docs/law.md that hold by the pack's tables: each by a decision about a caller. */
import { expect, it } from 'vitest';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Ask, Caller } from '../../shared/policy/types.ts';
import { children as pack } from './support.ts';

const NOW = Date.parse('2026-11-26T04:00:00Z');

/** The code by which such an office is refused, or `null`. */
function refusal(
  departments: readonly string[],
  roles: readonly string[],
  purpose: string,
  more: Partial<Ask> = {},
) {
  const caller = {
    ...{ clientId: 'office', departments, roles, areas: ['990001'], purposes: [purpose] },
    ...{
      trainedUntil: '2027-06-01',
      activities: [],
      contracts: [{ from: '2020-01-01', until: '2040-01-01' }],
    },
  } as unknown as Caller;
  const ask: Ask = {
    ...{ purpose, collection: pack.collection, subjects: 1, officer: 'li', case: 'C-1', reason: 'a review' },
    ...{
      instrument: 'W-1',
      authenticated: true,
      cleared: true,
      request: 'r',
      route: pack.purposes.get(purpose)?.route,
    },
    ...more,
  } as Ask;
  const answer = screen(pack, caller, ask, NOW);
  return 'code' in answer ? answer.code : null;
}

it.each([
  ['COURT', 'judicial-publisher'],
  ['PROC', 'judicial-publisher'],
  ['MPS', 'judicial-publisher'],
  ['JUSTICE', 'judicial-publisher'],
  ['MCA', 'civil-publisher'],
  ['EDU', 'civil-publisher'],
])(
  'A6.2: the publicity office of %s publishes by M1, and by no purpose of an investigation',
  (department, role) => {
    expect(refusal([department], [role], 'M1')).toBeNull();
    expect(refusal([department], [role], 'J1')).toBe('PURPOSE_NOT_FOR_ROLE');
  },
);

it('A6.2: no body that holds records publishes, and no office has both roles', () => {
  for (const role of ['court', 'police', 'county-civil-affairs', 'county-education']) {
    const departments = [...(pack.roles.get(role)?.departments ?? [])];
    expect(refusal(departments, [role], 'M1')).toBe('PURPOSE_NOT_FOR_ROLE');
    const together = pack.apart?.filter(
      ({ one, other }) => one.includes('judicial-publisher') && other.includes(role),
    );
    expect(together).toHaveLength(1);
  }
});

it.each(['W1', 'W3', 'S1', 'J1', 'E1'])(
  'A6.3: a political and legal commission gets no row by %s, and counts',
  (purpose) => {
    expect(refusal(['PLC'], ['statistics-office', 'court', 'police', 'school'], purpose)).toBe(
      'PURPOSE_NOT_FOR_ROLE',
    );
    expect(refusal(['PLC'], ['statistics-office'], 'A1')).toBeNull();
  },
);

it('A10.2: volunteers act only under a registered activity', () => {
  expect(refusal(['YOUTH'], ['youth-league'], 'F1', { activity: 'ACT-NONE' })).toBe('NO_ACTIVITY');
});

it.each(['PX1', 'PX7', 'PX8'])('A11.2, A15.1: %s is refused for every office, with every role', (purpose) => {
  const [departments, roles] = [[...pack.departments.keys()], [...pack.roles.keys()]];
  expect(refusal(departments, roles, purpose)).toBe('PROHIBITED_PURPOSE');
});

it('A14.2: publication shows two coarsened values and no other', () => {
  const cells = [...(pack.purposes.get('M1')?.cells ?? [])].map(([field, { form }]) => [field, form]);
  expect(Object.fromEntries(cells)).toEqual({ birth_date: 'generalised', division_code: 'generalised' });
});

it('A15.2: no statistic counts by name, and the compiler knows no order of people', () => {
  const dimensions = Object.values(pack.cohorts?.dimensions ?? {}).map(({ field }) => field);
  for (const field of ['name', 'id_number', 'harm_incident', 'visit_notes', 'hiv_status'])
    expect(dimensions).not.toContain(field);
  expect(refusal(['MCA'], ['county-civil-affairs'], 'W1', { reason: '按困难程度排名', cleared: false })).toBe(
    'REASON_NEEDS_REVIEW',
  );
});
