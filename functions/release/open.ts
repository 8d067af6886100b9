import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { endsInClear } from '../../shared/policy/decide/decide.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { resultOf } from '../http/problem.ts';
import { decoyHolding, situationOf } from '../steps/holding.ts';
import {
  type Holding,
  keysFor,
  neededFields,
  openValues,
  type UnwrapDeps,
  unwrapKeys,
} from '../steps/open-sheets.ts';
import type { DecidedSubject, LoadedSubject, OpenedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/**
 * Opens the decisive fields that the purpose's rules read, of every owner that holds them. The attempt entry is
 * durable by now. If the rules read no facts, nothing is opened. If no record exists, or the request already fails on
 * what is stored in clear, the decoy is opened instead, so that the time until a refusal does not reveal which.
 */
export function openFacts(
  opener: UnwrapDeps,
  call: ReleaseCall,
  { facts }: Screening,
  { loaded, decoy }: { loaded: readonly LoadedSubject[]; decoy: Holding | null },
): Promise<OpenedSubject[]> {
  return Promise.all(
    loaded.map(async (subject): Promise<OpenedSubject> => {
      const blank = { ...subject, keys: new Map(), values: new Map() };
      if (facts.length === 0) return blank;
      const own = mayOpen(call, blank) ? holdingOf(subject) : null;
      const holding = own ?? decoy;
      if (!holding) return blank;
      const { keys } = blank;
      const needed = neededFields(call.pack, holding, facts);
      const ids = keysFor(call.pack, holding, needed.held, needed.lacked);
      const spare = own && decoy ? spareKeys(call, decoy, facts, ids.size) : undefined;
      await unwrapKeys(opener, holding, ids, keys);
      const opened = openValues(call.pack, holding, needed, keys);
      // The subject keeps the keys of the decoy, so that the entry names them, but not its values.
      return { ...blank, ...defined({ spare }), values: own ? opened : blank.values };
    }),
  );
}

function mayOpen({ pack, session, ask, now }: ReleaseCall, subject: OpenedSubject): boolean {
  if (!subject.item) return false;
  return !endsInClear(pack, session.caller, ask, situationOf(subject, subject.item, now));
}

function holdingOf({ item, sheets }: LoadedSubject): Holding | null {
  return item && { item, sheets };
}

/** The keys that the decoy needs beyond this number. They are unwrapped if a refusal follows. */
function spareKeys(call: ReleaseCall, decoy: Holding, facts: readonly string[], unwrapped: number) {
  const { held, lacked } = neededFields(call.pack, decoy, facts);
  return { decoy, ids: new Set([...keysFor(call.pack, decoy, held, lacked)].slice(unwrapped)) };
}

/** @returns `null` if the rules read no facts, or if there is no decoy: no release fails for lack of it */
export async function loadDecoy(
  deps: ReleaseDeps,
  pack: Pack,
  { facts }: Screening,
): Promise<Holding | null> {
  if (facts.length === 0) return null;
  const decoy = await resultOf(decoyHolding(deps, pack));
  return decoy instanceof Problem ? null : decoy;
}

/**
 * Unwraps, in parallel, the data keys that the decisions need and the facts did not: one KMS Decrypt each. If the
 * facts refuse a subject and took fewer keys than the decoy's facts take, the rest of the decoy's keys are unwrapped.
 */
export async function unwrapDecided(
  opener: UnwrapDeps,
  pack: Pack,
  decided: readonly DecidedSubject[],
): Promise<void> {
  await Promise.all(
    decided.map(async (subject) => {
      const { decision, keys, toOpen, lacked, spare } = subject;
      const holding = holdingOf(subject);
      if (!holding) return;
      if (decision.outcome !== 'release' && spare) await unwrapKeys(opener, spare.decoy, spare.ids, keys);
      await unwrapKeys(opener, holding, keysFor(pack, holding, toOpen, lacked), keys);
    }),
  );
}

/** Opens the decided fields. Called only after the decision entry is durable and all keys are unwrapped. */
export function openDecided(pack: Pack, decided: readonly DecidedSubject[]): DecidedSubject[] {
  return decided.map((subject) => {
    const holding = holdingOf(subject);
    if (!holding) return subject;
    const { toOpen: held, lacked, keys, values } = subject;
    return { ...subject, values: new Map([...values, ...openValues(pack, holding, { held, lacked }, keys)]) };
  });
}

/** The KMS client that may unwrap for this call: a session of the caller's agency and purpose, kept or new. */
export async function openerFor(deps: ReleaseDeps, { session, ask }: ReleaseCall): Promise<UnwrapDeps> {
  const kms = await deps.sessions.client(session.caller.clientId, ask.purpose);
  return { kms, classKeys: deps.classKeys };
}
