/**
 * The client of a Fieldgate gateway, for Node 20 and later and for browsers.
 *
 *     const gate = await connect({ issuer, clientId, key });
 *     const answer = await gate.release({ purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: '…',
 *       subjects: [{ match: { id_number: '…' } }], fields: ['name'] });
 */

import type { Answer, Ask, Line, Query } from '../contract/api.ts';
import type { Receipt } from '../contract/common.ts';
import type { Catalogue, CollectionSchema, Office } from '../contract/office.ts';
import type { ApprovalRequest } from '../contract/requests.ts';
import type { Json } from '../json.ts';
import { anyTokenOf } from './any-token.ts';
import { type AskRoute, askOf, type How, type ItemOf, itemsOf, type ListIn, textOf } from './ask.ts';
import { type CollectedPiece, type Collection, collect } from './collect.ts';
import { matchKeysOf, purposeToVerify } from './defaults.ts';
import { checkUse, type OpenedEntry, openReceipt } from './evidence/openings.ts';
import { type CheckedReceipt, checkReceipt, newLogKeys } from './evidence/receipts.ts';
import {
  type FileToPut,
  type GivenFile,
  type PutOptions,
  putFile,
  type ReadOptions,
  readFile,
} from './files.ts';
import { openReport, type ReportOpening } from './harm-reports.ts';
import { type Inquiries, inquiriesOf } from './inquiries.ts';
import { type Insight, insightOf } from './insight.ts';
import {
  type IntakeListRequest,
  type IntakeOptions,
  type IntakeReport,
  type IntakeRow,
  intake,
  intakeList,
} from './intake.ts';
import { type LineFormat, type LogLine, logLines } from './log-lines.ts';
import type { ReleaseRequest } from './release.ts';
import {
  batchesOf,
  type ReleaseListRequest,
  type ReleaseListResult,
  releaseAny,
  releaseList,
} from './release-list.ts';
import { type FiledRequest, type RequestFiling, submit } from './requests.ts';
import { type ComparedReport, compareReport } from './review-report.ts';
import { type SubmittedLists, submittedListsOf } from './submitted-lists.ts';
import { taggedOf } from './tagged.ts';
import { type Programme, programmesOf, type VerifyRequest, verify } from './verify.ts';
import { type ListRequest, type ListResult, type ListRow, verifyList } from './verify-list.ts';
import { get, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import { type ConnectOptions, openSession } from './wire/session.ts';
import { tokenCache } from './wire/tokens.ts';
import type { IntakeRecord, LogEntry, Proven, ReleaseAnswer, Verification } from './wire/types.ts';

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
  FileToPut,
  GivenFile,
  IntakeListRequest,
  IntakeOptions,
  IntakeReport,
  IntakeRow,
  ListRequest,
  ListResult,
  ListRow,
  OpenedEntry,
  Programme,
  PutOptions,
  ReleaseListRequest,
  ReleaseListResult,
  ReleaseRequest,
  VerifyRequest,
};
export { FieldgateError };

/** Every method throws `FieldgateError`, and no other error for failures of the gateway. */
export interface Fieldgate extends Insight, Inquiries {
  /** The zone of the gateway's policy, in which its days begin; 0 if it names none. */
  readonly utcOffsetMinutes: number;
  /** The fields of the policy by which people are found. */
  readonly matchKeys: readonly string[];
  /**
   * Any route by its line in the contract: `gate.call('POST /v1/cases/:id/confirm', { id, body: { entry, reason } })`.
   * Its body, query and answer are typed. The verbs below do more than ask.
   */
  call: AskRoute;
  /** Every item of a list: `gate.items('GET /v1/tasks', 'tasks', { query: { mine: 'yes' } })`. Pages are fetched as they are read. */
  items<L extends Line, M extends ListIn<L>>(
    line: L,
    member: M,
    ask: Ask<L>,
    how?: How,
  ): AsyncGenerator<ItemOf<L, M>>;
  /** An answer in another form than JSON, such as a printable page: `text/html`. */
  text<L extends Line>(line: L, ask: Ask<L>, accept: string): Promise<string>;
  /** See `intake.ts`. Needs the action `intake`. */
  intake(
    records: Iterable<IntakeRecord> | AsyncIterable<IntakeRecord>,
    options?: IntakeOptions,
  ): Promise<IntakeReport>;
  /** Of any number of records, row by row, see `intake.ts`. Needs the action `intake`. */
  intakeList(request: IntakeListRequest): Promise<void>;
  files: {
    /** Uploads a sealed file, see `files.ts`: then an intake names it by `{ file }`. Needs the action `intake`. */
    put(file: FileToPut, options?: PutOptions): Promise<string>;
    /** A file of an answer or a range of it, opened here. It was received only if the iteration ends without an error. */
    read(given: GivenFile, options?: ReadOptions): AsyncGenerator<Uint8Array>;
  };
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
  /** The log, newest first. Pages are fetched as they are read. Needs the action `audit`. */
  log(query?: Query<'GET /v1/log/entries'>): AsyncGenerator<LogEntry>;
  /** The log as lines, newest first; see `log-lines.ts`. Needs the action `audit`. */
  logLines(span: { from: string; to: string }, format: LineFormat): AsyncGenerator<LogLine>;
  /** Requests for fields that need an approval; see `requests.ts`. */
  requests: {
    /** A repeat while the request is open gives the same request. */
    submit(filing: RequestFiling): Promise<FiledRequest>;
    /** The approved fields of many people, in pieces. Those collected before are left out. See `collect.ts`. */
    collect(request: ApprovalRequest, people: Collection): AsyncGenerator<CollectedPiece>;
  };
  /** Opens a report of harm, see `harm-reports.ts`. Needs the action `release`. */
  openReport(id: string, opening: ReportOpening): Promise<Answer<'POST /v1/harm-reports/:id/open'>>;
  /** A report of the review by the number of its entry, compared with the log; see `review-report.ts`. Needs the action `audit`. */
  compareReport(entry: string): Promise<ComparedReport>;
  /** This agency's registration and the rest of its limits; with `officer`, that officer's too. */
  whoami(of?: { officer?: string }): Promise<Answer<'GET /v1/whoami'>>;
  /** Purposes and fields, and the form of each field that this agency may get. */
  catalogue(): Promise<Catalogue>;
  /** The form of all fields as JSON Schema, with examples and labels. */
  schema(): Promise<CollectionSchema>;
  /** All offices, by their client ids. */
  directory(): Promise<Office[]>;
  /** The policy in force: version, hash, purposes, fields, release matrix. */
  policy(): Promise<Record<string, Json>>;
}

/**
 * Reads the gateway's metadata and makes the connection's DPoP key; tokens come with the first call.
 *
 * @throws TypeError for options that cannot work, PolicyError for such a policy.
 * @throws FieldgateError `UNREACHABLE`, `ANSWER_INVALID`.
 */
export async function connect(options: ConnectOptions): Promise<Fieldgate> {
  const session = await openSession(options);
  const wire: Wire = {
    session,
    tokens: tokenCache(session),
    log: newLogKeys(options),
  };
  const withAnyToken = anyTokenOf(purposeToVerify(wire.session));
  const read = <Result>(path: string) => withAnyToken((grant) => get<Result>(wire, grant, path));
  const ask = askOf(wire, withAnyToken);
  const batch = batchesOf(wire);
  const offices = taggedOf<{ agencies: Office[] }>(wire, withAnyToken, '/v1/directory');
  const policy = taggedOf<Record<string, Json>>(wire, withAnyToken, '/v1/policy');
  return {
    utcOffsetMinutes: Number(wire.session.as['fieldgate_utc_offset_minutes'] ?? 0),
    matchKeys: matchKeysOf(wire.session),
    call: ask,
    items: (line, member, of, how) => itemsOf(ask, line, member, of, how),
    text: textOf(wire, withAnyToken),
    intake: (records, intakeOptions) => intake(wire, records, intakeOptions),
    intakeList: (request) => intakeList(wire, request),
    files: { put: (file, own) => putFile({ session: wire.session, ask }, file, own), read: readFile },
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
    log: (query = {}) =>
      itemsOf(ask, 'GET /v1/log/entries', 'entries', { query }) as AsyncGenerator<LogEntry>,
    logLines: (span, format) => logLines(wire, span, format),
    whoami: (of = {}) => withAnyToken((grant) => get(wire, { ...grant, ...of }, '/v1/whoami')),
    catalogue: () => read('/v1/catalogue'),
    schema: async () => {
      const { collection } = await read<Catalogue>('/v1/catalogue');
      return read(`/v1/schema/${encodeURIComponent(collection)}`);
    },
    directory: async () => (await offices()).agencies,
    policy,
    ...insightOf(wire),
    ...inquiriesOf(wire),
    requests: {
      submit: (filing) => submit(wire, ask, filing),
      collect: (request, people) => collect(wire, request, people),
    },
    openReport: (id, opening) => openReport(wire, id, opening),
    compareReport: (entry) => compareReport(wire, { actions: ['audit'] }, entry),
  };
}
