/**
 * The released form of a decided field. All masks, generalisations and predicates are made here from the
 * pack's tables, before anything leaves. There is one form for each field and purpose, whichever department
 * owns the value.
 */

import { isTrue, lookup } from '../check/predicate.ts';
import type { FieldDef, Pack } from '../pack/pack.ts';
import type { FieldDecision, Json, PresentContext, Presented } from '../types.ts';
import { generalise } from './generalise.ts';
import { mask } from './mask.ts';

/** @returns the released form, or `undefined` if the field is not held (a predicate is never absent). */
export function present(
  pack: Pack,
  field: string,
  decision: FieldDecision,
  context: PresentContext,
): Presented | undefined {
  const def = pack.fields.get(field);
  const { form, how } = decision.cell;
  if (!def) return undefined;
  if (form === 'token') return { form, value: context.token };
  if (form === 'predicate') return how === undefined ? undefined : predicate(pack, field, how, context);
  if (form === 'generalised')
    return how === undefined ? undefined : generalised(pack, field, how, decision, context);
  const value = context.values.get(field);
  if (value === undefined || value === null) return undefined;
  return form === 'plain' && !wouldReveal(pack, def, value, context)
    ? { form, value }
    : masked(pack, def, value, context);
}

function masked(pack: Pack, def: FieldDef, value: Json, context: PresentContext): Presented | undefined {
  const shown =
    def.mask === undefined ? undefined : mask(pack, def.mask, value, `${def.name}:${context.token}`);
  return shown === undefined ? undefined : { form: 'masked', value: shown };
}

/**
 * A number that embeds another field is masked if that field is less than plain for this purpose; otherwise
 * it would reveal the field. The department that owns the number knows the field anyway.
 */
function wouldReveal(pack: Pack, def: FieldDef, value: Json, { caller, ask }: PresentContext): boolean {
  if (def.embeds === undefined || def.owners.some((owner) => caller.departments.includes(owner)))
    return false;
  if (pack.purposes.get(ask.purpose)?.cells.get(def.embeds)?.form === 'plain') return false;
  return typeof value === 'string' && holdsValueOf(pack.fields.get(def.embeds), value);
}

/** Whether a text holds what has the form of another field. A field without a pattern could be anywhere in it. */
function holdsValueOf(other: FieldDef | undefined, text: string): boolean {
  const pattern = other?.shape?.is === 'text' ? other.shape.pattern : undefined;
  return pattern === undefined || new RegExp(pattern.replace(/^\^|\$$/g, ''), 'u').test(text);
}

function generalised(
  pack: Pack,
  field: string,
  how: string,
  { cell }: FieldDecision,
  context: PresentContext,
): Presented | undefined {
  const level = pack.generalisations.get(how);
  const source = cell.sources[0];
  if (!level || source === undefined) return undefined;
  const value = context.values.get(source);
  if (value === undefined || value === null) return undefined;
  const clock = { now: context.now, utcOffsetMinutes: pack.calendar.utcOffsetMinutes };
  const shown = generalise(level, value, lookup(field, context), clock);
  return shown === undefined
    ? undefined
    : { form: 'generalised', level: how, way: level.label, value: shown };
}

function predicate(pack: Pack, field: string, how: string, context: PresentContext): Presented {
  const yes = isTrue(pack, field, how, context);
  const way = pack.predicates.get(how)?.label;
  return { form: 'predicate', predicate: how, ...(way && { way }), value: yes ? 'YES' : 'NOT_CONFIRMED' };
}
