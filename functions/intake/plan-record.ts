/** The plan of an intake record, which depends on record, caller and policy alone. */

import { LOCAL_ID } from '../../shared/contract/routes/common.ts';
import type { IntakeRecord } from '../../shared/contract/routes/intake.ts';
import { type InputError, invalid, Problem } from '../../shared/errors.ts';
import { codeText } from '../../shared/language.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { formsTexts } from '../../shared/messages/forms.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import { withCode } from '../../shared/messages/texts.ts';
import { nearestOf } from '../../shared/nearest.ts';
import { faultsIn } from '../../shared/policy/check/form.ts';
import { FORM, faultOfKey, normaliseKey, validateField } from '../../shared/policy/check/validate.ts';
import { mayIntake } from '../../shared/policy/decide/decide.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { reasonText } from '../../shared/policy/pack/pack.ts';
import type { Caller, Json } from '../../shared/policy/types.ts';
import type { IntakeCall, MatchKey, RecordCheck, RecordPlan, RefusedField } from './call.ts';

/**
 * @throws Problem INVALID_REQUEST, OUT_OF_AREA (for the record's own division code), or FIELD_REFUSED if no field of the
 * record may be stored
 */
export function planRecord(
  { pack, session: { caller }, request: { collection } }: IntakeCall,
  record: IntakeRecord,
  now: number,
): RecordPlan {
  const fields = new Map<string, Json>();
  const warnings: RecordPlan['warnings'] = [];
  const refused: RecordPlan['refused'] = Object.create(null);
  const owners = new Set<string>();
  const other = new Map(Object.entries(record.fields));
  let unknown = 0;
  for (const [field, value] of other) {
    const may = mayIntake(pack, caller, field);
    if (!('owner' in may)) {
      const plain = pack.fields.has(field) || ++unknown > SUGGESTIONS;
      refused[field] = plain ? may : { ...may, faults: [unknownIn(pack, field)] };
      continue;
    }
    const check =
      value === null ? { malformed: false, warnings: [] } : validateField(pack, field, value, { other, now });
    if (check.malformed) {
      refused[field] = malformed(pack, field, value);
      continue;
    }
    owners.add(may.owner);
    fields.set(field, value);
    for (const code of check.warnings) warnings.push({ field, code });
  }
  const [owner] = owners;
  if (owner === undefined || owners.size > 1) {
    throw new Problem('FIELD_REFUSED', {
      detail: owner === undefined ? intakeTexts.noFieldStored : intakeTexts.oneSheet,
      errors: Object.entries(refused).flatMap(([field, one]) => errorsOf(pack, field, one)),
    });
  }
  // A number that only names the person is flagged like one that is stored: no request can name the person by a wrong one.
  for (const [field, value] of Object.entries(record.match ?? {})) {
    const key = fields.has(field) || field === LOCAL_ID ? null : normaliseKey(pack, field, value);
    const code = key === null ? null : faultOfKey(pack, field, key, now);
    if (code !== null && code !== FORM) warnings.push({ field, code });
  }
  const division = pack.areaField ? fields.get(pack.areaField) : null;
  if (typeof division === 'string' && !covers(caller, division)) throw new Problem('OUT_OF_AREA');
  return {
    owner,
    ref: record.ref ?? null,
    ifVersion: record.ifVersion ?? null,
    keys: matchKeys(pack, collection, caller, record, fields),
    fields,
    warnings,
    refused,
    division: typeof division === 'string' ? division : null,
  };
}

function malformed(pack: Pack, field: string, value: Json): RefusedField {
  const shape = pack.fields.get(field)?.shape;
  const faults = shape ? faultsIn(shape, value) : [];
  return {
    code: 'MALFORMED',
    rule: pack.grounds.unknownField,
    reason: reasonText(pack, 'MALFORMED'),
    faults: faults.map(({ path, fault, wants }) => ({
      path,
      message: formsTexts.wrong(fault, wants),
      ...(wants.is === 'one of' && { allowed: [...wants.values] }),
    })),
  };
}

/** The caller's name of an unknown field is not repeated. */
function errorsOf(pack: Pack, field: string, { code, faults = [] }: RefusedField): InputError[] {
  const path = `/fields/${pack.fields.has(field) ? field : '*'}`;
  if (faults.length === 0) return [{ path, message: codeText(code) }];
  return faults.map((one) => ({ path: path + one.path, message: withCode(code, one.message) }));
}

/** Unknown fields of a record for which the nearest known one is looked up. */
const SUGGESTIONS = 10;

function unknownIn(pack: Pack, field: string) {
  return { path: '', message: formsTexts.unknownNear(nearestOf(field, pack.fields.keys())) };
}

/** Keys of `match` and of the matchable fields that the record writes; keys that departments share come first. */
function matchKeys(
  pack: Pack,
  collection: string,
  caller: Caller,
  record: IntakeRecord,
  fields: ReadonlyMap<string, Json>,
): MatchKey[] {
  const keys: MatchKey[] = [];
  const add = (field: string, value: Json, attachable: boolean) => {
    const local = field === LOCAL_ID;
    const normalised = local || pack.fields.get(field)?.matchable ? normaliseKey(pack, field, value) : null;
    if (normalised === null) throw invalid('/match', commonTexts.notAMatchKey);
    const known = keys.find((key) => key.field === field && key.value === normalised);
    if (known) known.attachable ||= attachable;
    else {
      const scope = local ? caller.clientId : '';
      const owned = local || 'owner' in mayIntake(pack, caller, field);
      keys.push({ collection, field, scope, value: normalised, attachable, owned });
    }
  };
  for (const [field, value] of Object.entries(record.match ?? {})) add(field, value, field === LOCAL_ID);
  for (const [field, value] of fields) {
    if (value !== null && pack.fields.get(field)?.matchable) add(field, value, true);
  }
  return keys.sort((a, b) => a.scope.length - b.scope.length);
}

/**
 * The plan of the record alone: forms, check digits, ownership. No person is looked up, so a dry run does not
 * reveal whether a record exists, and needs no log entry.
 * @throws Problem as the write would, if the reason is in the record
 */
export async function checkRecord(
  call: IntakeCall,
  record: IntakeRecord | Problem,
  now: number,
): Promise<RecordCheck> {
  if (record instanceof Problem) throw record;
  return checkOf(planRecord(call, record, now));
}

export function checkOf({ fields, warnings, refused }: RecordPlan): RecordCheck {
  return { written: [...fields.keys()], warnings, refused };
}

/** Match keys that only look a record up, so that the answer does not reveal where they lead. */
export const foreign = ({ owned }: MatchKey) => !owned;

/** Whether one of the caller's areas covers the division, or lies within it. */
export function covers(caller: Caller, division: string): boolean {
  return caller.areas.some((area) => division.startsWith(area) || area.startsWith(division));
}
