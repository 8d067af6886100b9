/**
 * The language of a pack's conditions: a map from a path to the required value. All entries must hold. A path
 * is a name, or `name.member`. An absent value meets only `{ held: false }` and `{ not }`.
 */
import type { Condition, ConditionMap } from '../schema/condition-schema.ts';
import type { Json } from '../types.ts';
import { ageOn, dayOf, isoOf, parseDay } from './age.ts';

type Scalar = string | number | boolean;

export interface ConditionContext {
  /** Epoch milliseconds and the pack's offset, for ages. */
  now: number;
  utcOffsetMinutes: number;
  areas: readonly string[];
  /** The caller's registered institution. Absent or `null`: no value equals it. */
  institution?: string | null;
  /** Lists of codes by name. Absent: every list is empty. */
  lists?: ReadonlyMap<string, { readonly codes: readonly string[] }>;
  /** @returns whether `value` equals the value sent for comparison with `path`; `null` if none was sent. */
  compare(path: string, value: Json | undefined): boolean | null;
}

export type Lookup = (name: string) => Json | undefined;

/**
 * Of a list of records, one record must meet all conditions on its members.
 * @returns whether every condition of the map holds
 */
export function holds(conditions: ConditionMap, look: Lookup, context: ConditionContext | null): boolean {
  const list = recordsIn(conditions).find((name) => Array.isArray(look(name)));
  if (list === undefined) return holdsOf(conditions, look, context);
  return (look(list) as Json[]).some((one) =>
    holds(conditions, (name) => (name === list ? one : look(name)), context),
  );
}

const records = new WeakMap<ConditionMap, readonly string[]>();

/** The names of records whose members are asked for. A pack's conditions are asked of each request. */
function recordsIn(conditions: ConditionMap): readonly string[] {
  let names = records.get(conditions);
  if (!names) {
    const dotted = Object.keys(conditions).filter((path) => path.includes('.'));
    names = dotted.map((path) => path.slice(0, path.indexOf('.')));
    records.set(conditions, names);
  }
  return names;
}

function holdsOf(conditions: ConditionMap, look: Lookup, context: ConditionContext | null): boolean {
  for (const path in conditions) {
    if (!meets(conditions[path] as Condition, path, look, context)) return false;
  }
  return true;
}

function meets(condition: Condition, path: string, look: Lookup, context: ConditionContext | null): boolean {
  const value = valueAt(path, look);
  if (typeof condition !== 'object') return value === condition;
  if (Array.isArray(condition)) return condition.includes(value as Scalar);
  if ('not' in condition) return !isOneOf(value, condition.not);
  if ('held' in condition) return isHeld(value) === condition.held;
  if ('same' in condition && condition.same === 'institution')
    return typeof value === 'string' && sameText(value, context?.institution ?? '');
  if ('same' in condition) return context?.compare(path, value) ?? condition.same === 'if compared';
  if (value === undefined || value === null) return false;
  if ('holds' in condition)
    return Array.isArray(value) && value.some((item) => isOneOf(item, condition.holds));
  if ('ratio' in condition) return ratio(value, condition.ratio, condition.by) < condition.below;
  if ('below' in condition) return typeof value === 'number' && value < condition.below;
  if ('from' in condition) return typeof value === 'number' && value >= condition.from;
  if (context === null) return false;
  if ('ageBelow' in condition) {
    const age = ageOn(value, context.now, context.utcOffsetMinutes);
    return age !== null && age >= 0 && age < condition.ageBelow;
  }
  if ('onList' in condition) {
    const codes = context.lists?.get(condition.onList)?.codes ?? [];
    return typeof value === 'string' && codes.some((code) => value.startsWith(code));
  }
  if ('inForce' in condition) {
    const { from, until } = condition.inForce;
    const today = todayIn(context);
    const records = Array.isArray(value) ? value : [value];
    return records.some(
      (one) => hasBegun(memberOf(one, from), today) && !isOver(memberOf(one, until), today),
    );
  }
  if ('notPast' in condition) return typeof value === 'string' && !isOver(value, todayIn(context));
  if ('withinDays' in condition) {
    const day = parseDay(value);
    const passed = day === null ? -1 : dayOf(context.now, context.utcOffsetMinutes) - day;
    return passed >= 0 && passed <= condition.withinDays;
  }
  if ('within' in condition) {
    return typeof value === 'string' && context.areas.some((area) => value.startsWith(area));
  }
  return false;
}

/** @returns the value at `name` or `name.member`; a bare value stands for its only member. */
function valueAt(path: string, look: Lookup): Json | undefined {
  const dot = path.indexOf('.');
  if (dot < 0) return look(path);
  const value = look(path.slice(0, dot));
  return memberOf(value, path.slice(dot + 1));
}

/** @returns the own member of a record; a bare value is taken as the member itself. */
export function memberOf(value: Json | undefined, member: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  return !Array.isArray(value) && Object.hasOwn(value, member) ? value[member] : undefined;
}

function isOneOf(value: Json | undefined, wanted: Scalar | readonly Scalar[]): boolean {
  return Array.isArray(wanted) ? wanted.includes(value as Scalar) : value === wanted;
}

/** Whether there is a value. */
export function isHeld(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

function todayIn({ now, utcOffsetMinutes }: ConditionContext): string {
  return isoOf(dayOf(now, utcOffsetMinutes));
}

/** A month begins with its first day and ends with its last. A record without a beginning has not begun. */
function hasBegun(from: Json | undefined, today: string): boolean {
  return typeof from === 'string' && from !== '' && from <= today.slice(0, from.length);
}

function isOver(until: Json | undefined, today: string): boolean {
  return typeof until === 'string' && until < today.slice(0, until.length);
}

/**
 * Whether a failed condition map can be answered with no: each value that it reads is held, and each record
 * has a beginning if the condition needs one. An empty list counts as held, because it states that there is
 * none.
 */
export function isAnswerable(conditions: ConditionMap, look: Lookup): boolean {
  return Object.entries(conditions).every(([path, condition]) => {
    const value = valueAt(path, look);
    if (value === undefined || value === null) return false;
    if (typeof condition !== 'object' || !('inForce' in condition)) return true;
    const { from } = condition.inForce;
    return (Array.isArray(value) ? value : [value]).every((one) => typeof memberOf(one, from) === 'string');
  });
}

/** Whether two texts are equal apart from width and spaces. An empty text equals nothing. */
export function sameText(one: string, other: string): boolean {
  return foldBlanks(one) !== '' && foldBlanks(one) === foldBlanks(other);
}

function foldBlanks(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '');
}

/** Infinity, which fails every upper bound, unless both are numbers and the divisor is positive. */
function ratio(value: Json, over: string, by: string): number {
  const [above, below] = [memberOf(value, over), memberOf(value, by)];
  return typeof above === 'number' && typeof below === 'number' && below > 0 ? above / below : Infinity;
}

/** Fields that these requirements read. */
export function factsOf(requirements: readonly { any?: readonly object[] | undefined }[]): string[] {
  const paths = requirements.flatMap(({ any = [] }) => any.flatMap((conditions) => Object.keys(conditions)));
  return [...new Set(paths.map((path) => path.split('.', 1)[0] as string))];
}
