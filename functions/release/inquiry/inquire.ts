import { randomUUID } from 'node:crypto';
import type { InquiryAnswer, InquiryRefused, ReleaseResult } from '../../../shared/contract/release.ts';
import type { InquiryRequest } from '../../../shared/contract/routes/asks.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, isClosed, Problem } from '../../../shared/errors.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { mustSealField, type Pack, type Purpose } from '../../../shared/policy/pack/pack.ts';
import { count, takeBack } from '../../../shared/records/limits/counters.ts';
import { packFor } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { countInDay } from '../../steps/count-in-day.ts';
import { refusalBase } from '../../steps/entry-base.ts';
import { refusalOf, refuse } from '../../steps/refusals.ts';
import type { ReleaseCall } from '../call.ts';
import type { ReleaseDeps } from '../deps.ts';
import { weighFresh } from '../fresh.ts';
import { type Presented, valuesFor } from '../present.ts';
import { digestOf, readAsk, releaseCall, undoCounts } from '../read-ask.ts';
import { releaseFields } from '../release-fields.ts';
import { clerkFor, useSecond } from '../seconds.ts';
import { LIFETIME } from '../tickets.ts';
import { heldOf } from './held.ts';
import { logViewOf } from './log-view.ts';
import { cursorAfter, fieldsOfPart, type Part, partOf } from './parts.ts';

/** The route that a purpose of inquiries names. */
const ROUTE = 'inquiries';

/** What the desk said of itself. */
interface Said {
  case?: string | undefined;
  officer?: string | undefined;
}

export type Inquiry =
  | { answer: InquiryAnswer; restricted: boolean; steps: number; said: Said }
  | { answer: InquiryRefused; restricted: false; steps: number };

/**
 * The data held about one person and its recipients, by the data path of a release. The consent table's row
 * for the inquirer decides. The log's part shows fields that the inquirer may see and nothing else, without a mark.
 * @throws Problem NOT_SUBJECT_OR_GUARDIAN, with its reason because it depends on no record; and as a release
 * does
 */
export async function inquire(
  deps: ReleaseDeps,
  session: Session,
  request: InquiryRequest,
  cursor: string | undefined,
): Promise<Inquiry> {
  const pack = await packFor(deps, request.collection);
  const about = clerkFor(session, request);
  const part = await partOf(deps, about, cursor, request.second);
  const call = await callOf(deps, pack, session, request, part);
  await requireInquirer(deps, call);
  try {
    // Later parts rest on the word that the first one used.
    const ticket = part.of === undefined ? request.second : undefined;
    if (ticket !== undefined) await useSecond(deps, call, { use: 'second clerk', about, ticket });
    if (!(await isFree(deps, call, part))) await countInquiry(deps, call);
    return await answerOf(deps, call, request, part, await releaseFields(deps, call));
  } catch (error) {
    await undoCounts(call);
    throw error;
  }
}

async function answerOf(
  deps: ReleaseDeps,
  call: ReleaseCall,
  request: InquiryRequest,
  part: Part,
  presented: Presented,
): Promise<Inquiry> {
  const { pack } = call;
  const { steps } = presented;
  const [result, subject] = [presented.answer.results[0] as ReleaseResult, presented.decided[0]];
  const base = { inquiry: presented.answer.release, at: new Date(call.now).toISOString() };
  if ('refused' in result || !subject?.item) {
    const { receipt } = result;
    return { answer: { ...base, refused: { code: 'REFUSED' }, receipt }, restricted: false, steps };
  }
  const { decision, item } = subject;
  const { guarded } = pack.casework?.inquiries ?? {};
  const isGuarded = guarded?.who.includes(request.inquirer) === true;
  const held = heldOf(pack, subject, result);
  const cells = pack.purposes.get(call.ask.purpose)?.cells;
  const { veil } = decision;
  const proven = pack.casework?.inquiries.proof.includes(request.inquirer) === true;
  const scope = {
    item,
    casework: subject.casework,
    shows: (field: string) =>
      veil?.fields.has(field) !== true &&
      (veil?.partial.has(field) !== true || Object.hasOwn(held, field)) &&
      (!isGuarded || cells?.has(field) === true),
    guarded: isGuarded,
    purposes: veil?.endangered ? (guarded?.shows.purposes ?? []) : undefined,
    values: valuesFor(call, subject),
    proven,
    own: result.receipt.entry,
  };
  const { view, next } = await logViewOf(deps, call, scope, part.log);
  const about = clerkFor(call.session, request);
  const cursor =
    next === null ? undefined : await cursorAfter(deps, about, part, { inquiry: base.inquiry, next });
  const answer: InquiryAnswer = {
    ...base,
    purpose: call.ask.purpose,
    policy: presented.answer.policy,
    obligations: [...new Set([...presented.answer.obligations, ...decision.obligations])],
    ref: result.ref,
    held,
    ...view,
    ...(part.part > 1 && { part: part.part }),
    ...defined({ cursor }),
    ...(!part.second && part.part === 1 && { needsSecond: restrictedFields(pack) }),
    ...defined({ unavailable: unavailableIn(result) }),
    watermark: `${Object.values(call.session.agency.name).join(' ')} · ${base.at} · ${base.inquiry}`,
    receipt: result.receipt,
  };
  const said = { case: call.ask.case, officer: call.ask.officer };
  return { answer, restricted: mayHoldRestricted(call), steps, said };
}

/** Whether it is sealed depends on what was asked for, and not on what the inquirer may know. */
function mayHoldRestricted({ pack, screened }: ReleaseCall): boolean {
  return screened.ok && [...screened.cells].some(([name, cell]) => mustSealField(pack, name, cell));
}

/** What KMS opens for no caller at present, or leaves to a hybrid key alone, is not missing from the record. */
function unavailableIn({ withheld }: Exclude<ReleaseResult, { refused: unknown }>): string[] | undefined {
  const names = Object.entries(withheld).flatMap(([name, { code }]) =>
    isClosed(code) || code === 'NO_HYBRID_KEY' ? [name] : [],
  );
  return names.length > 0 ? names.sort() : undefined;
}

async function callOf(
  deps: ReleaseDeps,
  pack: Pack,
  session: Session,
  { subject, inquirer, identity, context, sealTo }: InquiryRequest,
  { part, log, second }: Part,
): Promise<ReleaseCall> {
  const known = inquirersOf(pack).map(String);
  if (!known.includes(inquirer)) throw invalid('/inquirer', commonTexts.expectedOneOf(known));
  const subjects = [subject];
  const asked = readAsk(session, pack, { subjects, ...defined({ context }) });
  // A desk's token names no purpose. Then the purpose is the one that this route serves.
  const purpose = session.grant.purpose ?? inquiryPurpose(pack)?.code ?? '';
  const fields = fieldsFor(pack, purpose, { inquirer, second }, part);
  const shown = shownBy(pack, inquirer, identity);
  const stated = { ...asked, purpose, inquirer, identity: shown, route: ROUTE, ...defined({ fields }) };
  const ask = await weighFresh(deps, { pack, session, ask: stated });
  return releaseCall(deps.now(), {
    pack,
    session,
    ask,
    subjects,
    sealTo,
    request: digestOf(...(part === 1 ? [ask, subjects] : [ask, subjects, log])),
  });
}

/** What the inquirer showed, by the path that the pack compares it with. */
function shownBy(
  { casework }: Pack,
  inquirer: string,
  { name, number }: InquiryRequest['identity'],
): Record<string, string> {
  const known = casework?.inquiries.identity ?? {};
  const compared = Object.hasOwn(known, inquirer) ? known[inquirer] : undefined;
  if (!compared) return {};
  const paths = [compared.number, ...(compared.other === undefined ? [] : [compared.other])];
  return { [compared.name]: name, ...Object.fromEntries(paths.map((path) => [path, number.toUpperCase()])) };
}

/** One clerk opens no restricted class. @returns `undefined` for all fields of the purpose */
function fieldsFor(
  pack: Pack,
  purpose: string,
  { inquirer, second }: { inquirer: string; second: boolean },
  part: number,
): string[] | undefined {
  if (part === 1 && second) return undefined;
  const restricted = new Set(second ? [] : restrictedFields(pack));
  const all = [...(pack.purposes.get(purpose)?.cells.keys() ?? [])].filter((field) => !restricted.has(field));
  if (part === 1) return all;
  const few = fieldsOfPart(pack, inquirer);
  const some = all.filter((field) => few.has(field));
  return some.length > 0 ? some : all;
}

/** Fields that an inquiry gives, of restricted classes. */
function restrictedFields(pack: Pack): string[] {
  const cells = inquiryPurpose(pack)?.cells.keys() ?? [];
  const isRestricted = (field: string) =>
    pack.classes.get(pack.fields.get(field)?.class ?? '')?.restricted === true;
  return [...cells].filter(isRestricted).sort();
}

/** Times that a desk may ask for one later part before each costs an inquiry of the day: an answer can be lost. */
const TRIES = 3;

/**
 * Each part that is asked for adds an entry to the person's log, so that no desk may go on with it all day. Tries count by
 * the part, because each answer names the next part by another cursor.
 */
async function isFree(deps: ReleaseDeps, { now, undo }: ReleaseCall, { of, part }: Part): Promise<boolean> {
  if (of === undefined) return false;
  const counting = { name: `inquiry part:${of} ${part}`, expires: (now + LIFETIME) / 1000 };
  const below = { asked: TRIES };
  const mark = randomUUID();
  if (!(await count(deps.tables.claims, { ...counting, add: { asked: 1 }, below, mark }))) return false;
  undo.push(() => takeBack(deps.tables.claims, { ...counting, add: { asked: -1 } }, mark));
  return true;
}

/** @throws Problem BUDGET_SPENT, after logging it, once the desk has made as many inquiries today as it may */
async function countInquiry(deps: ReleaseDeps, call: ReleaseCall): Promise<void> {
  const { pack, session, ask, now, undo } = call;
  const { inquiries } = pack.casework ?? {};
  if (!inquiries) return;
  const { perDay, rule } = inquiries;
  const act = { deps, pack, session, words: ask, now };
  const counted = countInDay(act, { name: 'inquiries', perDay }, { rule, reason: 'INQUIRED_ENOUGH' });
  undo.push(
    await counted.catch((error) => {
      if (error instanceof Problem && error.code === 'BUDGET_SPENT')
        return refuse(deps.log, refusalBase(call), error);
      throw error;
    }),
  );
}

/** The inquirers that the consent table knows. */
function inquirersOf({ consent }: Pack): readonly unknown[] {
  return consent.inputs[consent.evidence.inquirer ?? '']?.values ?? [];
}

function inquiryPurpose(pack: Pack): Purpose | undefined {
  return [...pack.purposes.values()].find(({ route }) => route === ROUTE);
}

/** @throws Problem NOT_SUBJECT_OR_GUARDIAN, after logging it and before any look-up */
async function requireInquirer(deps: ReleaseDeps, call: ReleaseCall): Promise<void> {
  const { pack, session, ask } = call;
  const inquiries = pack.casework?.inquiries;
  if (inquiries?.who.includes(ask.inquirer ?? '')) return;
  const rule = inquiries?.rule ?? pack.grounds.unknownPurpose;
  await session.replay.claim(ask.officer);
  await refuse(deps.log, refusalBase(call), refusalOf(pack, 'NOT_SUBJECT_OR_GUARDIAN', rule));
}
