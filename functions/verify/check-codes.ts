/**
 * The one-time code of a platform check. A desk makes it for one person, programme and platform at the representative's
 * request. The representative gives it to the platform, and it works once within a day.
 */

import { randomUUID } from 'node:crypto';
import type { CheckCodeRequest } from '../../shared/contract/routes/verify.ts';
import { defined } from '../../shared/defined.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { getAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId, asSubjectId, type SubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { DataSaid } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { verifyTexts } from '../../shared/messages/verify.ts';
import { carriersOf } from '../../shared/policy/decide/consent-scope.ts';
import { ownersOf } from '../../shared/policy/pack/pack.ts';
import type { Programme } from '../../shared/policy/pack/parts.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import { type KeyItem, readKeyItem } from '../../shared/records/subject/key-items.ts';
import { swap } from '../../shared/store/table.ts';
import { newUpdate } from '../../shared/store/update.ts';
import { evidenceWord, handlerOf, wordsOf } from '../session/actor.ts';
import { mayAct } from '../session/acts.ts';
import type { Session } from '../session/session.ts';
import { newCode, plainCode, shownCode } from '../steps/codes.ts';
import { policyOf } from '../steps/entry-base.ts';
import { findByMatch } from '../steps/find-subjects.ts';
import { decoyId, situationOf } from '../steps/holding.ts';
import { appendOne } from '../steps/log.ts';
import { askerOf, settleMisses } from '../steps/misses.ts';
import { placesFor, reaches } from '../steps/reach.ts';
import type { VerifyCall } from './call.ts';
import { matchKeys } from './match-keys.ts';

const LIFETIME = 24 * 3600;

/** The office that makes a code, and its policy. */
type Desk = Pick<VerifyCall, 'deps' | 'pack'> & { session: Session };

/**
 * @throws Problem INVALID_REQUEST if the programme does not start with a code or the recipient may not ask;
 * ROLE_REQUIRED if the caller is not a desk; REFUSED if the person is unknown or lives in another area; NO_CONSENT if no
 * consent could carry the check, which the desk may see
 */
export async function makeCheckCode(
  desk: Desk,
  request: CheckCodeRequest,
): Promise<{ code: string; expires: string; givers: string[]; receipt: Receipt }> {
  const { deps, pack, session } = desk;
  const programme = pack.programmes.get(request.programme);
  if (programme?.start !== 'code') throw invalid('/programme', verifyTexts.noCodeProgramme);
  const now = deps.now();
  const recipient = await getAgency(deps.tables.agencies, asClientId(request.recipient), now);
  const known = recipient?.purposes.includes(programme.purpose) && !recipient.suspended;
  if (!recipient || !known || !recipient.roles.some((role) => programme.who.includes(role)))
    throw invalid('/recipient', verifyTexts.notThisProgramme);

  const entry = entryOf(desk, programme, request);
  const subject = await reachable(desk, request.subject);
  const asker = askerOf({ deps, session, now }, entry.words ?? {});
  await settleMisses(asker, subject === null ? 1 : 0, () => entry);
  if (subject === null) {
    await deps.log.append([{ ...entry, kind: 'denial', outcome: 'refused' }]);
    throw new Problem('REFUSED');
  }
  const { subject: id, logId } = subject;
  // Read only for a desk that may list them, so that all refusals before this one look alike.
  const casework = await queryCasework(deps.tables.casework, id);
  const { consents } = situationOf(pack, { casework, values: new Map() }, subject, now);
  const use = { purpose: programme.purpose, recipient: recipient.clientId };
  const carriers = carriersOf(pack, use, programme.fields, consents, now);
  if (carriers.length === 0) {
    const words = { ...entry.words, finding: 'NO_CONSENT', subject: id };
    await deps.log.append([{ ...entry, kind: 'denial', outcome: 'refused', words }]);
    const detail = verifyTexts.noConsent(programme.purpose, programme.fields.join(', '));
    throw new Problem('NO_CONSENT', {
      ...defined({ rule: pack.purposes.get(programme.purpose)?.rule }),
      detail,
    });
  }
  const code = newCode();
  const expires = Math.floor(now / 1000) + LIFETIME;
  const receipt = await appendOne(deps.log, { ...entry, kind: 'request', subject: logId, outcome: 'made' });
  const name = await nameOf(desk, code, recipient.clientId, programme);
  const made = { claim: { S: name }, subject: { S: id }, expires: { N: String(expires) } };
  if (!(await swap(deps.tables.claims, made, 'attribute_not_exists(claim)')))
    throw new Error('this code exists');
  return {
    code: shownCode(code),
    expires: new Date(expires * 1000).toISOString(),
    // Whether the person's age demands another giver is not known here: nothing of the record is opened.
    givers: [...new Set(carriers.map(({ giver }) => giver))].sort(),
    receipt,
  };
}

function entryOf({ pack, session }: Desk, programme: Programme, request: CheckCodeRequest): DataSaid {
  return {
    operation: 'use',
    owners: ownersOf(pack, programme.fields),
    handler: handlerOf(session),
    purpose: programme.purpose,
    programme: programme.name,
    collection: pack.collection,
    policy: policyOf(pack, programme.purpose),
    code: 'CHECK_CODE',
    words: { ...wordsOf(session, request.context ?? {}, '/context'), ...evidenceWord(session) },
  };
}

/** @returns the subject, or `null` if no record exists or it lies outside the area of the desk */
async function reachable(desk: Desk, subject: CheckCodeRequest['subject']): Promise<KeyItem | null> {
  const { deps, pack, session } = desk;
  const [id, places] = await Promise.all([subjectOf(desk, subject), placesFor(deps, pack, session.caller)]);
  // The same reads follow, whether or not a record exists.
  const item = await readKeyItem(deps.tables.keys, id ?? decoyId());
  return item && mayAct(session, { area: reaches(session.caller, item, places) }) ? item : null;
}

async function subjectOf(
  { deps, pack, session }: Desk,
  subject: CheckCodeRequest['subject'],
): Promise<SubjectId | null> {
  if (subject.ref !== undefined) {
    const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
    return references.toSubject(subject.ref);
  }
  return findByMatch({ deps, pack }, matchKeys(pack, subject.match ?? {}, deps.now()));
}

interface UsedCode {
  /** `null` if the code is unknown, used, expired, or meant for another platform or programme. */
  subject: SubjectId | null;
  /** Makes the code valid again, if the gateway failed to answer the check. */
  undo(): Promise<void>;
}

/** Uses the code up. It takes one conditional write, whether or not the code exists. */
export async function useCode(call: VerifyCall, given: string): Promise<UsedCode> {
  const { deps, session, programme, now } = call;
  const name = await nameOf(call, plainCode(given), session.caller.clientId, programme);
  const [table, key, by] = [deps.tables.claims, { claim: { S: name } }, { S: randomUUID() }];
  const use = newUpdate();
  const [subject, used, expires] = [use.name('subject'), use.name('used'), use.name('expires')];
  // The caller's own mark lets a retry of the SDK succeed if the first answer was lost.
  const free = `(attribute_not_exists(${used}) OR ${used} = ${use.set('used', by)})`;
  const timely = `${expires} > ${use.value({ N: String(Math.floor(now / 1000)) })}`;
  const item = await use.read(
    table,
    key,
    'ALL_NEW',
    `attribute_exists(${subject}) AND ${free} AND ${timely}`,
  );
  const found = item?.['subject']?.S;
  return {
    subject: found === undefined ? null : asSubjectId(found),
    async undo() {
      const update = newUpdate();
      update.remove('used');
      await update.send(table, key, `${update.name('used')} = ${update.value(by)}`);
    },
  };
}

/** A MAC under a KMS key, so that a reader of the table cannot derive codes from it. */
async function nameOf(
  { deps: { kms, env }, pack: { collection } }: Pick<VerifyCall, 'deps' | 'pack'>,
  code: string,
  recipient: string,
  programme: Programme,
): Promise<string> {
  const place = { collection, field: '#check-code', scope: `${recipient} ${programme.name}` };
  const [index] = await blindIndexes(kms, env.indexKey, { ...place, value: code });
  return `code:${index}`;
}
