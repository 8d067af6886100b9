import { Problem } from '../../shared/errors.ts';
import { endsInClear } from '../../shared/policy/ends-in-clear.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { decoyHolding } from '../http/decoy.ts';
import { settle } from '../http/settle.ts';
import { situationOf } from '../http/situation.ts';
import {
  type HeldField,
  type Holding,
  keysFor,
  openFields,
  type UnwrapDeps,
  unwrapKeys,
} from '../steps/open-sheets.ts';
import type { LoadedSubject, Spare } from './load.ts';
import type { ReleaseCall } from './release-fields.ts';

/**
 * Opens the decisive fields that the purpose's rules read, of every owner that holds some. The attempt entry
 * is durable by now. Where no facts are read this does nothing. For nobody, and for somebody whose request ends
 * by what stands in clear, the decoy is opened instead, so that the time until a refusal does not tell.
 */
export async function openFacts(
  call: ReleaseCall,
  opener: UnwrapDeps,
  { facts }: Screening,
  { loaded, decoy }: { loaded: readonly LoadedSubject[]; decoy: Holding | null },
): Promise<void> {
  if (facts.length === 0) return;
  await Promise.all(
    loaded.map(async (subject) => {
      const opened = isOpened(call, subject) ? subject : standIn(subject, decoy);
      if (!opened.item) return;
      const [held, lacked] = [heldBy(call, opened, facts), lackedBy(call, opened, facts)];
      const holding = { item: opened.item, sheets: opened.sheets };
      const ids = keysFor(call.pack, holding, held, lacked);
      if (opened === subject && decoy) subject.spare = spareOf(call, decoy, facts, ids.size);
      await unwrapKeys(opener, holding, ids, opened.keys);
      keepValues(call, opened, held, lacked);
    }),
  );
}

function isOpened({ pack, session, ask }: ReleaseCall, subject: LoadedSubject): boolean {
  if (!subject.item) return false;
  return !endsInClear(pack, session.caller, ask, situationOf(subject, subject.item));
}

/** The keys that the decoy would have taken beyond so many: unwrapped where a refusal follows. */
function spareOf(call: ReleaseCall, decoy: Holding, facts: readonly string[], taken: number): Spare {
  const keys = keysFor(call.pack, decoy, heldBy(call, decoy, facts), lackedBy(call, decoy, facts));
  return { decoy, ids: new Set([...keys].slice(taken)) };
}

/** The decoy in the subject's place. Keys that it unwraps are the subject's too, so that the entry names them. */
function standIn(subject: LoadedSubject, decoy: Holding | null): LoadedSubject {
  return { ...subject, item: null, sheets: new Map(), ...decoy, values: new Map() };
}

/** @returns `null` where no facts are read, and where there is no decoy: nobody's release fails for that */
export async function loadDecoy({ deps, pack }: ReleaseCall, { facts }: Screening): Promise<Holding | null> {
  if (facts.length === 0) return null;
  const decoy = await settle(decoyHolding(deps, pack));
  return decoy instanceof Problem ? null : decoy;
}

/** The fields that the subject's sheets hold, each of every owner that holds it, by precedence. */
export function heldBy(
  { pack }: ReleaseCall,
  { sheets }: Pick<LoadedSubject, 'sheets'>,
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
  { sheets }: Pick<LoadedSubject, 'sheets'>,
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
