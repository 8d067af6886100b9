/** What is shown of a request: to the office that sent it, and to those who answer it. */

import type { References } from '../../shared/keys/references.ts';
import { type Deciders, decidersOf, inLine, mayDecide } from '../../shared/policy/decide/approvals.ts';
import {
  type Asked,
  type FieldState,
  fieldState,
  type RequestRecord,
  type RequestState,
  stateOf,
} from '../../shared/policy/decide/requests.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';

export interface FieldView {
  state: FieldState;
  /** The department asked, and until when it may answer. */
  of: string;
  answerBy: string;
  /** Answered: who and when, and the log entry. Approved: until when it can be collected. */
  by?: string;
  at?: string;
  entry?: string;
  until?: string;
}

interface View {
  id: string;
  state: RequestState;
  purpose: string;
  collection: string;
  agency: string;
  case?: string;
  instrument?: string;
  activity?: string;
  officer: string;
  reason: string;
  at: string;
  once: boolean;
  fields: Record<string, FieldView>;
  collections: number;
  collectedAt?: string;
}

/** How many children it is about; which ones, the sender has written itself. A reference would tell who is known. */
export type SentRequest = View & { subjects: number };
/** The children by the viewer's own references, and the fields that the viewer may answer for. */
export type ReceivedRequest = View & { refs: string[]; mine: string[] };

export function sentView(record: RequestRecord, now: number): SentRequest {
  return { ...viewOf(record, now), subjects: record.asked.subjects.length };
}

export function receivedView(
  pack: Pack,
  record: RequestRecord,
  viewer: { caller: Caller; references: References },
  now: number,
): ReceivedRequest {
  const { caller, references } = viewer;
  return {
    ...viewOf(record, now),
    refs: record.asked.subjects.map((subject) => references.toRef(subject)),
    mine: decidableBy(pack, record.asked, caller),
  };
}

/** The fields of a request that this office may answer for; none where it stands in the requester's line. */
export function decidableBy(pack: Pack, asked: Asked, caller: Caller): string[] {
  const { agency: clientId, departments } = asked;
  if (inLine({ clientId, departments }, caller)) return [];
  const purpose = pack.purposes.get(asked.purpose);
  return Object.keys(asked.fields).filter((field) => {
    const deciders: Deciders | null = purpose ? decidersOf(pack, purpose, field, departments) : null;
    return deciders !== null && mayDecide(pack, caller, deciders, asked.county);
  });
}

function viewOf(record: RequestRecord, now: number): View {
  const { id, asked, collections, collectedAt } = record;
  const at = new Date(now).toISOString();
  const fields: Record<string, FieldView> = {};
  for (const [field, { of, answerBy }] of Object.entries(asked.fields)) {
    const ruling = Object.hasOwn(record.rulings, field) ? record.rulings[field] : undefined;
    fields[field] = {
      state: fieldState(record, field, at),
      of,
      answerBy,
      ...(ruling && { by: ruling.agency, at: ruling.at, entry: ruling.entry }),
      ...(ruling?.until !== undefined && {
        until: (collections > 0 ? ruling.until : ruling.collectBy) ?? '',
      }),
    };
  }
  return {
    ...{ id, state: stateOf(record, at), purpose: asked.purpose, collection: asked.collection },
    agency: asked.agency,
    ...(asked.case !== undefined && { case: asked.case }),
    ...(asked.instrument !== undefined && { instrument: asked.instrument }),
    ...(asked.activity !== undefined && { activity: asked.activity }),
    ...{ officer: asked.officer, reason: asked.reason, at: asked.at, once: asked.once, fields, collections },
    ...(collectedAt !== null && { collectedAt }),
  };
}
