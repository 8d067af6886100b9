/** The register of cases. */

import * as v from 'valibot';
import { line, Name, OfTwo, Receipt, Subject, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

const Officers = v.pipe(v.array(line(128)), v.minLength(1), v.maxLength(20));

export const OpenCase = strictObject({
  purpose: Name,
  subjects: v.pipe(v.array(Subject), v.minLength(1), v.maxLength(100)),
  officers: Officers,
  instrument: v.optional(line(128)),
  ...Words,
  case: line(128),
});
export type OpenCase = v.InferOutput<typeof OpenCase>;

export const AssignCase = strictObject({ officers: Officers, ...Words });
export type AssignCase = v.InferOutput<typeof AssignCase>;

export const CloseCase = strictObject({ ...Words });

export const CasesQuery = strictObject({
  state: v.optional(v.picklist(['waiting', 'open', 'ended', 'closed'])),
  agency: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
});

const Step = { at: v.string(), by: v.string(), entry: v.string() };

export const CaseView = v.object({
  id: v.string(),
  case: v.string(),
  purpose: v.string(),
  agency: v.string(),
  instrument: v.optional(v.string()),
  state: v.picklist(['waiting', 'open', 'ended', 'closed']),
  waitsFor: v.optional(v.union([v.object({ agency: v.string() }), v.object({ department: v.string() })])),
  again: v.boolean(),
  officers: v.array(v.string()),
  subjects: v.number(),
  refs: v.optional(v.array(v.string())),
  opened: v.object({ ...Step, officer: v.string(), reason: v.string() }),
  confirmed: v.optional(v.object({ ...Step, with: v.picklist(['person', 'register']) })),
  closed: v.optional(v.object(Step)),
  from: v.optional(v.string()),
  until: v.string(),
});

const Answer = v.object({ case: CaseView, receipt: v.optional(Receipt) });

export const caseRoutes = routes('cases', 'casework', {
  openCase: route('POST /v1/cases', 'case.open', {
    body: OpenCase,
    // 200: the same case is open or waits.
    response: Answer,
    created: Answer,
  }),
  listCases: route('GET /v1/cases', 'case.list', {
    query: CasesQuery,
    response: v.object({ cases: v.array(CaseView) }),
  }),
  readCase: route('GET /v1/cases/:id', 'case.read', { response: CaseView }),
  confirmCase: route('POST /v1/cases/:id/confirm', 'case.confirm', { body: OfTwo, response: Answer }),
  assignCase: route('POST /v1/cases/:id/assign', 'case.assign', { body: AssignCase, response: Answer }),
  closeCase: route('POST /v1/cases/:id/close', 'case.close', { body: CloseCase, response: Answer }),
});
