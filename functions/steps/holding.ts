import { randomId, toBase64url } from '../../shared/bytes.ts';
import { isDigestOf } from '../../shared/crypto/sheet.ts';
import { defined } from '../../shared/defined.ts';
import { encodeParts } from '../../shared/encoding.ts';
import type { ClassKeys } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import { asSubjectId, type SubjectId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { generateMac, keyVersions, perClient } from '../../shared/keys/kms.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { inOffice } from '../../shared/policy/check/documents.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Approval, ConsentArtefact, Lift, Situation } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { factsOf } from '../../shared/policy/value/conditions.ts';
import { type CaseworkItem, HELP_ENDED } from '../../shared/records/casework/casework.ts';
import { type Head, type KeyItem, readKeyItem } from '../../shared/records/subject/key-items.ts';
import { querySheets, type StoredSheet } from '../../shared/records/subject/sheets.ts';
import { contend, contended, LOST } from '../../shared/store/contend.ts';
import type { Deps } from '../deps.ts';
import { LIFT } from './codes.ts';
import type { Holding } from './open-sheets.ts';

type LoadDeps = Deps<'keysTable' | 'sheetsTable'>;

/** A subject's key item and the sheets that its heads name, with every digest checked. */
export interface Loaded {
  /** `null` if the subject is unknown, erased or not committed yet. Of a merged subject, the survivor's item. */
  item: KeyItem | null;
  /** By owner. */
  sheets: ReadonlyMap<string, StoredSheet>;
}

/** How often a sheet may be overwritten between two reads before the caller must try again. */
const ATTEMPTS = 10;
/** Consecutive reads of one head without its sheet. It was the head throughout the second read, so the sheet is lost. */
const PROOF = 3;

/**
 * Reads key item and sheets in parallel. A write that commits in between can give a head without its sheet; then both
 * are read again.
 * @param owner restricts the sheets to one owner's
 * @throws Problem INTEGRITY_FAULT if a stored sheet is missing or is not what its head names; CONFLICT if the record
 * is written faster than it can be read
 */
export async function loadHolding(deps: LoadDeps, subject: SubjectId, owner?: string): Promise<Loaded> {
  const { tables } = deps;
  let [missing, times] = ['', 0];
  return contend(
    ATTEMPTS,
    async () => {
      const [item, stored] = await Promise.all([
        readKeyItem(tables.keys, subject),
        querySheets(tables.sheets, subject, owner),
      ]);
      // The subject was merged into another, so these sheets are not the survivor's.
      if (item && item.subject !== subject) return loadHolding(deps, item.subject, owner);
      const sheets = item ? namedSheets(item, stored, owner) : new Map<string, StoredSheet>();
      if (typeof sheets !== 'string') return { item, sheets };
      times = sheets === missing ? times + 1 : 1;
      missing = sheets;
      if (times === PROOF) throw new Problem('INTEGRITY_FAULT');
      return LOST;
    },
    contended(commonTexts.recordBeingWritten),
  );
}

/** @returns the sheets by owner, or the digest of the first sheet that a head names and that was not read */
function namedSheets(
  item: KeyItem,
  stored: readonly StoredSheet[],
  only: string | undefined,
): Map<string, StoredSheet> | string {
  const sheets = new Map<string, StoredSheet>();
  for (const [owner, head] of item.heads) {
    if (only !== undefined && owner !== only) continue;
    const sheet = sheetOf(item, stored, owner, head);
    if (!sheet) return head.digest;
    sheets.set(owner, sheet);
  }
  return sheets;
}

/** @returns the sheet that the head names, `null` if it is not among these. @throws Problem INTEGRITY_FAULT for other content */
export function sheetOf(
  { collection, subject }: KeyItem,
  stored: readonly StoredSheet[],
  owner: string,
  head: Head,
): StoredSheet | null {
  const sheet = stored.find((one) => one.owner === owner && one.head.digest === head.digest);
  if (!sheet) return null;
  if (!isDigestOf(head.digest, { ...sheet, collection, subject, version: head.version }))
    throw new Problem('INTEGRITY_FAULT');
  return { ...sheet, head };
}

/*
 * The decoy is a subject that is stored like any other and belongs to no person. If a request leads to no record, or
 * to a record that may not be opened, the decoy's keys are unwrapped instead, so that the work does not reveal which.
 */

const known = perClient<SubjectId>(10);

/** The decoy's subject id, derived from a key that never leaves KMS: no caller can compute it and ask for it. */
export function decoySubject({ kms, env }: Deps<'referenceKey'>, collection: string): Promise<SubjectId> {
  // Uses the first key version, so that the decoy stays the same when the key for references is rotated.
  const [key = ''] = keyVersions(env.referenceKey);
  return known(kms, JSON.stringify([key, collection]), async () => {
    const mac = await generateMac(kms, key, encodeParts('fieldgate decoy v1', collection));
    return asSubjectId(toBase64url(mac.subarray(0, 16)));
  });
}

/** Milliseconds for which a process keeps the stored decoy. Its keys are still wrapped: only KMS opens them. */
const KEPT = 300_000;
const holdings = perClient<{ at: number; holding: Holding } | null>(10);

/**
 * The stored decoy, read once for many requests.
 * @returns `null` if the deployment has none yet
 */
export async function decoyHolding(
  deps: Deps<'referenceKey' | 'keysTable' | 'sheetsTable'>,
  pack: Pack,
): Promise<Holding | null> {
  const name = nameOf(deps, pack);
  const read = async () => {
    const decoy = await decoySubject(deps, pack.collection);
    const { item, sheets } = await loadHolding(deps, decoy);
    return item && { at: deps.now(), holding: { item, sheets } };
  };
  const found = await holdings(deps.kms, name, read);
  if (found && Math.abs(deps.now() - found.at) < KEPT) return found.holding;
  holdings.drop(deps.kms, name);
  return (await holdings(deps.kms, name, read))?.holding ?? null;
}

type OfDecoy = Pick<Deps<'keysTable'>, 'env' | 'kms'>;
const nameOf = ({ env }: OfDecoy, { collection, hash }: Pack) =>
  JSON.stringify([env.keysTable, collection, hash]);

/** Reads the decoy again for the next request: KMS opened one of its keys no more, so a job may have moved them. */
export function forgetDecoy(deps: OfDecoy, pack: Pack): void {
  holdings.drop(deps.kms, nameOf(deps, pack));
}

/** A random subject id, for a name that leads to no record: the same reads follow. */
export function decoyId(): SubjectId {
  return asSubjectId(randomId());
}

/**
 * The fields that the decoy must hold, by owner: all that any programme reads, all that any decision about consent or
 * duty needs, all that may be a file, and one of each other class. What decides is in the sheet of each owner, all else in that of the
 * first one; and a department with keys of its own has one of each of its classes.
 */
export function decoyFields(pack: Pack, classKeys: ClassKeys): Map<string, string[]> {
  const fields = new Set<string>([...pack.programmes.values()].flatMap((programme) => programme.fields));
  for (const { facts } of Object.values(pack.consent.kinds)) for (const fact of facts) fields.add(fact);
  for (const { requires } of pack.purposes.values()) for (const fact of factsOf(requires)) fields.add(fact);
  fields.add(pack.areaField);
  // What is reported is no part of a record.
  const reported = Object.values(pack.casework?.harm?.classes ?? {});
  const held = new Set([...reported, ...[...fields].map((field) => pack.fields.get(field)?.class)]);
  for (const [name, { class: of, virtual, files }] of pack.fields) {
    if (virtual || (held.has(of) && !files)) continue;
    held.add(of);
    fields.add(name);
  }
  const owners = new Map<string, Set<string>>();
  const add = (owner: string, field: string) =>
    owners.set(owner, (owners.get(owner) ?? new Set()).add(field));
  for (const field of [...fields].sort()) {
    const { owners: [first = '', ...others] = [], class: of = '' } = pack.fields.get(field) ?? {};
    for (const owner of pack.classes.get(of)?.decisive ? [first, ...others] : [first]) add(owner, field);
  }
  for (const [name, { class: of, virtual, owners: all }] of pack.fields) {
    for (const owner of virtual || reported.includes(of) ? [] : all) {
      const isCovered = [...(owners.get(owner) ?? [])].some((one) => pack.fields.get(one)?.class === of);
      if (classKeys.has(`${owner}/${of}`) && !isCovered) add(owner, name);
    }
  }
  return new Map([...owners].map(([owner, some]) => [owner, [...some]]));
}

/** What has been loaded and opened of a subject so far. */
export interface SubjectFacts {
  casework: readonly CaseworkItem[];
  approval?: Approval;
  /** See `Situation`. */
  assigned?: boolean;
  /** Field to values by owner, in the pack's order of precedence. */
  values: ReadonlyMap<string, readonly { value: Json }[]>;
  /** See `Situation`. Absent: no consent is read yet. */
  rests?: Situation['rests'];
}

/** The policy's view of the subject: facts as opened, consents and flags as stored. */
export function situationOf(
  pack: Pack,
  { casework, approval, assigned, values, rests }: SubjectFacts,
  item: KeyItem,
  now: number,
): Situation {
  const facts: Record<string, Json> = Object.create(null);
  const others: Record<string, Json[]> = Object.create(null);
  const { responsible } = pack.consent.evidence;
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  for (const [field, held] of values) {
    const [first, ...rest] = held.map(({ value }) =>
      field === responsible?.field ? inOffice(responsible, value, today) : value,
    );
    if (first !== undefined) facts[field] = first;
    if (rest.length > 0) others[field] = rest;
  }
  const of = (kind: string) => casework.filter((one) => one.kind === kind);
  return {
    county: item.county || null,
    facts,
    others,
    consents: of('consent')
      .map(({ document }) => document as ConsentArtefact)
      .filter(({ act }) => act !== 'waiting'),
    frozen: of('freeze').some(({ document }) => isInForce(document as { until?: string }, now)),
    helpEnded: of(HELP_ENDED).length > 0,
    conflict: of('conflict').length > 0,
    // A restriction ends by itself.
    disputed: of('dispute')
      .filter(({ document }) => isInForce(document as { until?: string }, now))
      .map(({ id, document }) => (document as { field?: string }).field ?? id),
    ...defined({ approval, assigned, rests }),
    lifts: of(LIFT).map(({ document }) => document as Lift),
  };
}

/** A freeze of a person ends by itself. */
function isInForce({ until }: { until?: string }, now: number): boolean {
  return until === undefined || Date.parse(until) > now;
}
