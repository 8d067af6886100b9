/**
 * The values of a fact that the pack tells apart: cut at its own thresholds, one value for each way to meet the conditions
 * that read it.
 */
import { asClientId } from '../../ids.ts';
import { contextOf, type DutyMatter } from '../decide/duty.ts';
import { factInputs } from '../decide/evidence.ts';
import type { Pack } from '../pack/pack.ts';
import type { Condition, ConditionMap } from '../schema/condition-schema.ts';
import type { Json } from '../types.ts';
import { ageAt, dayOf, isAnniversary, isoOf, parseDay } from '../value/age.ts';
import { type ConditionContext, holds } from '../value/conditions.ts';

/** One owner's value, and those of others. */
export interface Fact {
  value?: Json;
  others?: Json[];
}

/** The instant of every case: noon of an ordinary day. */
export const NOW = Date.UTC(2026, 5, 15, 4);
export const RECIPIENT = asClientId('imagined');
export const INSTITUTION = 'the institution of the caller';
/** Days ago, for what was said before a birthday. */
export const EARLIER = 3;
export const SHOWN = 'as shown';
const UNHEARD = 'anything else';

/** @param reads the conditions that read facts, those of the consent table left out */
export function factsFor(
  pack: Pack,
  field: string,
  matter: Pick<DutyMatter, 'caller' | 'ask' | 'now'>,
  reads: readonly ConditionMap[],
): Fact[] {
  const context = contextOf(pack, matter);
  const conditions = reads.flatMap((map) =>
    Object.entries(map).filter(([path]) => path.split('.')[0] === field),
  );
  const inputs = tableConditions(pack.consent);
  const { evidence } = pack.consent;
  const all =
    field === evidence.birth?.field
      ? birthDates(pack, conditions, context)
      : valuesOf(pack, field, conditions, inputs, context);
  const seen = new Map<string, Fact>();
  for (const fact of all) {
    const look = (name: string) => (name === field ? fact.value : undefined);
    const read = factInputs(evidence, field, fact.value, [fact.value, ...(fact.others ?? [])]);
    const key = JSON.stringify([
      conditions.map(([path, condition]) => holds({ [path]: condition }, look, context)),
      evidence.facts
        .filter((one) => one.field === field)
        .map(({ input }) => {
          const { values, default: usual } = pack.consent.inputs[input] ?? {};
          const word = read[input] ?? usual;
          const meets = (condition: Condition) => holds({ [input]: condition }, () => word, null);
          return [
            values?.some((one) => one === word),
            inputs.flatMap(([name, one]) => (name === input ? [meets(one)] : [])),
          ];
        }),
      field === evidence.birth?.field &&
        typeof fact.value === 'string' &&
        ageKey(pack, inputs, fact.value, context),
      field === evidence.birth?.field && typeof fact.value,
    ]);
    if (!seen.has(key)) seen.set(key, fact);
  }
  return [...seen.values()];
}

/** Every condition of the consent table, by input. */
export function tableConditions(consent: Pack['consent']): [string, Condition][] {
  const maps = [
    ...consent.stage.cases.map(({ when }) => when),
    ...consent.sections.flatMap(({ when, rows }) => [when, ...rows.map((row) => row.when)]),
  ];
  return maps.flatMap((map) => Object.entries(map));
}

/** Ages before which what was said counts less afterwards. */
function agesSaid({ consent }: Pack): number[] {
  const ages = new Set(consent.evidence.acts.map(({ age }) => age));
  const table = tableConditions(consent).flatMap(([input, condition]) =>
    ages.has(input) ? constantsOf(condition) : [],
  );
  return [...table, ...consent.evidence.acts.map(({ endsAtAge }) => endsAtAge)].filter(
    (one) => typeof one === 'number',
  );
}

/** The ages at which a rule changes. */
export function agesIn(pack: Pack): number[] {
  const { evidence } = pack.consent;
  const ages = new Set([evidence.birth?.age, ...evidence.acts.map(({ age }) => age)]);
  const table = tableConditions(pack.consent).flatMap(([input, condition]) =>
    ages.has(input)
      ? constantsOf(condition).filter((one): one is number => typeof one === 'number' && one >= 0)
      : [],
  );
  return [...new Set([...table, ...evidence.acts.flatMap(({ endsAtAge }) => endsAtAge ?? [])])].sort(
    (a, b) => a - b,
  );
}

/** For each age: the day before, the day itself, and the day after. */
function birthDates(
  pack: Pack,
  conditions: readonly [string, Condition][],
  context: ConditionContext,
): Fact[] {
  const today = dayOf(context.now, context.utcOffsetMinutes);
  const more = conditions.flatMap(([, condition]) =>
    typeof condition === 'object' && 'ageBelow' in condition ? [condition.ageBelow] : [],
  );
  // From the oldest, so that a young person is not one of this week, about whom no word could exist yet.
  const ages = [...new Set([...agesIn(pack), ...more])].sort((a, b) => b - a);
  const born = ages.flatMap((age) => {
    const date = isoOf(today);
    const day = parseDay(`${Number(date.slice(0, 4)) - age}${date.slice(4)}`) ?? today;
    return [day + 1, day, day - 1];
  });
  const { birth, facts } = pack.consent.evidence;
  const members = [
    ...conditions.map(([path]) => path.split('.')[1]),
    ...facts.map(({ field, member }) => (field === birth?.field ? member : undefined)),
  ];
  const of = { date: isoOf(born.at(-1) ?? today) };
  const marked = [...new Set(members)].flatMap((name) => (name ? [{ value: { ...of, [name]: true } }] : []));
  return [{}, ...born.map((day) => ({ value: isoOf(day) })), ...marked];
}

function ageKey(
  pack: Pack,
  inputs: readonly [string, Condition][],
  date: string,
  context: ConditionContext,
): Json {
  const { birth } = pack.consent.evidence;
  const today = dayOf(context.now, context.utcOffsetMinutes);
  const day = parseDay(date) ?? today;
  const [age, birthday] = [ageAt(day, today), isAnniversary(day, today)];
  const { cases } = pack.consent.stage;
  const look = (name: string) =>
    name === birth?.age ? age : name === birth?.birthday ? birthday : undefined;
  return [
    cases.findIndex(({ when }) => holds(when, look, null)),
    ...inputs
      .filter(([name]) => name === birth?.age)
      .map(([name, condition]) => holds({ [name]: condition }, look, null)),
    // A consent from before an age can still be in force shortly after it.
    ...agesSaid(pack).map((one) => age >= one && ageAt(day, today - EARLIER) < one),
  ];
}

function valuesOf(
  pack: Pack,
  field: string,
  conditions: readonly [string, Condition][],
  inputs: readonly [string, Condition][],
  context: ConditionContext,
): Fact[] {
  const members = new Map<string, Set<Json | undefined>>();
  const add = (path: string, values: readonly (Json | undefined)[]) => {
    const known = members.get(path) ?? new Set([undefined]);
    for (const value of values) known.add(value);
    if (values.length === 0 || values.some((value) => typeof value !== 'boolean')) known.add(UNHEARD);
    members.set(path, known);
  };
  for (const [path, condition] of conditions)
    add(path.slice(field.length + 1), [...constantsOf(condition), ...momentsOf(pack, condition, context)]);
  const agreed: Fact[] = [];
  for (const fact of pack.consent.evidence.facts.filter((one) => one.field === field)) {
    const { input, member = '', words, agreed: by } = fact;
    const table = inputs
      .filter(([name]) => name === input)
      .flatMap(([, condition]) => constantsOf(condition));
    add(member, words ? Object.keys(words) : [...table, ...(pack.consent.inputs[input]?.values ?? [])]);
    if (!by || member === '') continue;
    const said = { [member]: by.value, ...(by.with !== undefined && { [by.with]: UNHEARD }) };
    agreed.push({ value: said, others: Array.from({ length: by.owners - 1 }, () => said) });
  }
  const bare = members.get('');
  members.delete('');
  const records = [...members].reduce<Record<string, Json>[]>(
    (all, [name, values]) =>
      all.flatMap((one) =>
        [...values].map((value) => (value === undefined ? one : { ...one, [name]: value })),
      ),
    [{}],
  );
  const values = members.size > 0 ? records : [];
  return [
    {},
    ...[...(bare ?? []), ...values].flatMap((value) => (value === undefined ? [] : [{ value }])),
    ...agreed,
  ];
}

/** The values that a condition names, and those at its limits. */
export function constantsOf(condition: Condition): Json[] {
  if (typeof condition !== 'object') return [condition];
  if (Array.isArray(condition)) return [...condition];
  if ('not' in condition) return [condition.not].flat() as Json[];
  if ('holds' in condition) return [condition.holds].flat().map((one) => [one as Json]);
  const limit =
    'below' in condition && !('ratio' in condition)
      ? condition.below
      : 'from' in condition
        ? condition.from
        : null;
  return limit === null ? [] : [limit, limit - 1];
}

/** Values on both sides of what is compared with the day, the caller or the request. */
function momentsOf(
  { lists }: Pack,
  condition: Condition,
  { now, utcOffsetMinutes, areas }: ConditionContext,
): Json[] {
  if (typeof condition !== 'object' || Array.isArray(condition)) return [];
  const today = dayOf(now, utcOffsetMinutes);
  if ('same' in condition) return [condition.same === 'institution' ? INSTITUTION : SHOWN];
  if ('withinDays' in condition)
    return [isoOf(today - condition.withinDays), isoOf(today - condition.withinDays - 1)];
  if ('notPast' in condition) return [isoOf(today), isoOf(today - 1)];
  if ('onList' in condition) return [...(lists?.get(condition.onList)?.codes.slice(0, 1) ?? [])];
  if ('within' in condition) return [...areas];
  if ('ageBelow' in condition)
    return [isoOf(today - 365 * condition.ageBelow), isoOf(today - 366 * condition.ageBelow - 1)];
  if ('inForce' in condition) {
    const { from, until } = condition.inForce;
    return [
      { [from]: isoOf(today), [until]: isoOf(today) },
      { [from]: isoOf(today - 2), [until]: isoOf(today - 1) },
    ];
  }
  if ('ratio' in condition)
    return [
      { [condition.ratio]: 0, [condition.by]: 1 },
      { [condition.ratio]: condition.below, [condition.by]: 1 },
    ];
  return [];
}
