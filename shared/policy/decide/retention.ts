/** Which fields of a record are past their retention, and whether the record is. Pure. */
import type { Pack } from '../pack/pack.ts';
import type { Json } from '../types.ts';
import { ageAt, birthOf, type Day, dayOf } from '../value/age.ts';
import { factsOf, holds } from '../value/conditions.ts';
import { everyView } from './duty.ts';

/** The known facts of a record. Instants are RFC 3339. */
export interface Kept {
  /** All birth dates held by the owners. */
  births: readonly Json[];
  /** Fields of one owner, with the instant of each write. */
  fields: ReadonlyMap<string, string>;
  /** Since when each event of `ended` is known to have taken place. */
  ended?: ReadonlyMap<string, string>;
}

/** @returns whether every possible age puts the record past its retention, or an event does */
export function isRecordOver(
  pack: Pack,
  { births, ended }: Pick<Kept, 'births' | 'ended'>,
  now: number,
): boolean {
  const { retention } = pack;
  if (retention === undefined) return false;
  return isPast(pack, births, retention.record, now) || haveEnded(pack, retention.recordAfterEnd, ended, now);
}

/** Whether one of the events took place so many years ago. */
function haveEnded(
  pack: Pack,
  after: Readonly<Record<string, number>> | undefined,
  ended: Kept['ended'],
  now: number,
): boolean {
  return Object.entries(after ?? {}).some(([event, years]) => {
    const at = ended?.get(event);
    return at !== undefined && isOld(pack, at, years, now);
  });
}

/** @returns the fields past their retention, sorted */
export function fieldsOver(pack: Pack, { births, fields, ended }: Kept, now: number): string[] {
  const over = new Set<string>();
  for (const { fields: names, yearsAfterAge, yearsAfterWrite, yearsAfterEnd } of pack.retention?.periods ??
    []) {
    const grown = yearsAfterAge !== undefined && isPast(pack, births, yearsAfterAge, now);
    const closed = haveEnded(pack, yearsAfterEnd, ended, now);
    for (const name of names) {
      const written = fields.get(name);
      if (written === undefined) continue;
      const old = yearsAfterWrite !== undefined && isOld(pack, written, yearsAfterWrite, now);
      if (grown || old || closed) over.add(name);
    }
  }
  return [...over].sort();
}

/**
 * The facts that may show an event after which fields end. None while none of the fields that would end with it is
 * held, or while the last write of its facts is too recent.
 * @param written the last write of each held field
 */
export function factsOfEnd(pack: Pack, written: ReadonlyMap<string, string>, now: number): string[] {
  const { ended = {}, periods = [], recordAfterEnd } = pack.retention ?? {};
  const whole = { fields: [...written.keys()], yearsAfterEnd: recordAfterEnd };
  const due = Object.entries(ended).filter(([event, shown]) => {
    const since = lastOf(factsOf([shown]), written);
    return [...periods, whole].some(({ fields, yearsAfterEnd: { [event]: years } = {} }) => {
      if (since === undefined || years === undefined) return false;
      return isOld(pack, since, years, now) && fields.some((name) => written.has(name));
    });
  });
  return factsOf(due.map(([, shown]) => shown));
}

/** The events with which the person is gone. */
export const eventsOfGone = ({ retention }: Pack) => Object.keys(retention?.recordAfterEnd ?? {});

/** The facts that say whether the person is gone. */
export const factsOfGone = (pack: Pack) =>
  factsOf(eventsOfGone(pack).flatMap((event) => pack.retention?.ended?.[event] ?? []));

/** @param values of each opened fact, by owner @returns whether each possible view of them shows the event; none while a fact is not open */
export function viewsOfEnd(
  { retention }: Pack,
  event: string,
  values: ReadonlyMap<string, readonly Json[]>,
): boolean[] {
  const shown = retention?.ended?.[event];
  const names = factsOf(shown ? [shown] : []);
  if (!shown || names.some((name) => !values.has(name))) return [];
  const facts = Object.fromEntries([...values].map(([name, [first = null]]) => [name, first]));
  const others = Object.fromEntries([...values].map(([name, [, ...more]]) => [name, more]));
  return everyView({ facts, others }, names).map((view) =>
    shown.any.some((conditions) => holds(conditions, (name) => view[name], null)),
  );
}

/**
 * @param values of each opened fact, by owner
 * @returns the instant at which each event ended, of the events whose facts are open
 */
export function endedSince(
  pack: Pack,
  written: ReadonlyMap<string, string>,
  values: ReadonlyMap<string, readonly Json[]>,
): Map<string, string> {
  return new Map(
    Object.entries(pack.retention?.ended ?? {}).flatMap(([event, shown]) => {
      const since = lastOf(factsOf([shown]), written);
      const views = viewsOfEnd(pack, event, values);
      return since !== undefined && views.length > 0 && views.every(Boolean) ? [[event, since] as const] : [];
    }),
  );
}

function lastOf(fields: readonly string[], written: ReadonlyMap<string, string>): string | undefined {
  return fields
    .flatMap((name) => written.get(name) ?? [])
    .sort()
    .at(-1);
}

/** @returns whether the person has passed the age at which recipients delete, by every possible age */
export function isGrown(pack: Pack, births: readonly Json[], now: number): boolean {
  return isPast(pack, births, 0, now);
}

/** From the day after the birthday. Several dates: the youngest age counts. An estimated date: the latest day. */
function isPast(pack: Pack, births: readonly Json[], years: number, now: number): boolean {
  const known = births.map(birthOf);
  if (!pack.retention || known.length === 0) return false;
  const least = pack.retention.age + years;
  const yesterday = today(pack, now) - 1;
  const tolerance = pack.consent.evidence.birth?.toleranceDays ?? 0;
  return known.every(
    (birth) => birth !== null && ageAt(birth.day + (birth.estimated ? tolerance : 0), yesterday) >= least,
  );
}

function isOld(pack: Pack, written: string, years: number, now: number): boolean {
  const at = Date.parse(written);
  return !Number.isNaN(at) && ageAt(dayOf(at, pack.calendar.utcOffsetMinutes), today(pack, now)) >= years;
}

function today({ calendar }: Pack, now: number): Day {
  return dayOf(now, calendar.utcOffsetMinutes);
}
