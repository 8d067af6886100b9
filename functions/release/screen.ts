import { Problem } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { mustSeal, type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Refusal, Screening } from '../../shared/policy/types.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { frozenBy, frozenClasses } from '../steps/freezes.ts';
import { noteProhibited } from '../steps/refusals.ts';
import type { ReleaseCall } from './call.ts';

/**
 * Refuses what follows from caller, purpose and request alone, after logging it; a prohibited use raises an
 * alert beside, and the second within a day suspends the account. Nobody's data is looked up.
 * @throws Problem with rule and reason
 */
export async function screenRequest(call: ReleaseCall): Promise<Screening> {
  const screened = screen(call.pack, call.session.caller, call.ask, call.now);
  const screening = screened.ok ? (unsealable(call, screened) ?? screened) : screened;
  if (screening.ok) return screening;
  await call.session.replay.claim(call.ask.officer);
  const entries = refusalEntries(call, screening);
  await call.deps.log.append(entries);
  if (screening.alert) {
    const { frozen } = call.pack.grounds;
    await noteProhibited(call.deps, entries[0] as NewEntry, frozen, call.now);
  }
  const { code, rule, reason } = screening;
  throw new Problem(code, { rule, reason });
}

/** Told of the request alone: told of the answer, it would tell that there is somebody. */
function unsealable({ pack, session }: ReleaseCall, { cells }: Screening): Refusal | null {
  if (session.agency.jwks.keys.some(({ use }) => use === 'enc')) return null;
  for (const [field, cell] of cells) {
    if (!mustSeal(pack, new Map([[field, { cell }]]))) continue;
    const reason = 'What is asked for comes sealed alone, and the agency has registered no encryption key.';
    return { ok: false, code: 'NO_ENCRYPTION_KEY', rule: cell.rule, reason, alert: false };
  }
  return null;
}

function refusalEntries(call: ReleaseCall, refused: Refusal): NewEntry[] {
  const refusal = refusalEntry(call, refused);
  if (!refused.alert) return [refusal];
  return [
    { ...refusal, kind: 'prohibited' },
    { ...refusal, kind: 'alert', outcome: 'raised' },
  ];
}

/** What is logged of a request that is refused whoever it is about. */
export function refusalEntry(call: ReleaseCall, { code, rule }: Pick<Refusal, 'code' | 'rule'>): NewEntry {
  return {
    ...entryBase(call),
    kind: 'denial',
    owners: ownersOf(call.pack, call.ask.fields ?? [...call.pack.fields.keys()]),
    outcome: 'refused',
    code,
    rule,
  };
}

/** What every entry of this call says. */
export function entryBase({ pack, session, ask, request }: ReleaseCall): Omit<NewEntry, 'kind'> {
  return {
    operation: 'provide',
    handler: handlerOf(session),
    purpose: ask.purpose,
    collection: ask.collection,
    policy: { version: pack.version, hash: pack.hash },
    words: {
      ...(ask.officer !== undefined && { officer: ask.officer }),
      ...(ask.case !== undefined && { case: ask.case }),
      ...(ask.reason !== undefined && { reason: ask.reason }),
      ...evidenceWord(session),
      request,
    },
  };
}

/** Departments that own the fields, as far as the pack knows these; all of the pack's if it knows none. */
export function ownersOf(pack: Pack, fields: Iterable<string>): string[] {
  const owners = new Set<string>();
  for (const field of fields) for (const owner of pack.fields.get(field)?.owners ?? []) owners.add(owner);
  return owners.size > 0 ? [...owners].sort() : ownersOf(pack, pack.fields.keys());
}

/**
 * Refuses, after logging it, what is frozen for everybody's record alike; fields of a frozen class are withheld.
 * Nothing was opened so far.
 * @param attempts entries of the attempt, which the refusal completes
 * @returns call and screening as the later steps must see them
 * @throws Problem AGENCY_FROZEN, OFFICER_FROZEN, PURPOSE_FROZEN; CLASS_FROZEN where the decision itself needs the class
 */
export async function refuseFrozen(
  call: ReleaseCall,
  screening: Screening,
  freezes: readonly Freeze[],
  attempts: readonly string[],
): Promise<{ call: ReleaseCall; screening: Screening }> {
  const { pack, session, ask } = call;
  const code = frozenBy(freezes, { ...ask, agency: session.caller.clientId });
  const frozen = frozenClasses(freezes);
  const narrowed = frozen.length === 0 ? call : { ...call, ask: { ...ask, frozen } };
  const seen = frozen.length === 0 ? screening : screen(pack, session.caller, narrowed.ask, call.now);
  if (code === null && seen.ok) return { call: narrowed, screening: seen };
  const refused = code ?? (seen.ok ? 'CLASS_FROZEN' : seen.code);
  const rule = pack.grounds.frozen;
  const [attempt] = attempts;
  const refusal = refusalEntry(call, { code: refused, rule });
  await call.deps.log.append([{ ...refusal, ...(attempt !== undefined && { attempt }) }]);
  throw new Problem(refused, { rule, reason: reasonText(pack, refused) });
}
