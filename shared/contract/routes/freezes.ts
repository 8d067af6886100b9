import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import { line, Match, Name, OfTwo, Pending, Receipt, Subject, Words } from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const Target = v.pipe(
  strictObject({
    subject: v.optional(Subject),
    agency: v.optional(Name),
    officer: v.optional(line(128)),
    purpose: v.optional(Name),
    class: v.optional(Name),
  }),
  v.check(
    ({ subject, agency, purpose, class: name, officer }) =>
      [subject, agency, purpose, name].filter((one) => one !== undefined).length === 1 &&
      (officer === undefined || agency !== undefined),
    say(httpTexts.freezeTarget),
  ),
);

/** `officer` next to `target` is the officer who freezes. */
export const FreezeRequest = strictObject({ target: Target, ...Words });
export type FreezeRequest = v.InferOutput<typeof FreezeRequest>;

export const FreezeView = v.object({
  id: v.string(),
  target: v.object({
    kind: v.picklist(['subject', 'agency', 'officer', 'purpose', 'class']),
    ref: v.optional(v.string()),
    agency: v.optional(v.string()),
    officer: v.optional(v.string()),
    purpose: v.optional(v.string()),
    class: v.optional(v.string()),
  }),
  state: v.picklist(['in-force', 'lifted']),
  at: v.string(),
  by: v.string(),
  entry: v.string(),
  said: v.optional(v.object({ officer: v.string(), reason: v.string() })),
  until: v.optional(v.string()),
  lifting: v.optional(v.object({ by: v.string(), entry: v.string(), until: v.string(), own: v.boolean() })),
  stopped: v.optional(v.picklist([0, 1, 10, 100])),
});

/** A number of one of the office's own people, or of the household of one. */
export const RecusalRequest = strictObject({ of: line(128), match: Match, ...Words });
export type RecusalRequest = v.InferOutput<typeof RecusalRequest>;

export const freezeRoutes = routes('freezes', 'casework', {
  setFreeze: route('POST /v1/freezes', 'freeze.set', {
    body: FreezeRequest,
    response: v.object({ freeze: FreezeView, receipt: Receipt }),
  }),
  listFreezes: route('GET /v1/freezes', 'freeze.list', {
    response: v.object({ freezes: v.array(FreezeView) }),
  }),
  readFreeze: route('GET /v1/freezes/:id', 'freeze.read', { response: v.object({ freeze: FreezeView }) }),
  liftFreeze: route('DELETE /v1/freezes/:id', 'freeze.lift', {
    body: OfTwo,
    bodyOptional: true,
    response: v.object({ freeze: FreezeView, receipt: v.optional(Receipt) }),
    accepted: Pending,
  }),
});

export const recusalRoutes = routes('recusals', 'casework', {
  fileRecusal: route('POST /v1/recusals', 'recusal.file', {
    body: RecusalRequest,
    response: v.object({ receipt: Receipt }),
  }),
});
