/** A request for approval: the views of its sender and its approvers, and how it is read from the store. */

import type {
  AskedMaterial,
  ReceivedRequest,
  RequestedField,
  SentRequest,
} from '../../shared/contract/requests.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { codeText } from '../../shared/language.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { type Deciders, decidersOf, inLine, mayDecide } from '../../shared/policy/decide/approvals.ts';
import {
  type Asked,
  answerByOf,
  clocksOf,
  endsAt,
  fieldState,
  lateOf,
  type Material,
  materialOf,
  type RequestRecord,
  statedIn,
  stateOf,
} from '../../shared/policy/decide/requests.ts';
import { dueAt } from '../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { readRequest, type StoredRequest } from '../../shared/records/casework/requests.ts';
import type { Deps } from '../deps.ts';

export function sentView(pack: Pack, record: RequestRecord, now: number): SentRequest {
  const { asked, pieces } = record;
  const collected = [...pieces].sort((a, b) => a.from - b.from);
  return {
    ...viewOf(pack, record, now),
    subjects: asked.subjects.length,
    ...(asked.once && { pieces: collected }),
  };
}

export function receivedView(
  pack: Pack,
  record: RequestRecord,
  caller: Caller,
  now: number,
): ReceivedRequest {
  return {
    ...viewOf(pack, record, now),
    subjects: record.asked.subjects.length,
    mine: decidableBy(pack, record.asked, caller),
  };
}

/** The fields of a request that the caller may decide; none if it is in one line of authority with the requester. */
export function decidableBy(pack: Pack, asked: Asked, caller: Caller): string[] {
  const { agency: clientId, departments } = asked;
  if (inLine({ clientId, departments }, caller)) return [];
  const purpose = pack.purposes.get(asked.purpose);
  return Object.keys(asked.fields).filter((field) => {
    const deciders: Deciders | null = purpose ? decidersOf(pack, purpose, field, departments) : null;
    return deciders !== null && mayDecide(pack, caller, deciders, asked.county);
  });
}

/**
 * Why a text is refused, for packs without such a code too. It says the same of every text, so that it says nothing of the
 * person: the requester must not learn what a test found, nor that there was a record to test it against.
 */
export const REWORD = 'REWORD';

/** The words of a refusal's code in the pack in force. */
function whyOf(pack: Pack, code: string | undefined): RequestedField['why'] {
  if (code === undefined) return undefined;
  const own = code === REWORD ? commonTexts.reword : codeText(code);
  const { label = own } = pack.approvals?.refusals?.why[code] ?? {};
  return { code, label };
}

function viewOf(pack: Pack, record: RequestRecord, now: number): Omit<SentRequest, 'subjects'> {
  const { id, asked, collections, collectedAt } = record;
  const at = new Date(now).toISOString();
  const fields: Record<string, RequestedField> = {};
  for (const [field, { of }] of Object.entries(asked.fields)) {
    const ruling = Object.hasOwn(record.rulings, field) ? record.rulings[field] : undefined;
    const collectable = (collections > 0 ? ruling?.until : ruling?.collectBy) ?? '';
    fields[field] = {
      state: fieldState(record, field, at),
      of,
      answerBy: answerByOf(record, field),
      ...defined({
        late: lateOf(record, field, at) ?? undefined,
        material: materialView(pack, materialOf(record, field)),
        by: ruling?.agency,
        at: ruling?.at,
        entry: ruling?.entry,
        why: whyOf(pack, ruling?.why),
        until: ruling?.until === undefined ? undefined : collectable,
      }),
    };
  }
  return {
    id,
    state: stateOf(record, at),
    purpose: asked.purpose,
    collection: asked.collection,
    agency: asked.agency,
    ...defined({
      case: asked.case,
      instrument: asked.instrument,
      activity: asked.activity,
      basis: asked.basis,
      text: asked.text,
    }),
    officer: asked.officer,
    reason: asked.reason,
    at: asked.at,
    entry: statedIn(record),
    once: asked.once,
    fields,
    clocks: clocksOf(record, at),
    collections,
    ...defined({ collectedAt: collectedAt ?? undefined }),
  };
}

function materialView({ approvals }: Pack, material: Material | undefined): AskedMaterial | undefined {
  if (!material) return undefined;
  const { missing, at, supplyBy, supplied } = material;
  const known = approvals?.material?.missing ?? {};
  const said = supplied && {
    at: supplied.at,
    statement: supplied.statement,
    ...defined({ documents: supplied.documents && [...supplied.documents] }),
  };
  const label = (code: string) => known[code] ?? { label: codeText(code) };
  return {
    missing: missing.map((code) => ({ code, ...label(code) })),
    at,
    supplyBy,
    ...defined({ supplied: said }),
  };
}

type RequestDeps = Pick<Deps<'requestsTable'>, 'tables'>;

/** A request as read: the stored form, which a conditional write compares with, and the policy's record of it. */
export interface FiledRequest {
  stored: StoredRequest;
  record: RequestRecord;
}

/** Form of a request's id. */
const REQUEST_ID = /^[\w-]{22}$/;

/** @returns `null` if there is none. @throws the store's error, or Problem INTEGRITY_FAULT */
export async function findRequest({ tables }: RequestDeps, id: string): Promise<FiledRequest | null> {
  const stored = REQUEST_ID.test(id) ? await readRequest(tables.requests, id) : null;
  return stored && { stored, record: recordOf(stored) };
}

/** The answers of the owners and the withdrawal of the requester. Attributes of their own count the collections. */
export function saidOf({
  rulings,
  materials,
  withdrawn,
}: Pick<RequestRecord, 'rulings' | 'materials' | 'withdrawn'>): Json {
  return { rulings, materials, withdrawn } as unknown as Json;
}

export function recordOf({
  id,
  asked,
  said,
  collections,
  collectedAt,
  pieces,
}: StoredRequest): RequestRecord {
  const {
    rulings = {},
    materials = {},
    withdrawn = null,
  } = (said ?? {}) as unknown as Partial<RequestRecord>;
  return {
    id,
    asked: asked as unknown as Asked,
    rulings,
    materials,
    withdrawn,
    collections,
    collectedAt,
    pieces,
  };
}

/** Epoch second after which the store may delete a request. The log keeps the request and its answers. */
export function expiryOf(record: Pick<RequestRecord, 'asked' | 'rulings' | 'materials'>): number {
  return endsAt(record) / 1000 + KEPT * 86_400;
}

/** Days for which a request can still be read after its end. */
const KEPT = 90;

/** The departments that are asked, each with its fields, in the order of the pack. @param shown as the requester sees it */
export function askedDepartments(
  pack: Pack,
  { fields }: Pick<Asked, 'fields'>,
  shown = false,
): Map<string, string[]> {
  const departments = new Map<string, string[]>();
  for (const field of pack.fields.keys()) {
    const asked = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const department = (shown ? undefined : asked?.asks) ?? asked?.of;
    if (department !== undefined)
      departments.set(department, [...(departments.get(department) ?? []), field]);
  }
  return departments;
}

/**
 * The same for the writes of a filing: one item for each set of owners, so that their number follows from what is asked
 * and not from the county. A department may occur twice.
 */
export function askedInTurn(
  pack: Pack,
  asked: Pick<Asked, 'fields'>,
): { department: string; fields: string[] }[] {
  const all = askedDepartments(pack, asked);
  const turns = new Map<string, string>();
  for (const [department, fields] of all)
    for (const field of fields) turns.set(pack.fields.get(field)?.owners.join() ?? '', department);
  return [...turns.values()].map((department) => ({ department, fields: all.get(department) ?? [] }));
}

/** When a task that is opened now is due, and when its reminder is sent. @throws Problem INTERNAL for an unknown kind */
export function timesOf(
  pack: Pack,
  kind: string,
  opened: number,
): { opened: string; due: string; remind?: string } {
  const known = pack.tasks.get(kind);
  if (!known) throw new Problem('INTERNAL', { detail: commonTexts.noSuchTaskKind });
  const at = (instant: number) => new Date(instant).toISOString();
  return {
    opened: at(opened),
    due: at(dueAt(pack.calendar, known.within, opened)),
    ...defined({ remind: known.remind && at(dueAt(pack.calendar, known.remind, opened)) }),
  };
}
