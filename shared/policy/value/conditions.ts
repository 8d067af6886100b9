/**
 * The one small language in which a pack states conditions: a map from a path to what its value must be.
 * All must hold. A path is a name, or `name.member`. An absent value meets only `{ held: false }`, `{ not }`.
 */
import type { Json } from '../types.ts';
import { ageOn } from './age.ts';

export type Scalar = string | number | boolean;

export type Condition =
  | Scalar
  | readonly Scalar[]
  | { readonly not: Scalar | readonly Scalar[] }
  | { readonly below: number }
  | { readonly from: number }
  | { readonly held: boolean }
  /** A list holds one of these. */
  | { readonly holds: Scalar | readonly Scalar[] }
  /** Full years since the date, at the moment of asking. */
  | { readonly ageBelow: number }
  /** A division code that lies within the area asked about. */
  | { readonly within: 'area' }
  /** Equals the value that the caller sent for comparison; or the caller sent none. */
  | { readonly same: 'compared' | 'if compared' }
  /** One number member divided by another. */
  | { readonly ratio: string; readonly by: string; readonly below: number };

export type ConditionMap = Readonly<Record<string, Condition>>;

export interface ConditionContext {
  /** Epoch milliseconds and the pack's offset, for ages. */
  now: number;
  utcOffsetMinutes: number;
  areas: readonly string[];
  /** @returns whether `value` is what the caller sent for comparison with `path`; `null`: nothing was sent. */
  compare(path: string, value: Json | undefined): boolean | null;
}

export type Lookup = (name: string) => Json | undefined;

/** @returns whether every condition of the map holds. */
export function holds(conditions: ConditionMap, look: Lookup, context: ConditionContext | null): boolean {
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
  if ('within' in condition) {
    return typeof value === 'string' && context.areas.some((area) => value.startsWith(area));
  }
  return false;
}

/** @returns the value at `name` or `name.member`; a bare value stands for its only member. */
export function valueAt(path: string, look: Lookup): Json | undefined {
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

/** Whether there is a value at all. */
export function isHeld(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

/** Infinity, which is below nothing, unless both are numbers and the divisor is positive. */
function ratio(value: Json, over: string, by: string): number {
  const [above, below] = [memberOf(value, over), memberOf(value, by)];
  return typeof above === 'number' && typeof below === 'number' && below > 0 ? above / below : Infinity;
}
