import { randomBytes } from 'node:crypto';
import { type Areas, areasOf } from '../../shared/keys/areas.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { localDate } from '../../shared/policy/decide/alerts.ts';
import type { Screening } from '../../shared/policy/types.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import { decoyId } from '../steps/holding.ts';
import { keysFor } from '../steps/open-sheets.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import { holderOf } from './load.ts';
import { isReviewed } from './reviews.ts';
import { entryBase, ownersOf } from './screen.ts';

/**
 * One item with one leaf a subject, so that a batch is logged as a whole or not at all. The field lists say
 * what will be released: fields that are allowed but not held are not in them.
 * @returns receipts in the order of the subjects
 */
export async function appendDecisions(
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
  attempts: readonly string[],
): Promise<Receipt[]> {
  const areas = await areasOf(call.deps.kms, call.deps.env.referenceKey);
  return call.deps.log.append(
    decided.map((subject, i) => {
      const entry = decisionEntry(call, screening, subject, attempts[i]);
      return { ...entry, words: { ...entry.words, ...areaWord(call, areas, subject) } };
    }),
  );
}

/**
 * Where the subject lives, told so that many of one place can be counted for this agency and day alone. Nobody
 * lives somewhere too, each time elsewhere: a leaf must not tell by its words whether there is anybody.
 */
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
  attempt: string | undefined,
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
    ...(holding ? keysFor(call.pack, holding, subject.toOpen, subject.lacked) : []),
  ]);
  const { words = {}, ...base } = entryBase(call);
  return {
    ...base,
    kind: 'decision',
    owners: owners.length > 0 ? owners : ownersOf(call.pack, screening.cells.keys()),
    ...(item && { subject: item.logId }),
    fields,
    withheld: Object.fromEntries(withheld.map(([field, { rule }]) => [field, rule])),
    usedForDecision: screening.facts.filter((field) => subject.values.has(field)),
    keys: [...keys],
    consents: [...decision.consents],
    ...(decision.approvals.length > 0 && { approvals: [...decision.approvals] }),
    outcome: 'released',
    code: decision.reason,
    rule: decision.rule,
    obligations: [...decision.obligations],
    // Whoever follows the log for what is due, such as a notice, finds the subject by a word: here or in the attempt.
    ...(attempt === undefined ? { words: { ...words, subject: subject.subject } } : { words, attempt }),
  };
}

/**
 * Where the log is public the caller can read its own leaf, so all that depends on the person stands in it as
 * salted commitments: who it was, why it was refused, which keys were unwrapped.
 */
function refusalEntry(
  call: ReleaseCall,
  screening: Screening,
  { subject, item, decision, keys, spare }: DecidedSubject,
  attempt: string | undefined,
): NewEntry {
  const { pack, ask } = call;
  const { words, ...base } = entryBase(call);
  const withheld = [...screening.withheld].filter(([field]) => pack.fields.has(field));
  return {
    ...base,
    kind: 'denial',
    owners: ownersOf(pack, screening.cells.keys()),
    withheld: Object.fromEntries(withheld.map(([field, { rule }]) => [field, rule])),
    usedForDecision: [...screening.facts],
    outcome: 'refused',
    rule: pack.purposes.get(ask.purpose)?.rule ?? pack.grounds.unknownPurpose,
    ...(attempt !== undefined && { attempt }),
    // Nobody has a name in the log either, and each time another.
    logId: item?.logId ?? decoyId(),
    words: {
      ...words,
      subject: item?.subject ?? subject,
      finding: decision.reason,
      keys: [...new Set([...keys.keys(), ...(spare?.ids ?? [])])].sort().join(' '),
    },
  };
}

/**
 * Where the purpose's rules read facts, says so before any is opened: one entry a subject, with a salted
 * commitment to the subject in place of its log id, which is not loaded yet. So too where somebody reviews the release
 * afterwards: the entry is what the review is about.
 * @returns ids of the entries; empty where neither is so
 */
export async function appendAttempts(
  call: ReleaseCall,
  screening: Screening,
  names: readonly FoundSubject[],
): Promise<string[]> {
  const { facts, cells } = screening;
  if (facts.length === 0 && !isReviewed(call.pack, screening)) return [];
  const { words, ...base } = entryBase(call);
  const receipts = await call.deps.log.append(
    names.map(({ subject }) => ({
      ...base,
      kind: 'attempt' as const,
      operation: 'use' as const,
      owners: ownersOf(call.pack, facts.length > 0 ? facts : cells.keys()),
      usedForDecision: [...facts],
      words: { ...words, subject },
    })),
  );
  return receipts.map((receipt) => receipt.entry);
}
