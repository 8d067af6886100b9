import { Problem } from '../../shared/errors.ts';
import { endsInClear } from '../../shared/policy/decide/decide.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { resultOf } from '../http/problem.ts';
import { decoyHolding, situationOf } from '../steps/holding.ts';
import {
  type HeldField,
  type Holding,
  keysFor,
  openFields,
  type UnwrapDeps,
  unwrapKeys,
} from '../steps/open-sheets.ts';
import type { DecidedSubject, LoadedSubject, ReleaseCall, Spare } from './call.ts';

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
  const decoy = await resultOf(decoyHolding(deps, pack));
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

/**
 * Unwraps, all at once, the data keys that the decisions need and the facts did not: one KMS Decrypt each. For whoever
 * is refused by facts that took fewer keys than the decoy's it unwraps as many more of the decoy.
 */
export async function unwrapDecided(
  { pack }: ReleaseCall,
  opener: UnwrapDeps,
  decided: readonly DecidedSubject[],
): Promise<void> {
  await Promise.all(
    decided.map(async ({ decision, item, sheets, keys, toOpen, lacked, spare }) => {
      if (!item) return;
      if (decision.outcome !== 'release' && spare) await unwrapKeys(opener, spare.decoy, spare.ids, keys);
      const holding = { item, sheets };
      await unwrapKeys(opener, holding, keysFor(pack, holding, toOpen, lacked), keys);
    }),
  );
}

/** Opens what was decided. To be called only when the decision entry is durable and all keys are unwrapped. */
export function openDecided(
  call: ReleaseCall,
  decided: readonly DecidedSubject[],
): readonly DecidedSubject[] {
  for (const subject of decided) keepValues(call, subject, subject.toOpen, subject.lacked);
  return decided;
}

/** What may unwrap for this call: a session of the caller's agency and purpose, fetched unless one is warm. */
export async function openerFor({ deps, session, ask }: ReleaseCall): Promise<UnwrapDeps> {
  const kms = await deps.sessions.client(session.caller.clientId, ask.purpose);
  return { kms, classKeys: deps.classKeys };
}
