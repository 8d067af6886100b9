import { expect, it } from 'vitest';
import { screen } from '../../shared/policy/decide/screen.ts';
import { screenOnce } from '../../shared/policy/decide/screen-once.ts';
import { askFor, callerFor, children } from './support.ts';

const NOW = Date.parse('2026-03-02T02:00:00Z');

it('one request is screened once, and again for another caller, instant or pack', () => {
  const ask = askFor(children, 'W1');
  const caller = callerFor(children, 'W1');
  const first = screenOnce(children, caller, ask, NOW);
  expect(first).toEqual(screen(children, caller, ask, NOW));
  expect(screenOnce(children, caller, ask, NOW)).toBe(first);

  const others: Parameters<typeof screen>[] = [
    [children, { ...caller, purposes: [] }, ask, NOW],
    [children, { ...caller, trainedUntil: '2026-03-01' }, ask, NOW],
    [children, { ...caller, trainedUntil: '2026-03-02' }, ask, NOW + 10 * 86_400_000],
    [{ ...children, purposes: new Map() }, caller, ask, NOW],
    [children, caller, { ...ask, purpose: 'S1' }, NOW],
  ];
  for (const other of others) {
    screenOnce(children, caller, ask, NOW);
    expect(screenOnce(...other)).toEqual(screen(...other));
    expect(screenOnce(...other)).not.toEqual(first);
  }
});
