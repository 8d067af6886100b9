/**
 * A report of harm to a person, by an office that need not own any field. No record is looked up or written, so no answer
 * says anything of one. The officer is in the sealed part about the reporter and in no entry of the log.
 */

import * as v from 'valibot';
import { randomId, toBase64url } from '../../../shared/bytes.ts';
import type { HarmReport } from '../../../shared/contract/casework.ts';
import { IdempotencyKey } from '../../../shared/contract/routes/common.ts';
import type { HarmReport as Said } from '../../../shared/contract/routes/harm-reports.ts';
import { sealField } from '../../../shared/crypto/seal.ts';
import { defined } from '../../../shared/defined.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { asKeyId, asLogId, asSubjectId } from '../../../shared/ids.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { HarmReports } from '../../../shared/policy/pack/parts.ts';
import {
  putReport,
  type ReportedHarm,
  type Reporter,
  readReport,
  type SealedPart,
  type StoredReport,
} from '../../../shared/records/casework/harm-reports.ts';
import { inboxOfDepartment } from '../../../shared/records/casework/tasks.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { countInDay } from '../../steps/count-in-day.ts';
import { appendOne } from '../../steps/log.ts';
import { newDataKey } from '../../steps/new-data-key.ts';
import { departmentWithOffice, receives } from '../../steps/offices.ts';
import { type Act, entryOf, openTaskFor } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';

const DAY = 86_400_000;

/**
 * Logs the report, stores it sealed, opens the task of the receiving body. A repeat with the same key is the same report,
 * whatever it says, and completes what a crash left undone.
 * @throws Problem NO_OFFICER, NO_REASON, INVALID_REQUEST, BUDGET_SPENT; NOT_FOUND under a policy without such reports; or
 * a 503: then report again with the same key
 */
export async function fileReport(
  act: Act,
  request: Said,
  key: string | undefined,
): Promise<{ report: HarmReport; receipt?: Receipt }> {
  const { deps, pack } = act;
  const rules = pack.casework?.harm;
  if (!rules) throw new Problem('NOT_FOUND');
  const id = await idOf(act, key);
  const known = await readReport(deps.tables.casework, id);
  if (known) return { report: await taskOf(act, rules, known) };
  await act.session.replay.alone(`report ${id}`);
  const stored = await compose(act, rules, request, id);
  // So that one office cannot bury the reports of others.
  const { perDay, rule } = rules;
  await countInDay(act, { name: 'harm', perDay }, { rule, reason: 'REPORTED_ENOUGH' });
  const entry = entryOf(act, {
    ...{ kind: 'request', operation: 'provide', owners: [stored.to], about: id },
    ...{ outcome: 'submitted', code: 'HARM_REPORT', rule: rules.rule },
  });
  const receipt = await appendOne(deps.log, { ...entry, words: {} });
  const next = { ...stored, entry: receipt.entry };
  const { casework } = deps.tables;
  // Of two concurrent calls with one key the first is stored.
  const put = await putReport(casework, next, Date.parse(next.at) + rules.keepDays * DAY);
  const kept = put ? next : ((await readReport(casework, id)) ?? next);
  return { report: await taskOf(act, rules, kept), receipt };
}

/**
 * Without a key each call is a report of its own. A MAC, because the receiving body sees the id and may guess a key: a
 * mere digest would confirm which office reported.
 */
async function idOf({ deps, session }: Act, key: string | undefined): Promise<string> {
  if (key === undefined) return randomId();
  if (!v.is(IdempotencyKey, key)) throw invalid('', commonTexts.keyMalformed);
  const [version = ''] = keyVersions(deps.env.referenceKey);
  const parts = encodeParts('fieldgate harm report v1', session.caller.clientId, key);
  return toBase64url((await generateMac(deps.kms, version, parts)).subarray(0, 16));
}

async function compose(
  act: Act,
  rules: HarmReports,
  { subject, what, day, reporter, to: asked, area }: Said,
  id: string,
): Promise<Omit<StoredReport, 'entry'>> {
  const { deps, pack, session, words, now } = act;
  if (asked !== undefined && !rules.to.includes(asked))
    throw invalid('/to', commonTexts.expectedOneOf(rules.to));
  if (day !== undefined && Date.parse(day) > now + DAY) throw invalid('/day', commonTexts.inFuture);
  const county = countyOf(act, area);
  const order = asked === undefined ? rules.to : [asked, ...rules.to.filter((one) => one !== asked)];
  const to = await departmentWithOffice(deps, order, (agency, department) =>
    receives(pack, agency, { department, county, purpose: rules.purpose }),
  );
  const about = subject.ref === undefined ? { match: subject.match ?? {} } : await ownRef(act, subject.ref);
  const said: ReportedHarm = { subject: about, what, ...defined({ day }) };
  const by: Reporter = {
    ...{ name: reporter.name, ...defined({ contact: reporter.contact }) },
    ...{ agency: session.caller.clientId, officer: words.officer ?? '', reason: words.reason ?? '' },
  };
  const at = new Date(now).toISOString();
  const seal = (name: string, value: object) => sealPart(deps, { pack, id, to, at, name }, value);
  const { classes } = rules;
  const sealed = [seal(classes.report, said), seal(classes.reporter, by)] as const;
  const [report, told] = await Promise.all(sealed);
  return { id, at, to, county, report, reporter: told };
}

/** The reference is decrypted, not looked up: whether a record exists makes no difference. */
async function ownRef({ deps, session }: Act, ref: string): Promise<ReportedHarm['subject']> {
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const subject = references.toSubject(ref);
  if (subject === null) throw invalid('/subject/ref', caseworkTexts.noReference);
  return { id: asSubjectId(subject) };
}

/** An office of a whole province must say which county. */
function countyOf({ pack, session }: Act, area: string | undefined): string {
  const own = session.caller.areas.find((one) => one.length >= pack.countyDigits);
  const county = (area ?? own ?? '').slice(0, pack.countyDigits);
  if (county.length < pack.countyDigits) throw invalid('/area', caseworkTexts.countyRequired);
  return county;
}

/** The task names neither the person nor the office that reported. May be repeated. */
async function taskOf(act: Act, { task: kind }: HarmReports, stored: StoredReport): Promise<HarmReport> {
  const { id, at, to, county } = stored;
  const opened = Date.parse(at);
  await openTaskFor(
    { ...act, now: opened },
    { kind, inbox: inboxOfDepartment(to, county), about: id, subject: null, owners: [to], details: {} },
  );
  return { id, at, to, due: timesOf(act.pack, kind, opened).due };
}

/** Where a part belongs: its report, the receiving department, the instant, and the class. */
interface PartOf {
  pack: Pack;
  id: string;
  to: string;
  at: string;
  name: string;
}

/** Seals one part under a new data key. Casework may make such keys and unwrap none. */
async function sealPart(
  deps: CaseworkDeps,
  { pack, id, to, at, name }: PartOf,
  value: object,
): Promise<SealedPart> {
  const [keyId, logId] = [asKeyId(randomId()), asLogId(randomId())];
  const place = { collection: pack.collection, subject: asSubjectId(id), owner: to, class: name };
  const { key, stored } = await newDataKey(deps, { place, logId, keyId, version: 1, at });
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    ...{ keyId, logId, kms: stored.kms, wrapped: base64(stored.wrapped) },
    ...{ commitment: base64(stored.commitment), sealed: base64(sealField(key, name, value)) },
  };
}
