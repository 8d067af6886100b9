import { randomId } from '../../shared/bytes.ts';
import type { NotGiven, Released, ReleasedField, ReleaseResult } from '../../shared/contract/release.ts';
import type { SentRequest } from '../../shared/contract/requests.ts';
import { keyIdOf } from '../../shared/crypto/field-format.ts';
import { defined } from '../../shared/defined.ts';
import { type References, referencesOf } from '../../shared/keys/references.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { releaseTexts } from '../../shared/messages/release.ts';
import { normaliseKey } from '../../shared/policy/check/validate.ts';
import { partFor } from '../../shared/policy/decide/veil.ts';
import { endOf } from '../../shared/policy/pack/calendar.ts';
import { mustSeal, reasonText } from '../../shared/policy/pack/pack.ts';
import { present } from '../../shared/policy/present/present.ts';
import type { Json, Screening } from '../../shared/policy/types.ts';
import { instantOf } from '../../shared/records/subject/key-items.ts';
import { countRefusal } from '../http/metrics.ts';
import { sentView } from '../steps/approval-requests.ts';
import type { NamedRequest } from './approval.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';
import { holderOf } from './load.ts';

export interface Presented {
  answer: Released;
  /** Whether the answer must be sealed because of the classes that it may hold. */
  restricted: boolean;
  /** The opened subjects that the answer was made of. They hold plaintext and must not leave the gateway. */
  decided: readonly DecidedSubject[];
  /** Time steps after which the answer leaves, if the caller is slowed down; 1 otherwise. */
  steps: number;
}

/** What the earlier steps found. `named`: the request that the release names. */
interface Outcome {
  receipts: readonly Receipt[];
  steps: number;
  ends: number;
  named: NamedRequest | null;
}

/**
 * Masks, generalises and answers predicates. Only the result leaves the gateway.
 * @param ends when the case that the release is for ends (epoch milliseconds); Infinity if it has no end
 */
export async function presentSubjects(
  deps: ReleaseDeps,
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
  { receipts, steps, ends, named }: Outcome,
): Promise<Presented> {
  const { pack, session, ask } = call;
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const lasts = pack.purposes.get(ask.purpose)?.lasts;
  const until = Math.min(ends, lasts ? endOf(pack.calendar, lasts, call.now) : Infinity);
  const restricted = decided.some(({ decision }) => mustSeal(pack, decision.fields));
  const filed = named?.filed ? sentView(pack, named.filed.record, call.now) : null;
  const answer: Released = {
    release: randomId(),
    purpose: ask.purpose,
    policy: { version: pack.version, hash: pack.hash },
    obligations: [...screening.obligations],
    ...(until < Infinity && { validUntil: instant(until) }),
    results: decided.map((subject, i) =>
      presentSubject(call, screening, { references, filed }, subject, receipts[i] as Receipt),
    ),
  };
  return { answer, restricted, decided, steps };
}

function presentSubject(
  call: ReleaseCall,
  screening: Screening,
  { references, filed }: { references: References; filed: SentRequest | null },
  subject: DecidedSubject,
  receipt: Receipt,
): ReleaseResult {
  const { pack, session, ask, now } = call;
  const { decision, item } = subject;
  if (decision.outcome !== 'release' || !item || !matchHolds(call, subject)) {
    countRefusal();
    return { refused: { code: 'REFUSED' }, receipt };
  }
  const values = valuesFor(call, subject);
  const token = references.token(item.subject, ask.purpose);
  const fields: Record<string, ReleasedField> = {};
  for (const [field, decided] of decision.fields) {
    const { cell, disputed } = decided;
    const shown = present(pack, field, decided, { now, caller: session.caller, ask, values, token });
    const owner = holderOf(pack, subject, field, cell);
    if (!shown || owner === null) continue;
    const origin = shown.form === 'plain' ? { owner, asOf: asOf(subject, owner, field) } : {};
    fields[field] = { ...shown, ...origin, ...defined({ disputed: disputed || undefined }) };
  }
  // Each of them becomes a task of the caller, or of the office that the decision names.
  const own = decision.obligations.filter((name) => !screening.obligations.includes(name));
  return {
    ref: references.toRef(item.subject),
    fields,
    withheld: withheldFrom(call, screening, fields, filed),
    ...defined({ obligations: own.length > 0 ? own : undefined }),
    receipt,
  };
}

/** The opened values, each of the first owner that holds it; of those that a person who inquires gets in part, the part. */
export function valuesFor(
  { pack, ask }: ReleaseCall,
  { values, decision }: DecidedSubject,
): Map<string, Json> {
  return new Map(
    [...values].map(([field, [first]]) => [
      field,
      partFor(pack, ask, decision.veil, field, first?.value ?? null),
    ]),
  );
}

/**
 * A word for each field that was asked for and is not given. What depends on the person is one word, `ABSENT`: not held,
 * disputed, not consented to. The words of a request for approval are those of the request itself.
 */
function withheldFrom(
  { pack }: ReleaseCall,
  { cells, withheld: told, needsApproval }: Screening,
  given: Readonly<Record<string, ReleasedField>>,
  filed: SentRequest | null,
): Record<string, NotGiven> {
  const withheld: Record<string, NotGiven> = Object.fromEntries(told);
  for (const [field, { rule }] of cells) {
    if (given[field]) continue;
    const asked = filed?.fields[field];
    withheld[field] =
      needsApproval.has(field) && asked?.state !== 'approved'
        ? {
            code: 'NO_APPROVAL',
            rule,
            reason: reasonText(pack, 'NO_SECOND_PERSON'),
            ...(filed && asked && { request: { id: filed.id, ...asked } }),
          }
        : { code: 'ABSENT', rule: pack.grounds.unknownField, reason: releaseTexts.absent };
  }
  return withheld;
}

/** A match key must equal the value in the record, if its field was opened, whatever the index led to. */
function matchHolds({ pack }: ReleaseCall, { matched, values }: DecidedSubject): boolean {
  return [...matched].every(([field, key]) => {
    const [held] = values.get(field) ?? [];
    return held === undefined || normaliseKey(pack, field, held.value) === key;
  });
}

const instant = (at: number) => new Date(at).toISOString();

/** Time of the write that sealed the field (RFC 3339). */
export function asOf({ item, sheets }: DecidedSubject, owner: string, field: string): string {
  const sealed = sheets.get(owner)?.fields.get(field);
  const key = sealed && item?.keys.get(keyIdOf(sealed));
  return key ? instantOf(key, field) : '';
}
