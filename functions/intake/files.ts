/**
 * A file on its way to a person: begun, uploaded in parts at addresses of the store, completed, and taken by an intake that names
 * it. Until then it belongs to no person, so an upload reveals none. Its key is re-homed by KMS, and nothing here can unwrap it.
 */

import { randomId, toBase64url, view } from '../../shared/bytes.ts';
import type { Body } from '../../shared/contract/api.ts';
import { keysOfClass } from '../../shared/env.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { objectBytes } from '../../shared/files/chunks.ts';
import { paddedBytes } from '../../shared/files/padding.ts';
import { asKeyId, type KeyId, type SubjectId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { rewrapDataKey } from '../../shared/keys/rewrap.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import { fileIn } from '../../shared/policy/check/validate.ts';
import { mayIntake } from '../../shared/policy/decide/decide.ts';
import { PART_BYTES } from '../../shared/records/file-store.ts';
import {
  dropStaged,
  readStaged,
  STAGED_SECONDS,
  type StagedFile,
  swapStaged,
} from '../../shared/records/files.ts';
import type { StoredKey } from '../../shared/records/subject/key-items.ts';
import type { Session } from '../session/session.ts';
import { encryptTo, recipientOf } from '../steps/encrypt-to.ts';
import { newFileKey, UPLOAD } from '../steps/file-keys.ts';
import type { IntakeCall, RecordPlan } from './call.ts';
import type { IntakeDeps } from './deps.ts';

/**
 * One GenerateDataKey, one upload begun, one put. The key leaves sealed to the agency.
 * @throws Problem FIELD_REFUSED, INVALID_REQUEST, NO_ENCRYPTION_KEY
 */
export async function beginFile(
  deps: IntakeDeps,
  session: Session,
  { field, type, bytes, sha256 }: Body<'POST /v1/files'>,
) {
  const { pack } = session.act;
  const may = mayIntake(pack, session.caller, field);
  if (!('owner' in may)) throw new Problem('FIELD_REFUSED', { rule: may.rule, reason: may.reason });
  const { files, class: name } = pack.fields.get(field) ?? { class: '' };
  if (!files) throw invalid('/field', intakeTexts.noFiles);
  if (!files.types.includes(type)) throw invalid('/type', intakeTexts.fileType(files.types.join(', ')));
  if (bytes > files.max) throw invalid('/bytes', intakeTexts.fileBytes(files.max));
  const recipient = recipientOf(session);
  const file = asKeyId(randomId());
  const place = { collection: pack.collection, class: name, owner: may.owner };
  const [made, upload] = await Promise.all([
    newFileKey(deps, { ...place, subject: UPLOAD, keyId: file }),
    deps.files.begin(file),
  ]);
  const { key, salt, commitment, wrapped, kms } = made;
  const secret = { key: toBase64url(key.key), context: toBase64url(key.context), salt: toBase64url(salt) };
  view(key.key).fill(0);
  const expires = Math.floor(deps.now() / 1000) + STAGED_SECONDS;
  const staged: StagedFile = {
    ...place,
    file,
    agency: session.caller.clientId,
    field,
    type,
    bytes,
    sha256,
    upload,
    kms,
    expires,
    salt: encoded(salt),
    commitment: encoded(commitment),
    wrapped: encoded(wrapped),
  };
  if (!(await swapStaged(deps.tables.claims, staged, null))) throw new Problem('CONFLICT');
  return {
    file,
    upload: encryptTo(recipient, JSON.stringify(secret), 'json'),
    partBytes: PART_BYTES,
    expires: new Date(expires * 1000).toISOString(),
  };
}

/**
 * Addresses for all parts of the sealed file. They may be asked for again, for the same parts alone.
 * @throws Problem NOT_FOUND, INVALID_REQUEST, CONFLICT
 */
export async function fileParts(deps: IntakeDeps, session: Session, id: string, digests: readonly string[]) {
  const staged = await ownFile(deps, session, id);
  if (digests.length !== Math.ceil(sizeOf(staged) / PART_BYTES))
    throw invalid('/parts', intakeTexts.fileUnfinished);
  const parts = digests.map((digest) => Buffer.from(digest, 'hex').toString('base64'));
  const known = staged.parts ?? parts;
  if (known.join() !== parts.join()) throw new Problem('CONFLICT', { detail: intakeTexts.fileOther });
  if (!staged.parts && !(await swapStaged(deps.tables.claims, { ...staged, parts }, staged)))
    throw new Problem('CONFLICT', { detail: intakeTexts.fileOther });
  const addresses = partsOf(parts).map((part) => deps.files.partUrl(staged, part));
  return { addresses: await Promise.all(addresses) };
}

/** May be repeated. @throws Problem NOT_FOUND; CONFLICT if parts are missing */
export async function completeFile(deps: IntakeDeps, session: Session, id: string) {
  const staged = await ownFile(deps, session, id);
  const { file, bytes, parts, complete } = staged;
  if (complete) return { file, bytes };
  const made = parts ? await deps.files.complete(staged, partsOf(parts)) : null;
  if (made !== sizeOf(staged)) throw new Problem('CONFLICT', { detail: intakeTexts.fileUnfinished });
  // If another call was first it has said the same.
  await swapStaged(deps.tables.claims, { ...staged, complete: true }, staged);
  return { file, bytes };
}

const partsOf = (digests: readonly string[]) => digests.map((sha256, i) => ({ n: i + 1, sha256 }));
const sizeOf = ({ bytes }: StagedFile) => objectBytes(paddedBytes(bytes));
const encoded = (bytes: Uint8Array) => view(bytes).toString('base64');
const decoded = (text: string) => Buffer.from(text, 'base64');

/** The agency's own upload: of another one it learns as little as of none. */
async function ownFile({ tables, now }: IntakeDeps, { caller }: Session, id: string): Promise<StagedFile> {
  const staged = await readStaged(tables.claims, id);
  if (staged?.agency !== caller.clientId || staged.expires * 1000 < now()) throw new Problem('NOT_FOUND');
  return staged;
}

/** Values by field, keys by id, and the uploads that they come from. */
interface TakenFiles {
  values: Map<string, Json>;
  keys: Map<KeyId, StoredKey>;
  uploads: StagedFile[];
}

/**
 * The files that a record names: each value becomes what describes the file, and its key opens for this person alone. May be repeated
 * for the same person. Nothing is written.
 * @throws Problem CONFLICT
 */
export async function readFiles(
  deps: IntakeDeps,
  { pack, session }: Pick<IntakeCall, 'pack' | 'session'>,
  { owner, fields }: Pick<RecordPlan, 'owner' | 'fields'>,
  { subject, version }: { subject: SubjectId; version: number },
): Promise<TakenFiles> {
  const values = new Map<string, Json>();
  const keys = new Map<KeyId, StoredKey>();
  const uploads: StagedFile[] = [];
  for (const [field, value] of fields) {
    const id = pack.fields.get(field)?.files ? fileIn(value) : null;
    if (id === null) continue;
    const staged = await ownFile(deps, session, id).catch((error) => {
      throw error instanceof Problem && error.code === 'NOT_FOUND' ? unfinished() : error;
    });
    if (!staged.complete || staged.field !== field || staged.owner !== owner) throw unfinished();
    if ((staged.taken ?? subject) !== subject) throw taken();
    uploads.push(staged);
    const { collection, class: name, file, type, bytes, sha256 } = staged;
    const arns = keysOfClass(deps.classKeys, staged);
    const [from = '', to = ''] = [arns[staged.kms - 1], arns.at(-1)];
    const place = { collection, class: name, owner, subject: UPLOAD, keyId: file };
    keys.set(file, {
      class: name,
      owner,
      version,
      at: new Date(deps.now()).toISOString(),
      kms: arns.length,
      wrapped: await rewrapDataKey(deps.kms, from, to, place, decoded(staged.wrapped), { ...place, subject }),
      commitment: decoded(staged.commitment),
      file: { field, salt: decoded(staged.salt) },
    });
    values.set(field, { file, type, bytes, sha256 });
  }
  return { values, keys, uploads };
}

/**
 * Makes files the record's own, once it is certain whose record it is, and before its entry and its head: a record that fails earlier
 * leaves its files free, and one that fails later is sent again for the same person.
 * @throws Problem CONFLICT if another record was first
 */
export async function takeFiles(deps: IntakeDeps, uploads: readonly StagedFile[], taker: SubjectId) {
  for (const upload of uploads) {
    const own = { ...upload, taken: taker };
    const isOwn = upload.taken || (await swapStaged(deps.tables.claims, own, upload));
    // The same record may have been sent twice at once.
    if (!isOwn && (await readStaged(deps.tables.claims, upload.file))?.taken !== taker) throw taken();
    // The store forgets what no intake took.
    await deps.files.keep(upload.file);
  }
}

/** Nothing opens these files any more: what is left of the upload goes with its key, and the object within a week. */
export async function forgetFiles({ tables, files }: IntakeDeps, ids: readonly KeyId[]): Promise<void> {
  await Promise.all(ids.flatMap((id) => [dropStaged(tables.claims, id), files.forget(id)]));
}

const unfinished = () => new Problem('CONFLICT', { detail: intakeTexts.fileUnfinished });
const taken = () => new Problem('CONFLICT', { detail: intakeTexts.fileTaken });
