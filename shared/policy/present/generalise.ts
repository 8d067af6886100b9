/** Coarser forms of a value: ages, bands, shorter codes, cases. */
import type { Generalisation } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { ageAt, birthOf, dayOf, lastYearStart } from '../value/age.ts';
import { holds, type Lookup, memberOf } from '../value/conditions.ts';

export interface Clock {
  now: number;
  utcOffsetMinutes: number;
}

/** @returns the coarser value, or `undefined` if the value has none: then nothing is shown. */
export function generalise(level: Generalisation, value: Json, look: Lookup, clock: Clock): Json | undefined {
  if (level.by === 'age') return age(level, value, clock);
  if (level.by === 'prefix') return prefix(level, value);
  if (level.by === 'cases') return level.cases.find(({ when }) => holds(when, look, null))?.value;
  return level.by === 'each' ? each(level, value) : undefined;
}

/**
 * Full years, or a band of them. A band uses the age at the latest start of a year that the pack names, so that the day
 * of its change reveals nothing about the birthday.
 */
function age(
  { bands, yearStarts }: Extract<Generalisation, { by: 'age' }>,
  value: Json,
  clock: Clock,
): Json | undefined {
  const birth = birthOf(value);
  const today = dayOf(clock.now, clock.utcOffsetMinutes);
  if (!birth || birth.day > today) return undefined;
  const years = Math.max(
    0,
    ageAt(birth.day, yearStarts === undefined ? today : lastYearStart(today, yearStarts)),
  );
  if (!bands) return years;
  const index = bands.findLastIndex((start) => years >= start);
  const next = bands[index + 1];
  return next === undefined ? `${bands[index]}+` : `${bands[index]}-${next - 1}`;
}

/** The first digits of a code with at least as many digits. Free text has none. */
function prefix(
  { digits, member, unit }: Extract<Generalisation, { by: 'prefix' }>,
  value: Json,
): Json | undefined {
  const code = member === undefined ? value : memberOf(value, member);
  if (typeof code !== 'string' || code.length < digits) return undefined;
  return unit === 'character' || /^\d+$/.test(code) ? code.slice(0, digits) : undefined;
}

function each({ words, member }: Extract<Generalisation, { by: 'each' }>, value: Json): Json | undefined {
  const list = member === undefined || Array.isArray(value) ? value : (memberOf(value, member) ?? null);
  const items = Array.isArray(list) ? list : [list];
  const found = items.flatMap((item) =>
    typeof item === 'string' && Object.hasOwn(words, item) ? [words[item] as string] : [],
  );
  return found.length === 0 ? undefined : [...new Set(found)].sort();
}
