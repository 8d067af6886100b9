/** The third answer to a request: more material is needed. Pure, as the others. */

import {
  fieldState,
  isClosed,
  type Material,
  materialOf,
  type NotDone,
  type RequestRecord,
  type Supplied,
} from './requests.ts';

/** An owner says what it lacks, for all these fields or none. @param fields as of `rule` */
export function askMaterial(
  record: RequestRecord,
  fields: readonly string[],
  material: Omit<Material, 'supplied'>,
): RequestRecord | NotDone {
  if (isClosed(record, material.at)) return 'closed';
  const materials: Record<string, Material> = { ...record.materials };
  let changed = false;
  for (const field of fields) {
    const state = fieldState(record, field, material.at);
    if (state === 'lapsed') return 'late';
    if (state === 'material') continue;
    if (state !== 'waiting') return 'answered';
    if (materialOf(record, field)) return 'asked before';
    materials[field] = material;
    changed = true;
  }
  return changed ? { ...record, materials } : 'nothing';
}

/**
 * By the requesting office, for every field that waits for material.
 * @param resume the limit of the owner's answer to a field from now on
 */
export function supplyMaterial(
  record: RequestRecord,
  supplied: Omit<Supplied, 'answerBy'>,
  resume: (field: string, material: Material) => string,
): RequestRecord | NotDone {
  if (isClosed(record, supplied.at)) return 'closed';
  const waiting = Object.entries(record.materials).filter(
    ([field]) => fieldState(record, field, supplied.at) === 'material',
  );
  if (waiting.length === 0)
    return Object.values(record.materials).some(({ supplied: done }) => !done) ? 'late' : 'nothing';
  const said = waiting.map(([field, material]) => {
    return [field, { ...material, supplied: { ...supplied, answerBy: resume(field, material) } }];
  });
  return { ...record, materials: { ...record.materials, ...Object.fromEntries(said) } };
}
