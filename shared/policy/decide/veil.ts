/**
 * What looks to a person who inquires as if no office had written it. The answer is that of the same record without these
 * fields, so that it does not tell that anything is held back, or why.
 */
import { recordsIn } from '../check/documents.ts';
import { fieldsIn } from '../pack/cells.ts';
import type { Pack } from '../pack/pack.ts';
import type { Ask, Json, Veil } from '../types.ts';
import { holds, memberOf } from '../value/conditions.ts';
import { contextOf, type DutyMatter, everyView, isShown } from './duty.ts';

/** Fields that the answer to this inquirer depends on. */
export function veilFacts({ casework }: Pack, { inquirer = '' }: Pick<Ask, 'inquirer'>): string[] {
  const { guarded } = casework?.inquiries ?? {};
  return guarded?.who.includes(inquirer) ? fieldsIn(guarded.secret, '') : [];
}

/**
 * @param redacts whether the consent table demands it
 * @returns `undefined` without an inquirer
 */
export function veilFor(pack: Pack, matter: DutyMatter, redacts: boolean): Veil | undefined {
  const { inquirer } = matter.ask;
  if (inquirer === undefined && !redacts) return undefined;
  const { guarded, own = {}, only = {}, never = {} } = pack.casework?.inquiries ?? {};
  const isGuarded = inquirer !== undefined && guarded?.who.includes(inquirer) === true;
  const endangered = redacts || (isGuarded && isEndangered(pack, matter));
  const members = new Map<string, string>();
  for (const [field, path] of Object.entries(own)) {
    const member = memberFor(pack, matter, path);
    if (member !== null) members.set(field, member);
  }
  const shows = guarded?.shows.fields ?? [];
  const isVeiled = (field: string) =>
    endangered
      ? !shows.includes(field)
      : never[inquirer ?? '']?.includes(field) || (Object.hasOwn(own, field) && !members.has(field));
  const partial = new Set([...members.keys(), ...Object.keys(only)]);
  return { endangered, members, partial, fields: new Set([...pack.fields.keys()].filter(isVeiled)) };
}

/** Whether one of the values that owners hold puts the person's safety first. */
function isEndangered(pack: Pack, matter: DutyMatter): boolean {
  const { secret = [] } = pack.casework?.inquiries.guarded ?? {};
  const context = contextOf(pack, matter);
  return everyView(matter.situation, fieldsIn(secret, '')).some((view) =>
    secret.some((conditions) => holds(conditions, (name) => view[name], context)),
  );
}

/** @returns the part of a value that the inquirer gets; `null` if it gets none */
export function partFor(pack: Pack, ask: Ask, veil: Veil | undefined, field: string, value: Json): Json {
  const told = veil && pack.casework?.inquiries.only?.[field];
  if (told && !told.some((one) => one === value)) return null;
  const member = veil?.members.get(field);
  if (member !== undefined) {
    const [record = null] = recordsIn(value);
    const part = record === null ? undefined : memberOf(record, member);
    return part === undefined ? null : { [member]: part };
  }
  if (!veil?.endangered) return value;
  // What the desk must know can't look absent: the area that it shares with the person, and the inquirer's own record.
  if (field === pack.areaField && typeof value === 'string') return value.slice(0, pack.countyDigits);
  const isCut = Array.isArray(value) && field === comparedWith(pack, ask)?.field;
  return isCut ? ownRecords(pack, ask, value) : value;
}

/** The member that the inquirer's own record names, if every list of the record names the same. */
function memberFor(pack: Pack, { ask, situation }: DutyMatter, path: string): string | null {
  const [field = '', member = ''] = path.split('.');
  if (comparedWith(pack, ask)?.field !== field) return null;
  const lists = [situation.facts[field], ...(situation.others?.[field] ?? [])];
  const named = lists.flatMap((list) => {
    const some = ownRecords(pack, ask, list ?? null).map((one) => memberOf(one, member));
    return some.length > 0 ? some : [undefined];
  });
  const [first] = named;
  return typeof first === 'string' && named.every((one) => one === first) ? first : null;
}

/** Records of a list with the name and a number that the inquirer showed. */
function ownRecords(pack: Pack, ask: Ask, value: Json): Json[] {
  const { name = '', numbers = [] } = comparedWith(pack, ask) ?? {};
  const same = (one: Json, path: string) => isShown(ask, path, memberOf(one, path.split('.')[1] ?? ''));
  return recordsIn(value).filter((one) => same(one, name) && numbers.some((path) => same(one, path)));
}

/** What the inquirer's document is compared with. */
function comparedWith({ casework }: Pack, { inquirer = '' }: Ask) {
  const known = casework?.inquiries.identity ?? {};
  const compared = Object.hasOwn(known, inquirer) ? known[inquirer] : undefined;
  if (!compared) return undefined;
  const { name, number, other } = compared;
  return { field: name.split('.')[0], name, numbers: other === undefined ? [number] : [number, other] };
}
