/** Tasks, and the acts that open them. Other kinds of casework have their own files. */

import * as v from 'valibot';
import {
  ByTwo,
  byName,
  Cursor,
  count,
  Instant,
  Language,
  line,
  Name,
  Pending,
  Receipt,
  Text,
  Words,
} from './common.ts';
import { Digest } from './consents.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const TasksQuery = strictObject({
  state: v.optional(v.picklist(['open', 'done']), 'open'),
  mine: v.optional(v.literal('yes')),
  kind: v.optional(Name),
  department: v.optional(Name),
  dueFrom: v.optional(Instant),
  dueBefore: v.optional(Instant),
  cursor: v.optional(Cursor),
  limit: v.optional(count(200)),
});
export type TasksQuery = v.InferOutput<typeof TasksQuery>;

export const CompleteTask = strictObject({
  outcome: v.optional(v.pipe(Name, v.regex(/^[\w-]+$/))),
  evidence: v.optional(Digest),
  delivery: v.optional(v.pipe(Name, v.regex(/^[\w-]+$/))),
  day: v.optional(v.pipe(v.string(), v.isoDate())),
  letter: v.optional(Digest),
  ...ByTwo,
});

const LetterQuery = strictObject({ letter: v.optional(Name), lang: v.optional(Language) });

/** A letter in one language. `digest`: SHA-256 of all the rest. */
export const LetterView = v.object({
  ...{ name: v.string(), lang: v.string(), title: v.string(), rule: v.string(), task: v.string() },
  to: v.string(),
  parts: v.array(v.object({ heading: v.string(), text: v.string() })),
  digest: v.string(),
});

/** The officer, unless the token names one. */
const GiveBackTask = strictObject({ officer: Words.officer });

export const TakeTask = strictObject({ officer: Words.officer, for: v.optional(line(128)) });

export const PurposeMet = strictObject({ ...Words });

const Names = v.array(v.string());

/** What the task is about: codes and ids, and words for the one who does it. Which it has is the pack's to say. */
const TaskDetails = v.object({
  purpose: v.optional(v.string()),
  purposes: v.optional(Names),
  unfounded: v.optional(v.string()),
  'passed-on': v.optional(v.string()),
  suspended: v.optional(v.string()),
  agency: v.optional(v.string()),
  recipient: v.optional(v.string()),
  department: v.optional(v.string()),
  departments: v.optional(Names),
  field: v.optional(v.string()),
  fields: v.optional(Names),
  missing: v.optional(Names),
  entries: v.optional(Names),
  case: v.optional(v.string()),
  activity: v.optional(v.string()),
  consent: v.optional(v.string()),
  incident: v.optional(v.string()),
  objection: v.optional(v.string()),
  request: v.optional(v.string()),
  people: v.optional(v.number()),
  cause: v.optional(v.picklist(['corrected', 'resumed', 'birthday'])),
  right: v.optional(v.string()),
  fault: v.optional(v.string()),
  outcome: v.optional(v.string()),
  ended: v.optional(v.string()),
  met: v.optional(v.string()),
  dueAt: v.optional(v.string()),
  proofs: v.optional(v.array(v.object({ uri: v.string(), idx: v.number() }))),
  toRepresentative: v.optional(v.literal(false)),
  officer: v.optional(v.string()),
  reason: v.optional(v.string()),
  stated: v.optional(v.string()),
  why: v.optional(Text),
  held: v.optional(
    v.array(
      v.object({
        ...{ field: v.string(), label: Text },
        ...{ owner: v.optional(v.string()), written: v.optional(v.string()) },
      }),
    ),
  ),
});

export const TaskView = v.object({
  id: v.string(),
  kind: v.string(),
  label: Text,
  department: v.optional(v.string()),
  state: v.picklist(['open', 'due-soon', 'overdue', 'done']),
  opened: v.string(),
  due: v.string(),
  remind: v.optional(v.string()),
  rule: v.optional(v.string()),
  about: v.string(),
  ref: v.optional(v.string()),
  byHand: v.boolean(),
  outcomes: v.optional(v.array(v.string())),
  proof: v.optional(v.literal(true)),
  deliveries: v.optional(v.array(v.string())),
  letters: v.optional(Names),
  details: TaskDetails,
  assignee: v.optional(
    v.object({
      ...{ agency: v.string(), name: v.optional(v.string()) },
      ...{ since: v.string(), until: v.string(), mine: v.boolean() },
    }),
  ),
  done: v.optional(
    v.object({
      ...{ at: v.string(), agency: v.string(), outcome: v.string(), entry: v.string() },
      evidence: v.optional(v.string()),
      delivery: v.optional(v.object({ kind: v.string(), day: v.string() })),
    }),
  ),
});

export const taskRoutes = routes('tasks', 'casework', {
  listTasks: route('GET /v1/tasks', 'task.list', {
    query: TasksQuery,
    response: v.object({ tasks: v.array(TaskView), cursor: v.nullable(v.string()) }),
  }),
  countTasks: route('GET /v1/tasks/counts', 'task.list', {
    response: v.object({
      ...{ open: v.number(), mine: v.number(), today: v.number(), dueSoon: v.number(), overdue: v.number() },
      kinds: byName(v.object({ label: Text, count: v.number() })),
      more: v.boolean(),
    }),
  }),
  takeTask: route('POST /v1/tasks/:id/take', 'task.complete', {
    body: TakeTask,
    response: v.object({ task: TaskView }),
  }),
  giveBackTask: route('POST /v1/tasks/:id/give-back', 'task.complete', {
    body: GiveBackTask,
    response: v.object({ task: TaskView }),
  }),
  completeTask: route('POST /v1/tasks/:id/complete', 'task.complete', {
    body: CompleteTask,
    response: v.object({ task: TaskView, receipt: v.optional(Receipt) }),
    accepted: Pending,
  }),
  readLetter: route('GET /v1/tasks/:id/letter', 'task.complete', {
    query: LetterQuery,
    response: v.object({ letter: LetterView }),
    otherwise: { 'text/html': v.string() },
  }),
  declarePurposeMet: route('POST /v1/purposes/:code/met', 'purpose.met', {
    body: PurposeMet,
    response: v.object({ task: TaskView, receipt: v.optional(Receipt) }),
  }),
});
