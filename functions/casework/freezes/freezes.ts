import { randomId } from '../../../shared/bytes.ts';
import type { Freeze as FreezeView } from '../../../shared/contract/casework.ts';
import type { Pending } from '../../../shared/contract/common.ts';
import type { FreezeRequest } from '../../../shared/contract/routes/freezes.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { agencyNames, readAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId, type ClientId } from '../../../shared/ids.ts';
import type { Text } from '../../../shared/language.ts';
import type { DataEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import type { Matter } from '../../../shared/policy/decide/permits.ts';
import { spokenFor } from '../../../shared/policy/decide/speaks.ts';
import { endOf } from '../../../shared/policy/pack/calendar.ts';
import { allOwners, ownersOf } from '../../../shared/policy/pack/pack.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import {
  dropCasework,
  dropFreeze,
  dropPersonFreeze,
  FREEZE,
  type Freeze,
  putCasework,
  putFreeze,
  putPersonFreeze,
} from '../../../shared/records/casework/casework.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import { officerDigest } from '../../session/actor.ts';
import { requireAct, requirePossibleFor, ruleOf } from '../../session/acts.ts';
import { decoyId } from '../../steps/holding.ts';
import { appendOne } from '../../steps/log.ts';
import { countStop } from '../../steps/stops.ts';
import { requestOrApprove, stillWaiting } from '../../steps/two-people.ts';
import { type Act, entryOf, isInReach } from '../act.ts';
import { forSurvivor } from '../consents/stored.ts';
import { findHeld } from '../speaks.ts';
import { repeated } from './repeat.ts';
import { type FreezeDocument, type Target, viewOf } from './view.ts';

/** The scope of a freeze, for its entry and for the check of the caller's role. */
interface FreezeScope {
  target: Target;
  owners: readonly string[];
  agency?: ClientId;
  outline?: Outline;
  /** For auditors. It is a word and not a code of the entry, because an officer has a name. */
  finding: string;
}

/**
 * Logs the freeze, stores it under its id, then puts it in force. A crash in between leaves a freeze without
 * effect, and its caller got no answer. A repeat that would end no later is the same freeze.
 * @throws Problem ROLE_REQUIRED, INVALID_REQUEST, REFUSED (the subject), or a 503: then freeze again
 */
export async function freeze(
  act: Act,
  { target: asked }: FreezeRequest,
): Promise<{ freeze: FreezeView; receipt: Receipt }> {
  const scope = await findScope(act, asked);
  const { target } = scope;
  const { deps, session, person, now } = act;
  requireAct(session, matterOf(act, scope));
  // After the check of rights, so that a caller who may not freeze learns nothing about the register.
  if (asked.agency !== undefined && !(await readAgency(deps.tables.agencies, asClientId(asked.agency))))
    throw invalid('/target/agency', await unknownAgency(act, asked.agency, asked.officer !== undefined));
  const until = endOfFreeze(act, target);
  const again = await repeated(act, target, until);
  if (again) return { freeze: await viewOf(act, again), receipt: again.receipt };
  await countStop(act, act.words.officer, () => freezeEntry(act, scope, '', 'frozen'));
  const id = randomId();
  const receipt = await recordFreeze(act, scope, id, 'frozen');
  const document: FreezeDocument = {
    id,
    target,
    at: new Date(now).toISOString(),
    by: session.caller.clientId,
    entry: receipt.entry,
    person,
    receipt,
    state: 'in-force',
    ...defined({ until }),
  };
  if (!(await putActDocument(deps.tables.casework, { kind: FREEZE, id, document }, null)))
    throw new Problem('CONFLICT');
  await putInForce(act, document);
  return { freeze: await viewOf(act, document), receipt };
}

/**
 * The first person requests, the second lifts. The end is logged and stored under the freeze's id before the
 * freeze ends: a crash leaves it in force, and the second person's repeated request ends it.
 * @throws Problem NOT_FOUND, ROLE_REQUIRED, APPROVER_IS_REQUESTER, CONFLICT, or a 503: then repeat the
 * request
 */
export async function liftFreeze(
  act: Act,
  id: string,
  seen: string | undefined,
): Promise<{ freeze: FreezeView; receipt?: Receipt } | Pending> {
  const { deps, session, person, now } = act;
  const { tables } = deps;
  const document = await readActDocument<FreezeDocument>(tables.casework, FREEZE, id);
  // An id out of reach looks like one that does not exist, and as much is read for it.
  if (document?.target.kind !== 'subject') await readOutline(tables.keys, decoyId());
  if (!document) throw new Problem('NOT_FOUND');
  const scope = await scopeOf(act, document.target, 'NOT_FOUND');
  requireAct(session, { ...matterOf(act, scope), setter: document.by === session.caller.clientId });
  const change = async (next: FreezeDocument) => {
    const put = { kind: FREEZE, id, document: next } as const;
    if (await putActDocument(tables.casework, put, document)) return;
    throw new Problem('CONFLICT', { detail: caseworkTexts.freezeChanged });
  };
  if (document.lifted) {
    if (document.lifted.person !== person || document.lifting?.entry !== seen)
      throw new Problem('CONFLICT', { detail: caseworkTexts.freezeLifted });
    await endForce(act, document);
    return { freeze: await viewOf(act, document), ...defined({ receipt: document.lifted.receipt }) };
  }
  const step = await requestOrApprove(
    {
      ...{ session, first: stillWaiting(document.lifting, now), person, seen, now: () => now },
      after: `${id} ${document.lifting?.entry}`,
    },
    () => recordFreeze(act, scope, id, 'lifting'),
    async (lifting) => {
      await change({ ...document, lifting });
      return null;
    },
  );
  if ('pending' in step) return step.pending;
  const receipt = await recordFreeze(act, scope, id, 'lifted', step.approved.entry);
  const at = new Date(now).toISOString();
  const next: FreezeDocument = {
    ...document,
    state: 'lifted',
    lifted: { person, at, entry: receipt.entry, receipt },
  };
  await change(next);
  await endForce(act, next);
  return { freeze: await viewOf(act, next), receipt };
}

async function findScope(act: Act, asked: FreezeRequest['target']): Promise<FreezeScope> {
  const { pack } = act;
  const { subject, officer, purpose, class: name } = asked;
  const agency = asked.agency === undefined ? undefined : asClientId(asked.agency);
  if (subject) {
    // Before the lookup: the error code must not reveal to a caller without the right whether a record
    // exists.
    const known = { of: 'subject', owner: isOwner(act, allOwners(pack)) } as const;
    requirePossibleFor(act.session, known);
    const outline = await findHeld(act, subject, 'process', 'owner', known);
    return scopeOf(act, { kind: 'subject', subject: outline.named });
  }
  if (agency !== undefined) {
    const target: Target =
      officer === undefined
        ? { kind: 'agency', agency }
        : { kind: 'officer', agency, person: officerDigest(agency, officer) };
    const scope = await scopeOf(act, target);
    return officer === undefined ? scope : { ...scope, finding: `officer ${agency} ${officer}` };
  }
  if (purpose !== undefined) {
    if (!pack.purposes.has(purpose))
      throw invalid(
        '/target/purpose',
        commonTexts.noSuchPurposeNear(nearestOf(purpose, pack.purposes.keys())),
      );
    return scopeOf(act, { kind: 'purpose', purpose });
  }
  if (!pack.classes.has(name ?? ''))
    throw invalid('/target/class', caseworkTexts.noSuchClassNear(nearestOf(name ?? '', pack.classes.keys())));
  return scopeOf(act, { kind: 'class', class: name ?? '' });
}

/**
 * The sentence names a known name, never the submitted one. Officers are in no register, so a mistyped officer is not
 * noticed: the sentence says so.
 */
async function unknownAgency({ deps }: Act, name: string, officer: boolean): Promise<Text> {
  const nearest = nearestOf(name, await agencyNames(deps.tables.agencies));
  return officer ? caseworkTexts.checkOfficer(nearest) : caseworkTexts.noSuchAgencyNear(nearest);
}

/** @throws Problem for a subject that is out of the caller's reach or was erased */
async function scopeOf(
  act: Act,
  target: Target,
  refusal: 'REFUSED' | 'NOT_FOUND' = 'REFUSED',
): Promise<FreezeScope> {
  const { deps, pack, session } = act;
  const all = allOwners(pack);
  if (target.kind === 'subject') {
    const outline = await readOutline(deps.tables.keys, target.subject, spokenFor(pack, session.caller));
    if (!outline || !isInReach(act, outline)) throw new Problem(refusal);
    return { target, owners: all, outline, finding: 'subject' };
  }
  if (target.kind === 'class') {
    const ofClass = [...pack.fields.values()].filter((field) => field.class === target.class);
    const owners = ownersOf(
      pack,
      ofClass.map(({ name }) => name),
    );
    return { target, owners: owners.length > 0 ? owners : all, finding: `class ${target.class}` };
  }
  if (target.kind === 'purpose') return { target, owners: all, finding: `purpose ${target.purpose}` };
  return { target, owners: all, agency: target.agency, finding: `${target.kind} ${target.agency}` };
}

/** `scopeOf` has checked that a subject lives in the caller's area. An owner holds something of this person. */
function matterOf(act: Act, { target, owners, outline, agency }: FreezeScope): Matter {
  const { clientId } = act.session.caller;
  return {
    of: target.kind,
    area: target.kind === 'subject',
    owner: outline ? outline.holders.length > 0 : isOwner(act, owners),
    self: agency === clientId,
  };
}

function isOwner({ pack, session }: Act, owners: readonly string[]): boolean {
  return spokenFor(pack, session.caller).some((code) => owners.includes(code));
}

function recordFreeze(...said: Parameters<typeof freezeEntry>): Promise<Receipt> {
  return appendOne(said[0].deps.log, freezeEntry(...said));
}

function freezeEntry(
  act: Act,
  { target, owners, outline, finding }: FreezeScope,
  id: string,
  outcome: 'frozen' | 'lifting' | 'lifted',
  approval?: string,
): DataEntry {
  const entry = entryOf(act, {
    kind: 'freeze',
    operation: 'process',
    owners,
    about: id,
    outcome,
    ...(target.kind === 'purpose' && { purpose: target.purpose }),
    ...defined({ subject: outline?.logId }),
    code: `FREEZE_${target.kind.toUpperCase()}`,
    rule: ruleOf(act.session),
    ...(approval !== undefined && { approvals: [approval] }),
  });
  return { ...entry, words: { ...entry.words, finding } };
}

/** A subject is frozen for the policy's time; what is stopped for all stays until it is lifted. */
function endOfFreeze({ pack, now }: Act, { kind }: Target): string | undefined {
  const lasts = pack.casework?.freezes?.lasts;
  if (kind !== 'subject' || !lasts) return undefined;
  return new Date(endOf(pack.calendar, lasts, now)).toISOString();
}

async function putInForce(
  { deps }: Act,
  { id, target, at, by, entry, until }: FreezeDocument,
): Promise<void> {
  const { tables } = deps;
  if (target.kind !== 'subject') {
    return putFreeze(tables.casework, { id, target, at, by, entry } satisfies Freeze);
  }
  const listed = { id, target, at, by, entry, ...defined({ until }) };
  await putPersonFreeze(tables.casework, listed);
  await forSurvivor(deps, target.subject, async (subject) => {
    await putCasework(tables.casework, subject, {
      kind: FREEZE,
      id,
      document: { at, by, entry, ...defined({ until }) },
    });
  });
}

async function endForce({ deps }: Act, { id, target }: FreezeDocument): Promise<void> {
  const { tables } = deps;
  if (target.kind !== 'subject') return dropFreeze(tables.casework, id);
  await forSurvivor(deps, target.subject, (subject) =>
    dropCasework(tables.casework, subject, { kind: FREEZE, id }),
  );
  await dropPersonFreeze(tables.casework, id);
}
