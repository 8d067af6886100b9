import type { Screening } from '../../shared/policy/types.ts';
import { type HeldField, keysFor, openFields, type UnwrapDeps, unwrapKeys } from '../http/open-sheets.ts';
import type { LoadedSubject } from './load-subjects.ts';
import type { ReleaseCall } from './release-fields.ts';

/**
 * Opens the decisive fields that the purpose's rules read, of every owner that holds some. The attempt entry
 * is durable by now. Where no facts are read this does nothing.
 */
export async function openFacts(
  call: ReleaseCall,
  opener: UnwrapDeps,
  { facts }: Screening,
  loaded: readonly LoadedSubject[],
): Promise<void> {
  await Promise.all(
    loaded.map(async (subject) => {
      if (!subject.item) return;
      const [held, lacked] = [heldBy(call, subject, facts), lackedBy(call, subject, facts)];
      const holding = { item: subject.item, sheets: subject.sheets };
      await unwrapKeys(opener, holding, keysFor(call.pack, holding, held, lacked), subject.keys);
      keepValues(call, subject, held, lacked);
    }),
  );
}

/** The fields that the subject's sheets hold, each of every owner that holds it, by precedence. */
export function heldBy(
  { pack }: ReleaseCall,
  { sheets }: LoadedSubject,
  fields: Iterable<string>,
): HeldField[] {
  return [...fields].flatMap((field) =>
    (pack.fields.get(field)?.owners ?? [])
      .filter((owner) => sheets.get(owner)?.fields.has(field))
      .map((owner) => ({ field, owner })),
  );
}

/**
 * The fields that a sheet lacks though it has others of their class. They may have been cut out, which the
 * manifest of the class tells.
 */
export function lackedBy(
  { pack }: ReleaseCall,
  { sheets }: LoadedSubject,
  fields: Iterable<string>,
): HeldField[] {
  return [...fields].flatMap((field) => {
    const { owners = [], class: name = '' } = pack.fields.get(field) ?? {};
    return owners
      .filter((owner) => sheets.get(owner)?.manifests.has(name) && !sheets.get(owner)?.fields.has(field))
      .map((owner) => ({ field, owner }));
  });
}

/** Opens the fields under keys that are unwrapped already, and keeps the values with the subject. */
export function keepValues(
  { pack }: ReleaseCall,
  subject: LoadedSubject,
  held: readonly HeldField[],
  lacked: readonly HeldField[],
): void {
  if (!subject.item) return;
  const holding = { item: subject.item, sheets: subject.sheets };
  const values = openFields(pack, holding, held, subject.keys, lacked);
  for (const [i, { field, owner }] of held.entries()) {
    const known = subject.values.get(field) ?? [];
    known.push({ owner, value: values[i] ?? null });
    subject.values.set(field, known);
  }
}
