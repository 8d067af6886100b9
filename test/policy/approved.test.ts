/** An approval that a purpose states is enforced: by the register of cases, or by another part of the pack. */
import { expect, it } from 'vitest';
import { type CaseRecord, isRecent } from '../../shared/policy/decide/cases.ts';
import { children } from './support.ts';

it('is met by the register for what officers read of a person, and by other parts of the pack for the rest', () => {
  const stated = [...children.purposes.values()].filter(({ approval }) =>
    ['case', 'role'].includes(approval),
  );
  const register = stated.filter((one) => one.case === 'registered').map(({ code }) => code);
  expect(register.sort()).toEqual(['D1', 'F1', 'H1', 'J2', 'K1', 'R1', 'W1', 'W3']);
  const others = stated.filter((one) => one.case === undefined).map(({ code }) => code);
  expect(others.sort()).toEqual(['A1', 'C1', 'C2', 'N1', 'S1', 'W4', 'X1']);
});

it('counts a case as opened again within 180 days of the end of the last one, if that was ever in force', () => {
  const at = (day: string) => `${day}T00:00:00Z`;
  const last = { until: at('2026-03-10'), again: false, confirmed: {} } as CaseRecord;
  const closed = { ...last, closed: { at: at('2026-02-01') } } as CaseRecord;
  const on = (record: CaseRecord, day: string) => isRecent(children, record, Date.parse(at(day)));
  expect([on(last, '2026-09-05'), on(last, '2026-09-08')]).toEqual([true, false]);
  expect([on(closed, '2026-07-30'), on(closed, '2026-08-02')]).toEqual([true, false]);
  const { confirmed: _, ...lapsed } = last;
  expect(on(lapsed, '2026-03-11')).toBe(false);
});
