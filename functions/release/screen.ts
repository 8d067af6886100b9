import { Problem } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { mustSeal } from '../../shared/policy/pack/pack.ts';
import type { Refusal, Screening } from '../../shared/policy/types.ts';
import { noteProhibited } from '../http/prohibited.ts';
import { entryBase, ownersOf } from './entry-base.ts';
import type { ReleaseCall } from './release-fields.ts';

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
