import { Problem } from '../../shared/errors.ts';
import { endOf } from '../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';

/** When a task that is opened now is due, and when it is reminded of. @throws Problem INTERNAL for an unknown kind */
export function timesOf(
  pack: Pack,
  kind: string,
  opened: number,
): { opened: string; due: string; remind?: string } {
  const known = pack.tasks.get(kind);
  if (!known) throw new Problem('INTERNAL', { detail: 'The policy knows no such kind of task.' });
  const at = (instant: number) => new Date(instant).toISOString();
  return {
    opened: at(opened),
    due: at(endOf(pack.calendar, known.within, opened)),
    ...(known.remind && { remind: at(endOf(pack.calendar, known.remind, opened)) }),
  };
}
