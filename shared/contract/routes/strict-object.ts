import * as v from 'valibot';

/** Like `v.strictObject`, but refuses an array, which that accepts as an object without members. */
export function strictObject<const Entries extends v.ObjectEntries>(
  entries: Entries,
): v.StrictObjectSchema<Entries, undefined> {
  const schema = v.strictObject(entries);
  const run: (typeof schema)['~run'] = (dataset, config) =>
    schema['~run'](Array.isArray(dataset.value) ? { ...dataset, value: 'a list' } : dataset, config);
  return { ...schema, '~run': run };
}
