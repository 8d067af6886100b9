import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../../shared/bytes.ts';
import { Problem } from '../../../shared/errors.ts';
import { readAgency } from '../../../shared/identity/agencies/agencies.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { Hand, Matter } from '../../../shared/policy/acts/permits.ts';
import { putActDocument, readActDocument } from '../../../shared/records/casework/acts.ts';
import {
  dropCasework,
  dropFreeze,
  FREEZE,
  type Freeze,
  type FreezeTarget,
  putCasework,
  putFreeze,
  readFreezes,
} from '../../../shared/records/casework/casework.ts';
import { type Outline, readOutline } from '../../../shared/records/subject/outlines.ts';
import type { FreezeRequest, FreezeView } from '../../http/contract/freezes.ts';
import { officerDigest } from '../../session/actor.ts';
import { handOf, requireAct, requirePossibleFor, requireSecond, ruleOf } from '../../session/acts.ts';
import { type Act, entryOf, findSubject, isInReach } from '../act.ts';
import { forSurvivor } from '../consents/stored.ts';

type Target = FreezeTarget | { kind: 'subject'; subject: string };

/** A freeze from its beginning to its end. What is in force lies where releases look for it. */
interface FreezeDocument {
  id: string;
  target: Target;
  at: string;
  by: string;
  entry: string;
  state: 'in-force' | 'lifted';
  /** Who asked first that it be lifted, and until when that waits for another. */
  lifting?: Hand & { entry: string; expires: string };
  /** Who asked as the second. */
  lifted?: { person: string; at: string; entry: string };
}

/** Milliseconds that the first of two people waits for the second. */
const WAIT = 86_400_000;

/** What a freeze is about, once looked at: for its entry, and for who may set and lift it. */
interface Aimed {
  target: Target;
  owners: readonly string[];
  agency?: string;
  outline?: Outline;
  /** For auditors; what an entry names is a code, and an officer is a name. */
  finding: string;
}

/**
 * Logs the freeze, keeps it under its id, then puts it in force: a crash in between leaves a freeze that stops
 * nothing, whose answer nobody got.
 * @throws Problem ROLE_REQUIRED, INVALID_REQUEST, REFUSED (the subject), or a 503: then freeze again
 */
export async function freeze(
  act: Act,
  { target: asked }: FreezeRequest,
): Promise<{ freeze: FreezeView; receipt: Receipt }> {
  const aimed = await aim(act, asked);
  const { target } = aimed;
  const { deps, session, now } = act;
  requireAct(session, matterOf(act, aimed));
  const id = toBase64url(randomBytes(16));
  const receipt = await recordFreeze(act, aimed, id, 'frozen');
  const document: FreezeDocument = {
    ...{ id, target, at: new Date(now).toISOString(), by: session.caller.clientId },
    ...{ entry: receipt.entry, state: 'in-force' },
  };
  const { tables } = deps;
  if (!(await putActDocument(tables.casework, { kind: FREEZE, id, document }, null))) {
    throw new Problem('CONFLICT');
  }
  await putInForce(act, document);
  return { freeze: await viewOf(act, document), receipt };
}

/**
 * The first of two people asks, the second lifts. Logged and noted under its id before it ends, so that a crash
 * leaves it in force; the second asks again, and it ends.
 * @throws Problem NOT_FOUND, ROLE_REQUIRED, APPROVER_IS_REQUESTER, CONFLICT, or a 503: then ask again
 */
export async function liftFreeze(
  act: Act,
  id: string,
): Promise<
  { freeze: FreezeView; receipt?: Receipt } | { state: 'pending'; expiresAt: string; receipt: Receipt }
> {
  const { deps, session, person, now } = act;
  const { tables } = deps;
  const document = await readActDocument<FreezeDocument>(tables.casework, FREEZE, id);
  if (!document) throw new Problem('NOT_FOUND');
  const aimed = await aimedAt(act, document.target);
  requireAct(session, { ...matterOf(act, aimed), setter: document.by === session.caller.clientId });
  const change = async (next: FreezeDocument) => {
    const put = { kind: FREEZE, id, document: next } as const;
    if (await putActDocument(tables.casework, put, document)) return;
    throw new Problem('CONFLICT', { detail: 'The freeze changed meanwhile; ask again.' });
  };
  if (document.lifted) {
    if (document.lifted.person !== person) throw new Problem('CONFLICT', { detail: 'The freeze is lifted.' });
    await endForce(act, document);
    return { freeze: await viewOf(act, document) };
  }
  const first = document.lifting;
  if (!first || Date.parse(first.expires) <= now) {
    const receipt = await recordFreeze(act, aimed, id, 'lifting');
    const expires = new Date(now + WAIT).toISOString();
    await change({ ...document, lifting: { ...handOf(session, person), entry: receipt.entry, expires } });
    return { state: 'pending', expiresAt: expires, receipt };
  }
  requireSecond(session, first, handOf(session, person));
  const receipt = await recordFreeze(act, aimed, id, 'lifted', first.entry);
  const at = new Date(now).toISOString();
  const next: FreezeDocument = { ...document, state: 'lifted', lifted: { person, at, entry: receipt.entry } };
  await change(next);
  await endForce(act, next);
  return { freeze: await viewOf(act, next), receipt };
}

/** All but those of subjects, which nobody may list. */
export async function listFreezes(act: Act): Promise<FreezeView[]> {
  const { deps } = act;
  const freezes = await readFreezes(deps.tables.casework);
  return Promise.all(freezes.map((one) => viewOf(act, { ...one, state: 'in-force' })));
}

async function aim(act: Act, asked: FreezeRequest['target']): Promise<Aimed> {
  const { pack } = act;
  const { subject, agency, officer, purpose, class: name } = asked;
  if (subject) {
    // Before the look-up: whoever may not freeze must not learn by the code who is on record.
    const owners = ownersOf([...pack.fields.values()]);
    requirePossibleFor(act.session, { of: 'subject', owner: isOwner(act, owners) });
    const outline = await findSubject(act, subject, 'process');
    return aimedAt(act, { kind: 'subject', subject: outline.subject });
  }
  if (agency !== undefined) {
    const target: Target =
      officer === undefined
        ? { kind: 'agency', agency }
        : { kind: 'officer', agency, person: officerDigest(agency, officer) };
    const aimed = await aimedAt(act, target);
    // After the question of who may: a caller who may not freeze learns no names of the register.
    if (!(await readAgency(act.deps.dynamo, act.deps.env.agenciesTable, agency)))
      throw invalid('/target/agency', 'no such agency');
    return officer === undefined ? aimed : { ...aimed, finding: `officer ${agency} ${officer}` };
  }
  if (purpose !== undefined) {
    if (!pack.purposes.has(purpose)) throw invalid('/target/purpose', 'no such purpose');
    return aimedAt(act, { kind: 'purpose', purpose });
  }
  if (!pack.classes.has(name ?? '')) throw invalid('/target/class', 'no such class');
  return aimedAt(act, { kind: 'class', class: name ?? '' });
}

/** @throws Problem REFUSED for a subject that is out of the caller's reach, or no more */
async function aimedAt({ deps, pack, session }: Act, target: Target): Promise<Aimed> {
  const fields = [...pack.fields.values()];
  const all = ownersOf(fields);
  if (target.kind === 'subject') {
    const outline = await readOutline(deps.tables.keys, target.subject);
    if (!outline || !isInReach(pack, session.caller, outline)) throw new Problem('REFUSED');
    return { target, owners: all, outline, finding: 'subject' };
  }
  if (target.kind === 'class') {
    const owners = ownersOf(fields.filter((field) => field.class === target.class));
    return { target, owners: owners.length > 0 ? owners : all, finding: `class ${target.class}` };
  }
  if (target.kind === 'purpose') return { target, owners: all, finding: `purpose ${target.purpose}` };
  return { target, owners: all, agency: target.agency, finding: `${target.kind} ${target.agency}` };
}

function ownersOf(fields: readonly { owners: readonly string[] }[]): string[] {
  return [...new Set(fields.flatMap(({ owners }) => owners))].sort();
}

/** `aimedAt` has seen that a subject lives in the caller's area. */
function matterOf(act: Act, { target, owners, agency }: Aimed): Matter {
  const { clientId } = act.session.caller;
  return {
    ...{ of: target.kind, area: target.kind === 'subject' },
    ...{ owner: isOwner(act, owners), self: agency === clientId },
  };
}

function isOwner({ session }: Act, owners: readonly string[]): boolean {
  return session.caller.departments.some((code) => owners.includes(code));
}

async function recordFreeze(
  act: Act,
  { target, owners, outline, finding }: Aimed,
  id: string,
  outcome: 'frozen' | 'lifting' | 'lifted',
  approval?: string,
): Promise<Receipt> {
  const entry = entryOf(act, {
    ...{ kind: 'freeze' as const, operation: 'process' as const, owners, about: id, outcome },
    ...(target.kind === 'purpose' && { purpose: target.purpose }),
    ...(outline && { subject: outline.logId }),
    code: `FREEZE_${target.kind.toUpperCase()}`,
    rule: ruleOf(act.session),
    ...(approval !== undefined && { approvals: [approval] }),
  });
  const [receipt] = await act.deps.log.append([{ ...entry, words: { ...entry.words, finding } }]);
  return receipt as Receipt;
}

async function putInForce({ deps }: Act, { id, target, at, by, entry }: FreezeDocument): Promise<void> {
  const { tables } = deps;
  if (target.kind !== 'subject') {
    return putFreeze(tables.casework, { id, target, at, by, entry } satisfies Freeze);
  }
  await forSurvivor(deps, target.subject, async (subject) => {
    await putCasework(tables.casework, subject, { kind: FREEZE, id, document: { at, by, entry } });
  });
}

async function endForce({ deps }: Act, { id, target }: FreezeDocument): Promise<void> {
  const { tables } = deps;
  if (target.kind !== 'subject') return dropFreeze(tables.casework, id);
  await forSurvivor(deps, target.subject, (subject) =>
    dropCasework(tables.casework, subject, { kind: FREEZE, id }),
  );
}

async function viewOf(
  { deps, session }: Act,
  { id, target, state, at, by, entry }: Omit<FreezeDocument, 'lifting' | 'lifted'>,
): Promise<FreezeView> {
  if (target.kind !== 'subject') {
    const { person: _, ...shown } = { person: '', ...target };
    return { id, target: shown, state, at, by, entry };
  }
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  return { id, target: { kind: 'subject', ref: references.toRef(target.subject) }, state, at, by, entry };
}

function invalid(path: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', { errors: [{ path, message }] });
}
