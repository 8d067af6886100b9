import { hash } from 'node:crypto';
import { Problem } from '../../../shared/errors.ts';
import type { Json } from '../../../shared/json.ts';
import { verdictOf } from '../../../shared/policy/decide/consent.ts';
import { type Pack, type Purpose, reasonText } from '../../../shared/policy/pack/pack.ts';
import type { InquiryRequest } from '../../http/contract/asks.ts';
import type { InquiryAnswer, InquiryRefused } from '../../http/contract/inquiries.ts';
import { currentPack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { DecidedSubject, ReleaseCall } from '../call.ts';
import type { ReleaseDeps } from '../deps.ts';
import { giveBack } from '../limits.ts';
import { asOf, type Presented, type SubjectResult } from '../present.ts';
import { readAsk } from '../read-ask.ts';
import { releaseFields } from '../release-fields.ts';
import { refusalEntry } from '../screen.ts';
import { logViewOf } from './log-view.ts';

/** The route that a purpose of this kind names. */
const ROUTE = 'inquiries';

export type Inquiry =
  | { answer: InquiryAnswer; restricted: boolean }
  | { answer: InquiryRefused; restricted: false };

/**
 * What is held about one person and who received it, by the data path of a release; what the consent table says of
 * the inquirer decides. What was redacted is missing in the log's part too, and nothing says that it is.
 * @throws Problem NOT_SUBJECT_OR_GUARDIAN, told in full because it is so for everybody's record; and as a release does
 */
export async function inquire(
  deps: ReleaseDeps,
  session: Session,
  request: InquiryRequest,
): Promise<Inquiry> {
  const pack = await currentPack(deps);
  const call = callOf(deps, pack, session, request);
  await requireInquirer(call);
  try {
    return await answerOf(call, request, await releaseFields(call));
  } catch (error) {
    await giveBack(call);
    throw error;
  }
}

async function answerOf(call: ReleaseCall, request: InquiryRequest, presented: Presented): Promise<Inquiry> {
  const { pack } = call;
  const [result, subject] = [presented.answer.results[0] as SubjectResult, presented.decided[0]];
  const base = { inquiry: presented.answer.release, at: new Date(call.now).toISOString() };
  if ('refused' in result || !subject?.item) {
    const { receipt } = result;
    return { answer: { ...base, refused: { code: 'REFUSED' }, receipt }, restricted: false };
  }
  const { decision, item } = subject;
  const redacts = verdictOf(pack.consent, decision.verdict)?.redacts === true;
  const hidden = new Set(redacts ? pack.purposes.get(call.ask.purpose)?.redacts : []);
  const proven = pack.casework?.inquiries.proof.includes(request.inquirer) === true;
  const view = await logViewOf(call, { item, casework: subject.casework, hidden, redacts, proven });
  const answer: InquiryAnswer = {
    ...base,
    purpose: call.ask.purpose,
    policy: presented.answer.policy,
    obligations: [...new Set([...presented.answer.obligations, ...decision.obligations])],
    ref: result.ref,
    held: heldOf(pack, subject, result, hidden),
    ...view,
    receipt: result.receipt,
  };
  return { answer, restricted: presented.restricted };
}

function callOf(
  deps: ReleaseDeps,
  pack: Pack,
  session: Session,
  { collection, subject, inquirer, context }: InquiryRequest,
): ReleaseCall {
  if (collection !== pack.collection) throw invalid('/collection', 'no such collection');
  if (!inquirersOf(pack).includes(inquirer)) {
    throw invalid('/inquirer', 'the policy knows no such inquirer');
  }
  const subjects = [subject];
  const asked = readAsk(session, { collection, subjects, ...(context && { context }) });
  // A token of a desk has no purpose; there is one that this route serves.
  const purpose = session.grant.purpose ?? inquiryPurpose(pack)?.code ?? '';
  const ask = { ...asked, purpose, inquirer, route: ROUTE };
  const request = hash('sha256', JSON.stringify([ask, subjects]), 'base64');
  const call = { deps, pack, session, ask, subjects, request, now: deps.now(), taken: {} };
  return call;
}

/** The words that the consent table knows for who asks. */
function inquirersOf({ consent }: Pack): readonly unknown[] {
  return consent.inputs[consent.evidence.inquirer ?? '']?.values ?? [];
}

function inquiryPurpose(pack: Pack): Purpose | undefined {
  return [...pack.purposes.values()].find(({ route }) => route === ROUTE);
}

/** Others than the policy's inquirers are refused before anybody is looked up, in writing and with the reason. */
async function requireInquirer(call: ReleaseCall): Promise<void> {
  const { pack, session, ask, deps } = call;
  const inquiries = pack.casework?.inquiries;
  if (inquiries?.who.includes(ask.inquirer ?? '')) return;
  const rule = inquiries?.rule ?? pack.grounds.unknownPurpose;
  await session.replay.claim(ask.officer);
  await deps.log.append([refusalEntry(call, { code: 'NOT_SUBJECT_OR_GUARDIAN', rule })]);
  throw new Problem('NOT_SUBJECT_OR_GUARDIAN', { rule, reason: reasonText(pack, 'NOT_SUBJECT_OR_GUARDIAN') });
}

/**
 * A value without the member that says whether a guardian is in conflict. It is left out of every answer: of a
 * guardian's own it would tell, missing there alone it would tell as well, and a child takes its answer home.
 */
function untelling({ consent }: Pack, field: string, value: Json): Json {
  const { conflict, facts } = consent.evidence;
  const telling = facts.filter((one) => one.input === conflict && one.field === field);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !telling.some(({ member }) => member === name));
  return Object.fromEntries(kept);
}

function heldOf(
  pack: Pack,
  subject: DecidedSubject,
  { fields }: Exclude<SubjectResult, { refused: unknown }>,
  hidden: ReadonlySet<string>,
): InquiryAnswer['held'] {
  const held: InquiryAnswer['held'] = {};
  for (const [name, { form, value, level, disputed }] of Object.entries(fields)) {
    const field = pack.fields.get(name);
    const owner = field?.owners.find((code) => subject.sheets.get(code)?.fields.has(name));
    if (!field || owner === undefined || hidden.has(name)) continue;
    const { label, zh } = pack.departments.get(owner) ?? { label: owner, zh: owner };
    held[name] = {
      ...{
        label: field.label,
        zh: field.zh,
        form,
        value: untelling(pack, name, value),
        owner: { code: owner, label, zh },
      },
      ...{ asOf: asOf(subject, owner, name) },
      ...(level !== undefined && { level }),
      ...(disputed && { disputed }),
    };
  }
  return held;
}

function invalid(path: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', { errors: [{ path, message }] });
}
