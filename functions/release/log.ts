import { randomBytes } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import type { EntryId } from '../../shared/ids.ts';
import { type Areas, areasOf } from '../../shared/keys/areas.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { localDate } from '../../shared/policy/decide/alerts.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { ownersAsked } from '../steps/entry-base.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';
import { holderOf } from './load.ts';
import { decidedKeys } from './open.ts';
import { needsReview } from './reviews.ts';

/**
 * Appends one item with one leaf per subject, so that a batch is logged as a whole or not at all. The entries list the
 * fields that will be released, without those that are allowed but not held.
 * @returns receipts in the order of the subjects
 */
export async function appendDecisions(
  deps: ReleaseDeps,
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
  attempts: readonly EntryId[],
): Promise<Receipt[]> {
  const areas = await areasOf(deps.kms, deps.env.referenceKey);
  return deps.log.append(
    decided.map((subject, i) => {
      const entry = decisionEntry(call, screening, subject, attempts[i]);
      return { ...entry, words: { ...entry.words, ...areaWord(call, areas, subject) } };
    }),
  );
}

/** The area of the subject, as a word by which entries about one place can be counted for this agency and day only. */
function areaWord(
  { pack, session, now }: ReleaseCall,
  areas: Areas,
  { subject, item }: DecidedSubject,
): { area: string } {
  const date = localDate(pack.calendar, now);
  const place = item?.area ?? randomBytes(16);
  return { area: areas.word(item?.subject ?? subject, place, session.caller.clientId, date) };
}

function decisionEntry(
  call: ReleaseCall,
  screening: Screening,
  subject: DecidedSubject,
  attempt: EntryId | undefined,
): NewEntry {
  const { decision, item } = subject;
  if (decision.outcome !== 'release') return refusalEntry(call, screening, subject, attempt);
  const fields: Record<string, Record<string, string>> = {};
  for (const [field, { cell }] of decision.fields) {
    const owner = holderOf(call.pack, subject, field, cell);
    if (owner !== null) fields[owner] = { ...fields[owner], [field]: cell.form };
  }
  const owners = Object.keys(fields).sort();
  const withheld = [...screening.withheld, ...decision.heldBack].filter(([field]) =>
    call.pack.fields.has(field),
  );
  const holding = item && { item, sheets: subject.sheets };
  const keys = new Set([
    ...subject.keys.keys(),
    ...(holding ? decidedKeys(call.pack, holding, subject) : []),
    ...(subject.instead?.ids ?? []),
  ]);
  const { words = {}, ...base } = call.base;
  return {
    ...base,
    kind: 'decision',
    owners: owners.length > 0 ? owners : ownersAsked(call.pack, screening.cells.keys()),
    ...defined({ subject: item?.logId }),
    fields,
    withheld: Object.fromEntries(withheld.map(([field, { rule }]) => [field, rule])),
    usedForDecision: screening.facts.filter((field) => subject.values.has(field)),
    keys: [...keys],
    consents: [...decision.consents],
    ...defined({ approvals: approvalsOf(call, subject) }),
    outcome: 'released',
    code: decision.reason,
    rule: decision.rule,
    obligations: [...decision.obligations],
    words: { ...words, subject: item?.subject ?? subject.subject },
    ...defined({ attempt }),
  };
}

/** Entries of the approvals, among them that of the case. */
function approvalsOf({ case: of }: ReleaseCall, { assigned, decision }: DecidedSubject) {
  const approvals = [...(of && assigned ? [of.approval] : []), ...decision.approvals];
  return approvals.length > 0 ? approvals : undefined;
}

function refusalEntry(
  call: ReleaseCall,
  screening: Screening,
  { item, decision, keys, spare }: DecidedSubject,
  attempt: EntryId | undefined,
): NewEntry {
  const { pack, ask } = call;
  const { words, ...base } = call.base;
  // Every refusal lists all requested fields, so that the list says nothing of its reason. A person who decides on a
  // release on hold reads it.
  const withheld = [...screening.withheld, ...screening.cells].filter(([field]) => pack.fields.has(field));
  return {
    ...base,
    kind: 'denial',
    owners: ownersAsked(pack, screening.cells.keys()),
    withheld: Object.fromEntries(withheld.map(([field, { rule }]) => [field, rule])),
    usedForDecision: [...screening.facts],
    outcome: 'refused',
    rule: pack.purposes.get(ask.purpose)?.rule ?? pack.grounds.unknownPurpose,
    ...defined({ attempt, subject: item?.logId }),
    keys: [...new Set([...keys.keys(), ...(spare?.ids ?? [])])].sort(),
    words: {
      ...words,
      ...defined({ subject: item?.subject }),
      finding: decision.reason,
    },
  };
}

/**
 * Appends one entry per subject before any fact is opened, if the purpose's rules read facts. It has a salted
 * commitment to the subject in place of the log id, which is not loaded yet. A release that is reviewed afterwards also
 * gets these entries, because the review refers to them.
 * @returns ids of the entries; empty if no entry is needed
 */
export async function appendAttempts(
  deps: ReleaseDeps,
  call: ReleaseCall,
  screening: Screening,
  names: readonly FoundSubject[],
): Promise<EntryId[]> {
  const { facts, cells } = screening;
  if (facts.length === 0 && !needsReview(call.pack, screening)) return [];
  const { words, ...base } = call.base;
  const receipts = await deps.log.append(
    names.map(({ subject }) => ({
      ...base,
      kind: 'attempt' as const,
      operation: 'use' as const,
      owners: ownersAsked(call.pack, facts.length > 0 ? facts : cells.keys()),
      usedForDecision: [...facts],
      words: { ...words, subject },
    })),
  );
  return receipts.map((receipt) => receipt.entry);
}
