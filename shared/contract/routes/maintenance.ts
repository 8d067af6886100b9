import * as v from 'valibot';
import type { ActName } from '../../acts.ts';
import { ByTwo, line, Name, OfTwo, Pending, Receipt, Ref, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** `instrument`: the number of a binding order, which does not wait. */
export const EraseRequest = strictObject({ instrument: v.optional(line(128)), ...ByTwo });
export const KeepRequest = strictObject({ ...Words });
export const MergeRequest = strictObject({ into: Ref, ...ByTwo });
/** `area`: the code of the county that is to take the record over; the second person names none. */
export const MoveRequest = strictObject({ area: v.optional(line(64)), ...ByTwo });
export const JobRequest = strictObject({ class: v.optional(Name), ...Words });
export type JobRequest = v.InferOutput<typeof JobRequest>;

export const Erased = v.object({
  erasedAt: v.string(),
  unreadableAt: v.string(),
  receipt: Receipt,
});

/** 202: both have approved; until `dueAt` every department that holds something may stop it. */
export const Waiting = v.object({
  state: v.literal('waiting'),
  dueAt: v.string(),
  receipt: v.optional(Receipt),
});

export const Kept = v.object({ keptAt: v.string(), receipt: Receipt });

export const Merged = v.object({
  ref: v.string(),
  mergedAt: v.string(),
  receipt: Receipt,
});

export const Parted = v.object({
  ref: v.string(),
  from: v.string(),
  partedAt: v.string(),
  receipt: Receipt,
});

export const Moved = v.object({ ref: v.string(), area: v.string(), movedAt: v.string(), receipt: Receipt });

export const HelpEnded = v.object({ endedAt: v.string(), receipt: Receipt });

export const HelpResumed = v.object({ resumedAt: v.string(), receipt: Receipt });

export const JOB_KINDS = [
  'rewrap',
  'rekey',
  'compact',
  'reindex',
  'sweep',
  'replay',
  'cohorts',
  'retention',
] as const;

export const JobView = v.object({
  id: v.string(),
  kind: v.picklist(JOB_KINDS),
  class: v.optional(line(64)),
  state: v.picklist(['running', 'done']),
  total: v.nullable(v.number()),
  done: v.number(),
  changed: v.number(),
  failed: v.number(),
  left: v.optional(v.array(line(64))),
  suites: v.optional(v.record(v.string(), v.number())),
  problem: v.optional(v.string()),
  startedAt: v.string(),
  updatedAt: v.string(),
});

const job = <const Kind extends (typeof JOB_KINDS)[number]>(kind: Kind) =>
  // What a restore repeats, two people did before: the program that restores has no login.
  route(`POST /v1/keys/${kind}`, kind === 'replay' ? 'keys.replay' : 'keys.maintain', {
    body: JobRequest,
    bodyOptional: true,
    response: null,
    accepted: JobView,
  });

const keep = <const Kind extends string, const Act extends ActName>(kind: Kind, act: Act) =>
  route(`DELETE /v1/subjects/:ref/${kind}`, act, { body: KeepRequest, bodyOptional: true, response: Kept });

/** An act on a person that waits for its second person (`pending`) or for its time (`waiting`). */
export const WaitingAct = v.object({
  act: v.picklist(['erase', 'merge', 'part', 'move', 'end']),
  ref: v.string(),
  into: v.optional(v.string()),
  area: v.optional(v.string()),
  by: v.string(),
  entry: v.string(),
  asked: v.optional(
    v.object({
      officer: v.optional(v.string()),
      reason: v.optional(v.string()),
      instrument: v.optional(v.string()),
    }),
  ),
  ordered: v.optional(v.literal(true)),
  state: v.picklist(['pending', 'waiting']),
  until: v.string(),
  own: v.boolean(),
  second: v.boolean(),
  stop: v.optional(v.string()),
});

export const maintenanceRoutes = routes('subjects', 'maintenance', {
  listWaitingActs: route('GET /v1/subjects/waiting', 'subject.waiting', {
    response: v.object({ acts: v.array(WaitingAct) }),
  }),
  eraseSubject: route('POST /v1/subjects/:ref/erase', 'subject.erase', {
    body: EraseRequest,
    bodyOptional: true,
    response: Erased,
    accepted: v.variant('state', [Pending, Waiting]),
  }),
  keepSubject: keep('erase', 'subject.keep'),
  mergeSubject: route('POST /v1/subjects/:ref/merge', 'subject.merge', {
    body: MergeRequest,
    response: Merged,
    accepted: v.variant('state', [Pending, Waiting]),
  }),
  keepSubjectsApart: keep('merge', 'subject.apart'),
  partSubject: route('POST /v1/subjects/:ref/part', 'subject.part', {
    body: OfTwo,
    bodyOptional: true,
    response: Parted,
    accepted: Pending,
  }),
  moveSubject: route('POST /v1/subjects/:ref/move', 'subject.move', {
    body: MoveRequest,
    bodyOptional: true,
    response: Moved,
    accepted: v.variant('state', [Pending, Waiting]),
  }),
  keepSubjectHere: keep('move', 'subject.stay'),
  endHelp: route('POST /v1/subjects/:ref/end', 'subject.end', {
    body: OfTwo,
    bodyOptional: true,
    response: HelpEnded,
    accepted: v.variant('state', [Pending, Waiting]),
  }),
  resumeHelp: route('DELETE /v1/subjects/:ref/end', 'subject.resume', {
    body: KeepRequest,
    bodyOptional: true,
    response: HelpResumed,
  }),
});

export const keyRoutes = routes('jobs', 'maintenance', {
  rewrapKeys: job('rewrap'),
  rekeyFields: job('rekey'),
  compactKeys: job('compact'),
  reindexKeys: job('reindex'),
  sweepStores: job('sweep'),
  replayErasures: job('replay'),
  countCohorts: job('cohorts'),
  endRetention: job('retention'),
  readJob: route('GET /v1/jobs/:id', 'job.read', { response: JobView }),
});
