import * as v from 'valibot';
import { line, Name, Pending, Receipt, Subject, Words } from './common.ts';
import { LiftRequest } from './freezes.ts';
import type { RouteContract } from './route.ts';
import { strictObject } from './strict-object.ts';

export const HoldRequest = strictObject({
  subject: Subject,
  /** Absent: the complete record. */
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(100))),
  /** The number of the order. */
  instrument: line(128),
  ...Words,
});
export type HoldRequest = v.InferOutput<typeof HoldRequest>;

const HoldView = v.object({
  id: v.string(),
  state: v.picklist(['requested', 'in-force', 'lifted']),
  at: v.string(),
  by: v.string(),
  entry: v.string(),
  instrument: v.string(),
  fields: v.optional(v.array(v.string())),
});

export const holdRoutes: RouteContract[] = [
  {
    method: 'POST',
    path: '/v1/holds',
    summary: 'Order that a record, or fields of it, is kept (a court or justice; the first of two people)',
    act: 'hold.set',
    request: { 'application/json': HoldRequest },
    response: null,
    accepted: v.object({ ...Pending.entries, id: v.string() }),
  },
  {
    method: 'GET',
    path: '/v1/holds',
    summary: 'Legal holds in force: all for auditors, its own for an office. None names a person',
    act: 'hold.list',
    response: v.object({ holds: v.array(HoldView) }),
  },
  {
    method: 'POST',
    path: '/v1/holds/:id/confirm',
    summary: 'Put a legal hold in force (the second person of the office)',
    act: 'hold.confirm',
    request: { 'application/json': LiftRequest },
    response: v.object({ hold: HoldView, receipt: v.optional(Receipt) }),
  },
  {
    method: 'DELETE',
    path: '/v1/holds/:id',
    summary: 'Lift a legal hold (two people: the first is answered 202, the second 200)',
    act: 'hold.lift',
    request: { 'application/json': LiftRequest },
    response: v.object({ hold: HoldView, receipt: v.optional(Receipt) }),
    accepted: Pending,
  },
];
