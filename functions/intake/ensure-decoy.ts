import { randomId, view } from '../../shared/bytes.ts';
import { keysOfClass } from '../../shared/env.ts';
import { isClosed } from '../../shared/errors.ts';
import { asKeyId, DECOY_LOG, type SubjectId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { moveHead, type StoredKey } from '../../shared/records/subject/key-items.ts';
import { putSheet } from '../../shared/records/subject/sheets.ts';
import { toProblem } from '../http/problem.ts';
import { GATEWAY } from '../session/actor.ts';
import { newFileKey } from '../steps/file-keys.ts';
import { decoyFields, decoySubject, type Loaded, loadHolding } from '../steps/holding.ts';
import { makeSheet } from '../steps/write-sheet.ts';
import type { IntakeDeps } from './deps.ts';

const VALUE = 'decoy';

/**
 * Writes the fields that the decoy lacks, or that no key under the current version of their class covers, sheet by sheet, logged like any intake. It may be repeated, and two may run
 * concurrently: the second to move a head leaves it unchanged. Its keys under earlier versions stay, until a job has moved those of
 * all people.
 */
export async function ensureDecoy(deps: IntakeDeps, pack: Pack): Promise<void> {
  const subject = await decoySubject(deps, pack.collection);
  const arnOf = (key: StoredKey) => keysOfClass(deps.classKeys, key)[(key.kms ?? 1) - 1];
  const ensure = async (owner: string, fields: readonly string[]) => {
    const held = await loadHolding(deps, subject, owner);
    const keys = [...(held.item?.keys.values() ?? [])];
    const isNewest = (key: StoredKey) =>
      arnOf(key) === keysOfClass(deps.classKeys, { owner, class: key.class }).at(-1);
    const isCurrent = (name = '') => keys.some((key) => key.class === name && !key.file && isNewest(key));
    const lacksFile = (field: string) =>
      pack.fields.get(field)?.files &&
      !keys.some((key) => key.file?.field === field && key.owner === owner && isNewest(key));
    const missing = fields.filter(
      (field) =>
        !held.sheets.get(owner)?.fields.has(field) ||
        !isCurrent(pack.fields.get(field)?.class) ||
        lacksFile(field),
    );
    if (missing.length > 0) await write(deps, pack, subject, owner, missing, held);
  };
  const refused: unknown[] = [];
  // What one department's key refuses must not leave the decoy without the fields of the next one.
  for (const [owner, fields] of decoyFields(pack, deps.classKeys))
    await ensure(owner, fields).catch((fault) => {
      if (!isClosed(toProblem(fault).code)) throw fault;
      refused.push(fault);
    });
  if (refused.length > 0) throw refused[0];
}

async function write(
  deps: IntakeDeps,
  pack: Pack,
  subject: SubjectId,
  owner: string,
  missing: readonly string[],
  { item, sheets }: Loaded,
): Promise<void> {
  const { now, tables } = deps;
  const { collection } = pack;
  const logId = item?.logId ?? DECOY_LOG;
  const fields = new Map<string, Json>(missing.map((field) => [field, VALUE]));
  const made = { collection, subject, owner, logId, before: sheets.get(owner) ?? null, fields };
  const { sheet, addKeys } = await makeSheet(deps, pack, made);
  const files = missing.filter((field) => pack.fields.get(field)?.files);
  const { version } = sheet.head;
  await Promise.all(
    files.map(async (field) => {
      const keyId = asKeyId(randomId());
      const place = { collection, subject, owner, class: pack.fields.get(field)?.class ?? '' };
      const { key, salt, ...stored } = await newFileKey(deps, { ...place, keyId });
      view(key.key).fill(0);
      const at = new Date(now()).toISOString();
      addKeys.set(keyId, { class: place.class, owner, version, at, ...stored, file: { field, salt } });
    }),
  );
  await putSheet(tables.sheets, subject, sheet, now());
  await deps.log.append([
    {
      kind: 'intake',
      operation: 'store',
      owners: [owner],
      handler: GATEWAY,
      collection,
      subject: logId,
      policy: { version: pack.version, hash: pack.hash },
      fields: { [owner]: Object.fromEntries(missing.map((field) => [field, 'written'])) },
      keys: [...addKeys.keys()],
      outcome: 'stored',
      sheet: { owner, ...sheet.head },
    },
  ]);
  await moveHead(tables.keys, {
    subject,
    collection,
    owner,
    logId,
    before: item,
    head: sheet.head,
    addKeys,
    county: '',
    at: new Date(deps.now()).toISOString(),
    dropKeys: [],
    addIndexes: new Map(),
    dropIndexes: [],
  });
}
