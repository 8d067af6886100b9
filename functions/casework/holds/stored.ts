/** The history of a legal hold, as the table of casework keeps it. */

import { createHash } from 'node:crypto';
import { toBase64url } from '../../../shared/bytes.ts';
import type { HoldRequest } from '../../../shared/contract/routes/holds.ts';
import { Problem } from '../../../shared/errors.ts';
import type { SubjectId } from '../../../shared/ids.ts';
import { blindIndexes } from '../../../shared/keys/blind-index.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import type { ListedHold } from '../../../shared/records/casework/holds.ts';
import { requireAct } from '../../session/acts.ts';
import type { FoundSubject } from '../../steps/find-subjects.ts';
import { stillWaiting, type WaitingRequest } from '../../steps/two-people.ts';
import type { Act } from '../act.ts';

const KIND = 'legal-hold';

/** Of a person without a record, `subject` is a random id. */
export interface HoldDocument extends Omit<ListedHold, 'entry'> {
  subject: SubjectId;
  state: 'requested' | 'in-force' | 'lifted';
  /** The first person. */
  first: WaitingRequest;
  /** The second person, and the first request to lift it. */
  confirmed?: { person: string; entry: ListedHold['entry']; receipt?: Receipt };
  lifting?: WaitingRequest;
  lifted?: { person: string; at: string; receipt?: Receipt };
}

/** @throws Problem NOT_FOUND, or the code of the act's row, if the caller's office did not set it */
export async function readHold({ deps, session }: Act, id: string): Promise<HoldDocument> {
  const document = await read(deps, id);
  requireAct(session, { setter: document?.by === session.caller.clientId });
  if (!document) throw new Problem('NOT_FOUND');
  return document;
}

/** @returns whether it was stored; `false` if another document is there */
export function putHoldDocument(
  { deps }: Act,
  document: HoldDocument,
  before: HoldDocument | null,
): Promise<boolean> {
  return putActDocument(deps.tables.casework, { kind: KIND, id: document.id, document }, before);
}

/** @throws Problem CONFLICT if it was changed meanwhile */
export async function change(act: Act, next: HoldDocument, before: HoldDocument): Promise<void> {
  if (await putHoldDocument(act, next, before)) return;
  throw new Problem('CONFLICT', { detail: caseworkTexts.holdChanged });
}

function read({ tables }: Act['deps'], id: string): Promise<HoldDocument | null> {
  return readActDocument<HoldDocument>(tables.casework, KIND, id);
}

/**
 * The hold that this person's request is about, by who asks for what. A repeat finds the first request, and the reads are the
 * same whether or not a record exists. After a hold that was lifted, or a request that expired, the same words are a new one.
 */
export async function holdAsked(
  act: Act,
  request: Pick<HoldRequest, 'subject' | 'fields' | 'instrument'>,
  { matched }: FoundSubject,
): Promise<{ id: string; document: HoldDocument | null }> {
  const { deps, person, now } = act;
  const { clientId } = act.session.caller;
  const fields = request.fields && [...new Set(request.fields)].sort();
  const names = [request.subject.ref ?? null, ...(await indexesOf(act, matched))];
  for (let id = nameOf([clientId, person, request.instrument, fields ?? null, names]); ; id = nameOf([id])) {
    const document = await read(deps, id);
    const waits = document?.state === 'requested' && stillWaiting(document.first, now) !== null;
    if (!document || waits || document.state === 'in-force') return { id, document };
  }
}

/** Match keys are never stored, so their blind indexes stand for them. */
function indexesOf({ deps, pack, session }: Act, matched: ReadonlyMap<string, string>): Promise<string[]> {
  const { kms, env } = deps;
  const { collection } = pack;
  const scope = session.caller.clientId;
  const keys = [...matched].sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    keys.map(async ([field, value]) => {
      const [newest] = await blindIndexes(kms, env.indexKey, { collection, field, scope, value });
      return newest;
    }),
  );
}

/** In the form of an act's id. */
function nameOf(parts: readonly unknown[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['legal-hold', ...parts]))
    .digest();
  return toBase64url(digest.subarray(0, 16));
}
