import { fromBase64url } from '../../shared/bytes.ts';
import { sheetDigest } from '../../shared/crypto/sheet.ts';
import { Problem } from '../../shared/errors.ts';
import { type KeyItem, readKeyItem } from '../../shared/records/subject/key-items.ts';
import { querySheets, type StoredSheet } from '../../shared/records/subject/sheets.ts';
import type { Deps } from '../deps.ts';

type LoadDeps = Deps<'keysTable' | 'sheetsTable'>;

/** A subject's key item and the sheets that its heads name, with every digest checked. */
export interface Loaded {
  /** `null` for a subject that is unknown, erased or not committed yet; the survivor's where it was merged. */
  item: KeyItem | null;
  /** By owner. */
  sheets: ReadonlyMap<string, StoredSheet>;
}

/** How often a sheet may be overwritten between two reads before the caller is told to come again. */
const ATTEMPTS = 10;
/** Reads of one head in a row without its sheet: it was the head all through the second, so the sheet is gone. */
const PROOF = 3;

/**
 * Key item and sheets are read in parallel, so a write that commits in between can leave a head whose sheet
 * was not seen; then both are read again.
 * @param owner restricts the sheets to one owner's
 * @throws Problem INTEGRITY_FAULT when a stored sheet is missing or not what its head names; CONFLICT when it is
 * written faster than it can be read
 */
export async function loadHolding(deps: LoadDeps, subject: string, owner?: string): Promise<Loaded> {
  const { dynamo, env } = deps;
  let [missing, times] = ['', 0];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [item, stored] = await Promise.all([
      readKeyItem(dynamo, env.keysTable, subject),
      querySheets(dynamo, env.sheetsTable, subject, owner),
    ]);
    // The subject was merged into another, whose sheets these are not.
    if (item && item.subject !== subject) return loadHolding(deps, item.subject, owner);
    const sheets = item ? namedSheets(item, stored, owner) : new Map<string, StoredSheet>();
    if (typeof sheets !== 'string') return { item, sheets };
    times = sheets === missing ? times + 1 : 1;
    missing = sheets;
    if (times === PROOF) throw new Problem('INTEGRITY_FAULT');
  }
  throw new Problem('CONFLICT', { detail: 'The record is being written; try again.' });
}

/** @returns the digest of a sheet that a head names and that is not among those read, if there is such a one */
function namedSheets(
  item: KeyItem,
  stored: readonly StoredSheet[],
  only: string | undefined,
): Map<string, StoredSheet> | string {
  const { collection, subject } = item;
  const sheets = new Map<string, StoredSheet>();
  for (const [owner, head] of item.heads) {
    if (only !== undefined && owner !== only) continue;
    const sheet = stored.find((one) => one.owner === owner && one.head.digest === head.digest);
    if (!sheet) return head.digest;
    const digest = sheetDigest({ ...sheet, collection, subject, version: head.version });
    if (!fromBase64url(head.digest)?.equals(digest)) throw new Problem('INTEGRITY_FAULT');
    sheets.set(owner, { ...sheet, head });
  }
  return sheets;
}
