/**
 * The client of a Fieldgate gateway, for Node 20 and later and for browsers.
 *
 *     const gate = await connect({ issuer, clientId, key });
 *     const answer = await gate.release({ purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: '…',
 *       subjects: [{ match: { id_number: '…' } }], fields: ['name'] });
 */

import type { Receipt } from '../contract/common.ts';
import type { Notice, NoticeList } from '../contract/notices.ts';
import type { Catalogue, CollectionSchema, Office, Whoami } from '../contract/office.ts';
import type { PostingCheck } from '../contract/release.ts';
import type { Json } from '../json.ts';
import { type Agencies, agenciesOf } from './agencies.ts';
import { anyTokenOf } from './any-token.ts';
import { type AskRoute, askOf } from './ask.ts';
import { type Cases, casesOf } from './cases.ts';
import { type Casework, type ConsentFiling, caseworkOf } from './casework.ts';
import { exportCatalogue } from './catalogue.ts';
import { matchKeysOf, purposeToVerify } from './defaults.ts';
import { type Desk, type DeskWords, deskOf } from './desk.ts';
import { checkUse, type OpenedEntry, openReceipt } from './evidence/openings.ts';
import { type CheckedReceipt, checkReceipt, newLogKeys } from './evidence/receipts.ts';
import { type HarmReports, harmReportsOf } from './harm-reports.ts';
import { type Insight, insightOf } from './insight.ts';
import {
  type IntakeListRequest,
  type IntakeOptions,
  type IntakeReport,
  type IntakeRow,
  intake,
  intakeList,
} from './intake.ts';
import { type LogFilters, page, pages, type UsageFilters } from './lists.ts';
import { type LineFormat, type LogLine, logLines } from './log-lines.ts';
import { type Maintenance, maintenanceOf } from './maintenance.ts';
import { type Officers, officersOf } from './officers.ts';
import type { ReleaseRequest } from './release.ts';
import {
  batchesOf,
  type ReleaseListRequest,
  type ReleaseListResult,
  releaseAny,
  releaseList,
} from './release-list.ts';
import { type Requests, requestsOf } from './requests.ts';
import { type SubmittedLists, submittedListsOf } from './submitted-lists.ts';
import { taggedOf } from './tagged.ts';
import { type Programme, programmesOf, type VerifyRequest, verify } from './verify.ts';
import { type ListRequest, type ListResult, type ListRow, verifyList } from './verify-list.ts';
import { type PolicyVersions, versionsOf } from './versions.ts';
import { under, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import { type ConnectOptions, openSession } from './wire/session.ts';
import { tokenCache } from './wire/tokens.ts';
import type {
  IntakeRecord,
  LogEntry,
  Page,
  Proven,
  ReleaseAnswer,
  Subject,
  UseInList,
  UseOfField,
  Verification,
} from './wire/types.ts';

export type * from '../contract/casework.ts';
export type * from '../contract/common.ts';
export type * from '../contract/notices.ts';
export type * from '../contract/office.ts';
export type * from '../contract/release.ts';
export type * from '../contract/requests.ts';
export type { Json } from '../json.ts';
export type { Place } from './evidence/evidence.ts';
export { type JoinedInquiry, joinInquiry } from './inquiry-parts.ts';
export type { ClientCode } from './wire/errors.ts';
export type * from './wire/types.ts';

export type {
  CheckedReceipt,
  ConnectOptions,
  ConsentFiling,
  IntakeListRequest,
  IntakeOptions,
  IntakeReport,
  IntakeRow,
  ListRequest,
  ListResult,
  ListRow,
  LogFilters,
  OpenedEntry,
  Programme,
  ReleaseListRequest,
  ReleaseListResult,
  ReleaseRequest,
  UsageFilters,
  VerifyRequest,
};
export { FieldgateError };

/** Every method throws `FieldgateError`, and no other error for failures of the gateway. */
export interface Fieldgate extends Officers, Casework, Insight, Desk, Maintenance {
  /** The zone of the gateway's policy, in which its days begin; 0 if it names none. */
  readonly utcOffsetMinutes: number;
  /** The fields of the policy by which people are found. */
  readonly matchKeys: readonly string[];
  /**
   * Any route by its line in the contract: `gate.call('POST /v1/cases/:id/confirm', { id, body: { reason } })`. Its body,
   * query and answer are typed. The verbs below do more than ask, or name the calls that are made most.
   */
  call: AskRoute;
  /** See `intake.ts`. Needs the action `intake`. */
  intake(
    records: Iterable<IntakeRecord> | AsyncIterable<IntakeRecord>,
    options?: IntakeOptions,
  ): Promise<IntakeReport>;
  /** Of any number of records, row by row, see `intake.ts`. Needs the action `intake`. */
  intakeList(request: IntakeListRequest): Promise<void>;
  /** See `release.ts`. Needs the action `release`. */
  release(request: ReleaseRequest): Promise<ReleaseAnswer>;
  /** Of any number of people, row by row, see `release-list.ts`. Needs the action `release`. */
  releaseList(request: ReleaseListRequest): Promise<void>;
  /** See `verify.ts`. Needs the action `verify`. */
  verify(request: VerifyRequest): Promise<Verification>;
  /** Checks every person of a list, see `verify-list.ts`. Needs the action `verify`. */
  verifyList(request: ListRequest): Promise<void>;
  /** A list that the gateway works off by itself, see `submitted-lists.ts`. Needs the action `verify`. */
  submittedLists: SubmittedLists;
  /** The programmes of the policy; `left` of those that this agency may check. Needs the action `verify`. */
  programmes(purpose?: string): Promise<Programme[]>;
  /**
   * Checks a receipt completely, see `receipts.ts`. `wait`: milliseconds to wait until the log's tree
   * contains the entry.
   */
  checkReceipt(receipt: Receipt, options?: { wait?: number }): Promise<CheckedReceipt>;
  /** Opens the entry of a receipt of this agency and checks it completely; see `openings.ts`. */
  openReceipt(receipt: Receipt, options?: { wait?: number }): Promise<OpenedEntry>;
  /** Checks a use that was read with `openings: 'yes'`; see `openings.ts`. */
  checkUse(use: Proven): Promise<OpenedEntry>;
  /** This agency's reference of a person, by a number. An entry of the log. */
  find(subject: Subject, why: DeskWords): Promise<{ ref: string; receipt: Receipt }>;
  /** The log, newest first. Pages are fetched as they are read. Needs the action `audit`. */
  log(filters?: LogFilters): AsyncGenerator<LogEntry>;
  /** One page of the log. For the next page pass its `next` as `cursor`. */
  logPage(filters?: LogFilters, cursor?: string): Promise<Page<LogEntry>>;
  /** The log as lines, newest first; see `log-lines.ts`. Needs the action `audit`. */
  logLines(span: { from: string; to: string }, format: LineFormat): AsyncGenerator<LogLine>;
  /** One entry with its canonical bytes and leaf hash. Needs the action `audit`. */
  logEntry(id: string): Promise<LogEntry>;
  /** Releases of this department's fields, newest first. Needs the action `intake`. */
  usage(filters?: UsageFilters): AsyncGenerator<UseInList>;
  /**
   * One of them with its leaf, openings and inclusion proof, and with `person`: this agency's own reference, where it may
   * know whose field it was. The call is an entry of the log. `NOT_FOUND` for every id that `usage` does not show.
   */
  usageEntry(id: string): Promise<UseOfField>;
  /** The register of agencies, and the agency's own keys; see `agencies.ts`. */
  agencies: Agencies;
  /** Requests for fields that need an approval, and answers to them; see `requests.ts`. */
  requests: Requests;
  /** The register of cases; see `cases.ts`. */
  cases: Cases;
  /** Reports of harm to a person; see `harm-reports.ts`. */
  harmReports: HarmReports;
  /** Versions of the policy for stewards; see `versions.ts`. */
  policyVersions: PolicyVersions;
  /** This agency's registration and the rest of its limits; with `officer`, that officer's too. */
  whoami(of?: { officer?: string }): Promise<Whoami>;
  /** Purposes and fields, and the form of each field that this agency may get. */
  catalogue(): Promise<Catalogue>;
  /** The form of all fields as JSON Schema, with examples and labels. */
  schema(): Promise<CollectionSchema>;
  /** The catalogue of all fields as text: see docs/formats/catalogue.md. */
  catalogueExport(format: 'csv' | 'json'): Promise<string>;
  /** All offices, by their client ids. */
  directory(): Promise<Office[]>;
  /** The policy in force: version, hash, purposes, fields, release matrix. */
  policy(): Promise<Record<string, Json>>;
  /** Which columns of a list may not be posted. Values may be left out, and are not stored. */
  checkPosting(columns: { heading: string; values?: string[] }[]): Promise<PostingCheck>;
  /** The notices in force. */
  notices(): Promise<NoticeList>;
  /** The text of a notice by its hash, in one language or both. */
  notice(hash: string, lang?: string): Promise<Notice>;
}

/**
 * Reads the gateway's metadata and makes the connection's DPoP key; tokens come with the first call.
 *
 * @throws TypeError for options that cannot work.
 * @throws FieldgateError `UNREACHABLE`, `ANSWER_INVALID`.
 */
export async function connect(options: ConnectOptions): Promise<Fieldgate> {
  const session = await openSession(options);
  const wire: Wire = {
    session,
    tokens: tokenCache(session),
    log: newLogKeys(options.logKey, options.checkpoint),
  };
  const withAnyToken = anyTokenOf(purposeToVerify(wire.session));
  const read = <Result>(path: string) => withAnyToken((grant) => under(wire, grant).get<Result>(path));
  const ask = askOf(wire, withAnyToken);
  const batch = batchesOf(wire);
  const offices = taggedOf<{ agencies: Office[] }>(wire, withAnyToken, '/v1/directory');
  const policy = taggedOf<Record<string, Json>>(wire, withAnyToken, '/v1/policy');
  return {
    utcOffsetMinutes: Number(wire.session.as['fieldgate_utc_offset_minutes'] ?? 0),
    matchKeys: matchKeysOf(wire.session),
    call: ask,
    intake: (records, intakeOptions) => intake(wire, records, intakeOptions),
    intakeList: (request) => intakeList(wire, request),
    release: (request) => releaseAny(wire, batch, request),
    releaseList: (request) => releaseList(wire, batch, request),
    verify: (request) => verify(wire, request),
    verifyList: (request) => verifyList(wire, request),
    submittedLists: submittedListsOf(wire),
    programmes: (purpose) => programmesOf(wire, purpose),
    checkReceipt: (receipt, { wait = 0 } = {}) =>
      withAnyToken((grant) => checkReceipt(wire, grant, receipt, wait)),
    openReceipt: (receipt, { wait = 0 } = {}) =>
      withAnyToken((grant) => openReceipt(wire, grant, receipt, wait)),
    checkUse: (use) => withAnyToken((grant) => checkUse(wire, grant, use)),
    find: (subject, why) =>
      withAnyToken(
        (grant) => under(wire, grant).post('/v1/subjects/find', { subject, ...why }, 'once'),
        ['steward', 'audit', 'casework'],
      ),
    log: (filters = {}) => pages(wire, '/v1/log/entries', 'audit', { ...filters }),
    logPage: (filters = {}, cursor) => page(wire, '/v1/log/entries', 'audit', { ...filters, cursor }),
    logLines: (span, format) => logLines(wire, span, format),
    logEntry: (id) => under(wire, { actions: ['audit'] }).get(`/v1/log/entries/${encodeURIComponent(id)}`),
    usage: (filters = {}) => pages(wire, '/v1/usage', 'intake', { ...filters }),
    usageEntry: (id) => under(wire, { actions: ['intake'] }).get(`/v1/usage/${encodeURIComponent(id)}`),
    agencies: agenciesOf(ask),
    policyVersions: versionsOf(ask),
    whoami: (of = {}) => withAnyToken((grant) => under(wire, { ...grant, ...of }).get('/v1/whoami')),
    catalogue: () => read('/v1/catalogue'),
    schema: async () => {
      const { collection } = await read<Catalogue>('/v1/catalogue');
      return read(`/v1/schema/${encodeURIComponent(collection)}`);
    },
    catalogueExport: (format) => exportCatalogue(wire, withAnyToken, format),
    directory: async () => (await offices()).agencies,
    policy,
    checkPosting: (columns) =>
      withAnyToken((grant) => under(wire, grant).post('/v1/posting-checks', { columns })),
    notices: () => read('/v1/notices'),
    notice: (hash, lang) =>
      read(`/v1/notices/${encodeURIComponent(hash)}${lang === undefined ? '' : `?lang=${lang}`}`),
    ...officersOf(wire, ask),
    ...insightOf(wire),
    ...caseworkOf(ask),
    ...deskOf(wire, withAnyToken, ask),
    ...maintenanceOf(ask),
    requests: requestsOf(wire, ask),
    cases: casesOf(ask),
    harmReports: harmReportsOf(wire, ask),
  };
}
