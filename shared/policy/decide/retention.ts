/** Which fields of a record are past their retention, and whether the record is. Pure. */
import type { Pack } from '../pack/pack.ts';
import type { Json } from '../types.ts';
import { ageAt, birthOf, type Day, dayOf } from '../value/age.ts';

/** The known facts of a record. Instants are RFC 3339. */
export interface Kept {
  /** All birth dates held by the owners. */
  births: readonly Json[];
  /** Fields of one owner, with the instant of each write. */
  fields: ReadonlyMap<string, string>;
}

/** @returns whether every possible age puts the record past its retention */
export function isRecordOver(pack: Pack, births: readonly Json[], now: number): boolean {
  const { retention } = pack;
  return retention !== undefined && isPast(pack, births, retention.record, now);
}

/** @returns the fields past their retention, sorted */
export function fieldsOver(pack: Pack, { births, fields }: Kept, now: number): string[] {
  const over = new Set<string>();
  for (const { fields: names, yearsAfterAge, yearsAfterWrite } of pack.retention?.periods ?? []) {
    const grown = yearsAfterAge !== undefined && isPast(pack, births, yearsAfterAge, now);
    for (const name of names) {
      const written = fields.get(name);
      if (written === undefined) continue;
      const old = yearsAfterWrite !== undefined && isOld(pack, written, yearsAfterWrite, now);
      if (grown || old) over.add(name);
    }
  }
  return [...over].sort();
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
