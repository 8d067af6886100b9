import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { EntryId, KeyId } from '../../shared/ids.ts';
import { endsInClear } from '../../shared/policy/decide/decide.ts';
import { closedBy } from '../../shared/policy/decide/withhold.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { resultOf } from '../http/problem.ts';
import { refusalBase } from '../steps/entry-base.ts';
import { fileKeysOf } from '../steps/file-keys.ts';
import { closedAlert } from '../steps/findings.ts';
import { decoyHolding, situationOf } from '../steps/holding.ts';
import {
  ClassesClosed,
  type Holding,
  keysFor,
  keysInstead,
  keysUnder,
  neededFields,
  type OpenKeys,
  openValues,
  placeOf,
  unwrapAll,
  unwrapKeys,
  versionsOf,
} from '../steps/open-sheets.ts';
import { refuse } from '../steps/refusals.ts';
import type { UnwrapDeps } from '../steps/stored-data-key.ts';
import type { DecidedSubject, LoadedSubject, OpenedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';
import { holderOf } from './load.ts';

/**
 * Opens the decisive fields that the purpose's rules read, of every owner that holds them. The attempt entry is
 * durable by now. If the rules read no facts, nothing is opened. If no record exists, or the request already fails on
 * what is stored in clear, the decoy is opened instead, so that the time until a refusal does not reveal which.
 * @throws ClassesClosed, after logging it, if KMS opens a class of the facts for no caller
 */
export async function openFacts(
  opener: UnwrapDeps,
  { call, screening: { facts }, loaded, decoy, attempts, probed }: Opening,
  deps: ReleaseDeps,
): Promise<OpenedSubject[]> {
  const blank = loaded.map((subject): OpenedSubject => ({ ...subject, keys: new Map(), values: new Map() }));
  for (const [id, key] of probed) blank[0]?.keys.set(id, key);
  if (facts.length === 0) return blank;
  const plans = blank.map((subject) => {
    const own = mayOpen(call, subject) ? holdingOf(subject) : null;
    const holding = own ?? decoy;
    if (!holding) return null;
    const needed = neededFields(call.pack, holding, facts);
    const ids = keysFor(call.pack, holding, needed.held, needed.lacked);
    return { subject, own, holding, needed, ids };
  });
  const known = plans.flatMap((plan) => (plan ? versionsOf(opener, plan.holding, plan.ids) : []));
  const [first] = blank;
  const instead = decoy && keysInstead(opener, call.pack, decoy, facts, known);
  try {
    await unwrapAll([
      ...plans.flatMap((plan) => (plan ? unwrapKeys(opener, plan.holding, plan.ids, plan.subject.keys) : [])),
      ...(instead && first ? [unwrapKeys(opener, decoy, instead, first.keys)] : []),
    ]);
  } catch (error) {
    if (!(error instanceof ClassesClosed)) throw error;
    noteClosed(opener, error);
    return refuseClosed(deps, call, error, { attempt: attempts[0] });
  }
  return plans.map((plan, i) => {
    if (!plan) return blank[i] as OpenedSubject;
    const { subject, own, holding, needed, ids } = plan;
    const spare = decoy && spareKeys(opener, call, decoy, { facts, ids, instead: instead ?? new Set() });
    const opened = openValues(call.pack, holding, needed, subject.keys);
    // The subject keeps the keys of the decoy, so that the entry names them, but not its values.
    return { ...subject, ...spare, values: own ? opened : subject.values };
  });
}

interface Opening {
  call: ReleaseCall;
  screening: Screening;
  loaded: readonly LoadedSubject[];
  decoy: Holding | null;
  attempts: readonly EntryId[];
  /** Keys of the decoy that are open already. */
  probed: OpenKeys;
}

/* A class that KMS opens for no caller: what the answer lacks must not depend on which people have any of it. */

/** Classes that did not open when a session last asked, so that the next call asks before it decides. */
const closedFor = new WeakMap<UnwrapDeps['kms'], Set<string>>();

/**
 * Asks KMS again for the classes that were closed, by the decoy's keys. A call that finds none closed asks nothing.
 * @returns those that are closed still, and the keys that opened
 */
export async function probeClosed(
  opener: UnwrapDeps,
  { pack, screened }: ReleaseCall,
  decoy: Holding | null,
): Promise<{ closed: string[]; probed: OpenKeys }> {
  const before = closedFor.get(opener.kms);
  const probed: OpenKeys = new Map();
  if (!before?.size || !decoy || !screened.ok) return { closed: [], probed };
  const fields = [...screened.facts, ...[...screened.cells.values()].flatMap(({ sources }) => sources)];
  const again = fields.filter((field) => closedBy(pack, [...before], [field]));
  const error = await unwrapKeys(opener, decoy, keysInstead(opener, pack, decoy, again, []), probed).catch(
    (fault) => fault,
  );
  if (error !== undefined && !(error instanceof ClassesClosed)) throw error;
  for (const [, key] of keysUnder(pack, decoy.item, again)) {
    for (const name of [key.class, placeOf(key)]) if (!error?.classes.has(name)) before.delete(name);
  }
  return { closed: [...(error?.classes ?? [])], probed };
}

/**
 * Logs that nothing was given because a class is closed, and raises an alert. The next call finds the class closed and raises none.
 * @throws ClassesClosed, with the reason
 */
export async function refuseClosed(
  deps: ReleaseDeps,
  call: ReleaseCall,
  { classes, options }: ClassesClosed,
  about: Parameters<typeof refusalBase>[1],
): Promise<never> {
  const { pack } = call;
  const closed = new ClassesClosed(classes, options.cause);
  const rule = pack.grounds.unknownField;
  Object.assign(closed.options, { rule, reason: reasonText(pack, closed.code as 'HELD_BY_OWNER') });
  const alerts = [closedAlert(pack, call.ask.purpose, classes, options.cause)];
  return refuse(deps.log, refusalBase(call, about), closed, { alerts });
}

/** Remembers what did not open, so that the next call withholds it from the beginning. */
export function noteClosed({ kms }: UnwrapDeps, { classes }: ClassesClosed): void {
  closedFor.set(kms, classes.union(closedFor.get(kms) ?? new Set()));
}

function mayOpen({ pack, session, ask, now }: ReleaseCall, subject: OpenedSubject): boolean {
  if (!subject.item) return false;
  return !endsInClear(pack, session.caller, ask, situationOf(pack, subject, subject.item, now));
}

function holdingOf({ item, sheets }: LoadedSubject): Holding | null {
  return item && { item, sheets };
}

/**
 * Keys of the decoy that make the Decrypts of a refusal as many for every person: as many as the decoy's facts need. If several KMS
 * keys have wrapped these facts, a call unwraps one data key under each. A person may bring several of them or one, so the first
 * refusal adds what any person may lack.
 */
function spareKeys(
  opener: UnwrapDeps,
  { pack }: ReleaseCall,
  decoy: Holding,
  { facts, ids, instead }: { facts: readonly string[]; ids: Set<KeyId>; instead: Set<KeyId> },
): Pick<OpenedSubject, 'spare' | 'spareOfFirst'> {
  const { held, lacked } = neededFields(pack, decoy, facts);
  const own = keysFor(pack, decoy, held, lacked);
  // No fact is a file.
  const all = keysUnder(pack, decoy.item, facts).filter(([, key]) => !key.file);
  const byKms = [...Map.groupBy(all, ([id]) => versionsOf(opener, decoy, [id])[0]).values()].map(
    (some) => new Set(some.map(([, key]) => placeOf(key))),
  );
  const common = new Set(byKms.flatMap((places) => (places.size > 1 ? [...places] : [])));
  // Departments that share a KMS key may bring this one alone; each other one brings its own.
  const fewest = new Set(all.map(([, key]) => (common.has(placeOf(key)) ? key.class : placeOf(key)))).size;
  const others = new Set([...own, ...all.map(([id]) => id)]).difference(ids);
  const take = (from: Set<KeyId>, count: number) => ({
    decoy,
    ids: new Set([...from].slice(0, Math.max(0, count))),
  });
  const lacking = own.size - ids.size;
  const beyond = byKms.length - fewest - instead.size;
  return { spare: take(others, lacking), spareOfFirst: take(others.difference(instead), lacking + beyond) };
}

/** The data keys of what was decided and is still sealed, and the keys of the files that are given. */
export function decidedKeys(
  pack: Pack,
  holding: Holding,
  { toOpen, lacked, decision }: DecidedSubject,
): Set<KeyId> {
  const files = [...decision.fields].flatMap(([field, { cell }]) => {
    const owner = cell.form === 'plain' ? holderOf(pack, holding, field, cell) : null;
    return owner === null ? [] : fileKeysOf(holding.item.keys, holding.sheets.get(owner), field);
  });
  return keysFor(pack, holding, toOpen, lacked).union(new Set(files));
}

/** @returns `null` if there is no decoy: no release fails for lack of it */
export async function loadDecoy(deps: ReleaseDeps, pack: Pack): Promise<Holding | null> {
  const decoy = await resultOf(decoyHolding(deps, pack));
  return decoy instanceof Problem ? null : decoy;
}

/**
 * Gives the first refused subject its `spareOfFirst`. Adds to the first subject that gets anything the decoy's keys for what is
 * decided and no person of the call has, and for what looks as if no office had written it.
 */
export function withInstead(
  opener: UnwrapDeps,
  { pack, ask }: Pick<ReleaseCall, 'pack' | 'ask'>,
  subjects: readonly DecidedSubject[],
  decoy: Holding | null,
): DecidedSubject[] {
  const refused = subjects.findIndex(({ decision }) => decision.outcome !== 'release');
  const decided = subjects.map((subject, i) =>
    i === refused ? { ...subject, ...defined({ spare: subject.spareOfFirst }) } : subject,
  );
  const at = decided.findIndex(({ decision }) => decision.outcome === 'release');
  if (!decoy || at < 0) return decided;
  const cells = pack.purposes.get(ask.purpose)?.cells;
  const fields = decided.flatMap(({ decision: { fields: given, heldBack, veil } }) => [
    ...[...given.values()].flatMap(({ cell }) => cell.sources),
    ...[...heldBack.keys()].flatMap((name) =>
      veil?.fields.has(name) ? (cells?.get(name)?.sources ?? []) : [],
    ),
  ]);
  const known = decided.flatMap((subject) => {
    const holding = holdingOf(subject);
    const { keys } = subject;
    const opened = versionsOf(opener, decoy, keys.keys());
    if (!holding) return opened;
    const own = decidedKeys(pack, holding, subject).union(new Set(keys.keys()));
    return [...opened, ...versionsOf(opener, holding, own)];
  });
  const ids = keysInstead(opener, pack, decoy, fields, known);
  if (ids.size === 0) return decided;
  return decided.map((subject, i) => (i === at ? { ...subject, instead: { decoy, ids } } : subject));
}

/**
 * Unwraps, in parallel, the data keys that the decisions need and the facts did not: one KMS Decrypt each. If the
 * facts refuse a subject and took fewer keys than the decoy's facts take, the rest of the decoy's keys are unwrapped.
 * @returns the classes that are closed, if any is
 */
export async function unwrapDecided(
  opener: UnwrapDeps,
  pack: Pack,
  decided: readonly DecidedSubject[],
): Promise<ClassesClosed | null> {
  const unwraps = decided.flatMap((subject) => {
    const { decision, keys, spare, instead } = subject;
    const holding = holdingOf(subject);
    const refused = decision.outcome !== 'release' ? spare : undefined;
    return [
      ...[refused, instead].flatMap((one) => (one ? unwrapKeys(opener, one.decoy, one.ids, keys) : [])),
      ...(holding ? [unwrapKeys(opener, holding, decidedKeys(pack, holding, subject), keys)] : []),
    ];
  });
  try {
    await unwrapAll(unwraps);
    return null;
  } catch (error) {
    if (!(error instanceof ClassesClosed)) throw error;
    noteClosed(opener, error);
    return error;
  }
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
  const kms = await deps.sessions.client(session.caller.clientId, ask.purpose, session.unwrap);
  return { kms, classKeys: deps.classKeys };
}
