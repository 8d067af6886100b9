import * as v from 'valibot';
import { line, Name, OfTwo, Pending, Receipt, Subject, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const HoldRequest = strictObject({
  subject: Subject,
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(100))),
  instrument: line(128),
  ...Words,
});
export type HoldRequest = v.InferOutput<typeof HoldRequest>;

export const HoldView = v.object({
  id: v.string(),
  state: v.picklist(['requested', 'in-force', 'lifted']),
  at: v.string(),
  by: v.string(),
  entry: v.string(),
  instrument: v.string(),
  fields: v.optional(v.array(v.string())),
});

export const holdRoutes = routes('holds', 'casework', {
  setHold: route('POST /v1/holds', 'hold.set', {
    body: HoldRequest,
    response: v.object({ hold: HoldView, receipt: v.optional(Receipt) }),
    accepted: v.object({ ...Pending.entries, id: v.string() }),
  }),
  listHolds: route('GET /v1/holds', 'hold.list', { response: v.object({ holds: v.array(HoldView) }) }),
  confirmHold: route('POST /v1/holds/:id/confirm', 'hold.confirm', {
    body: OfTwo,
    bodyOptional: true,
    response: v.object({ hold: HoldView, receipt: v.optional(Receipt) }),
  }),
  liftHold: route('DELETE /v1/holds/:id', 'hold.lift', {
    body: OfTwo,
    bodyOptional: true,
    response: v.object({ hold: HoldView, receipt: v.optional(Receipt) }),
    accepted: Pending,
  }),
});
