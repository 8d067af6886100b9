import type { SubjectName } from '../../shared/contract/routes/asks.ts';
import { LOCAL_ID } from '../../shared/contract/routes/common.ts';
import { type InputError, invalid, Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { compares } from '../../shared/policy/decide/screen.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask, Cell } from '../../shared/policy/types.ts';
import { lookUpIndex, ownIndex } from '../../shared/records/subject/index-entries.ts';
import { readAttributes } from '../../shared/records/subject/key-items.ts';
import type { Table } from '../../shared/store/table.ts';
import type { Deps } from '../deps.ts';
import type { Session } from '../session/session.ts';
import { decoyId } from './holding.ts';
import { readKey } from './match-key.ts';

/** What a look-up of subjects needs. */
type LookupDeps = Pick<
  Deps<'indexKey' | 'indexTable' | 'keysTable' | 'referenceKey'>,
  'kms' | 'env' | 'tables'
>;

/** Under which policy, and for whom. */
interface SubjectLookup {
  pack: Pack;
  session: Session;
  /** Epoch milliseconds. */
  now: number;
  /** Purpose that the subjects are asked for, if there is one. */
  ask?: Pick<Ask, 'purpose'>;
}

export interface FoundSubject {
  /** A subject id. If the name leads to no record, it is a random id, so that the same reads follow. */
  subject: SubjectId;
  /** Normalised match keys by field; they are compared again if the field is opened. */
  matched: ReadonlyMap<string, string>;
}

/**
 * A reference costs no round trip. A match costs one KMS GenerateMac and two index queries per key, in parallel.
 * @throws Problem INVALID_REQUEST for a match key that the policy does not know, or that is malformed
 */
export async function findSubjects(
  deps: LookupDeps,
  call: SubjectLookup,
  names: readonly SubjectName[],
  place?: Place,
): Promise<FoundSubject[]> {
  // Checks all names before it looks up the first.
  const keys = readNames(call, names, place);
  const found: FoundSubject[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE);
    const one = (name: SubjectName, i: number) =>
      find(deps, call, name, keys[from + i] as Map<string, string>);
    found.push(...(await Promise.all(some.map(one))));
  }
  return found;
}

/** The pointer to a name in the body. */
type Place = (at: number) => string;
const inSubjects: Place = (at) => `/subjects/${at}`;

/** Look-ups in parallel. A request for approval may name thousands of people. */
const AT_ONCE = 100;

/**
 * Steps that count before they look up call it first.
 * @returns the normalised match keys of each name
 * @throws Problem INVALID_REQUEST with the place and the fault of each key; no value is repeated
 */
export function readNames(
  call: SubjectLookup,
  names: readonly SubjectName[],
  place: Place = inSubjects,
): Map<string, string>[] {
  const errors: InputError[] = [];
  const keys = names.map((name, at) => matchKeys(call, name, `${place(at)}/match`, errors));
  if (errors.length > 0) throw new Problem('INVALID_REQUEST', { errors });
  return keys;
}

function matchKeys(
  { pack, ask, now }: SubjectLookup,
  { match }: SubjectName,
  path: string,
  errors: InputError[],
): Map<string, string> {
  const keys = new Map<string, string>();
  const cells = pack.purposes.get(ask?.purpose ?? '')?.cells;
  if (Object.keys(match ?? {}).length > 1) {
    // A second key that must fit the first is a comparison, without the limits of one.
    const compared = Object.keys(match ?? {}).find((field) => isCompared(pack, cells?.get(field)));
    if (compared !== undefined) throw invalid('/subjects', commonTexts.comparedOnly);
  }
  for (const [field, value] of Object.entries(match ?? {})) {
    const read = readKey({ pack, now, own: true }, field, value);
    if ('key' in read) keys.set(field, read.key);
    else errors.push({ ...read, path: path + read.path });
  }
  return keys;
}

function isCompared(pack: Pack, cell: Cell | undefined): boolean {
  return cell !== undefined && compares(pack, cell);
}

async function find(
  deps: LookupDeps,
  { pack, session }: SubjectLookup,
  { ref }: SubjectName,
  matched: ReadonlyMap<string, string>,
): Promise<FoundSubject> {
  if (ref !== undefined) {
    const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
    return { subject: references.toSubject(ref) ?? decoyId(), matched };
  }
  const subject = await findByMatch({ deps, pack }, matched, session.caller.clientId);
  return { subject: subject ?? decoyId(), matched };
}

async function survivorOf(table: Table, subject: SubjectId): Promise<string | undefined> {
  return (await readAttributes(table, subject, ['subject', 'alias']))?.['subject']?.S;
}

type IndexDeps = Pick<Deps<'indexKey' | 'indexTable' | 'keysTable'>, 'kms' | 'tables' | 'env'>;

/** Values of the index for match keys by field, newest version first. */
export type Indexes = ReadonlyMap<string, Promise<[string, ...string[]]>>;

/**
 * Begins one KMS GenerateMac per key. It reads nothing of anyone, so it may begin before it is known whether the caller may look.
 * @param keys, agency as for `findByMatch`
 * @returns values that never fail before they are awaited
 */
export function indexesOf(
  { deps: { kms, env }, pack }: { deps: Pick<IndexDeps, 'kms' | 'env'>; pack: Pack },
  keys: ReadonlyMap<string, string>,
  agency = '',
): Indexes {
  const { collection } = pack;
  const begun = [...keys].map(([field, value]) => {
    const scope = field === LOCAL_ID ? agency : '';
    const index = blindIndexes(kms, env.indexKey, { collection, field, scope, value });
    index.catch(() => {});
    return [field, index] as const;
  });
  return new Map(begun);
}

/**
 * One KMS GenerateMac per key and two index queries per key and version of the index key, whether or not they lead to
 * a record.
 * @param keys normalised match keys by field
 * @param agency whose local ids and own claims are meant; without one there are none
 * @param indexes if they have begun
 * @returns the subject that all keys lead to, or `null`
 */
export async function findByMatch(
  { deps, pack }: { deps: IndexDeps; pack: Pack },
  keys: ReadonlyMap<string, string>,
  agency = '',
  indexes: Indexes = indexesOf({ deps, pack }, keys, agency),
): Promise<SubjectId | null> {
  const { tables } = deps;
  const found = await Promise.all(
    [...indexes].map(async ([field, begun]) => {
      const shared = await begun;
      // What the agency wrote under another department's key comes first: otherwise its own look-up would reveal
      // whether the key leads to a record elsewhere.
      const own = agency && field !== LOCAL_ID ? shared.map((index) => ownIndex(index, agency)) : [];
      const found = [...own, ...shared].map((index) => lookUpIndex(tables.index, index));
      return (await Promise.all(found)).find((subject) => subject !== null) ?? null;
    }),
  );
  const [first = null] = found;
  if (found.length < 2) return first;
  // Keys may still lead to a record that was merged into the other's. One read each, whether they lead anywhere.
  const present = await Promise.all(found.map((one) => survivorOf(tables.keys, one ?? decoyId())));
  return found.every((one, i) => one !== null && present[i] === present[0]) ? first : null;
}
