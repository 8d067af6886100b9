import { Problem } from '../../shared/errors.ts';
import { decide } from '../../shared/policy/decide/decide.ts';
import { isEligible } from '../../shared/policy/decide/programme.ts';
import type { ConsentArtefact, Decision, Screening } from '../../shared/policy/types.ts';
import { type SubjectFacts, situationOf } from '../steps/holding.ts';
import { type HeldField, keysFor, openFields, unwrapKeys } from '../steps/open-sheets.ts';
import {
  type Finding,
  PASSING,
  type Party,
  type Situated,
  type StoredOutcome,
  type VerifyCall,
} from './call.ts';
import { basisOf, storedOutcome } from './outcomes.ts';

/**
 * Decides whether the check is allowed, and if so answers the programme's question. Keys are unwrapped twice
 * whatever comes of it, and as many: those of the subject as far as it is needed and allowed, the decoy's otherwise.
 */
export async function judge(call: VerifyCall, screening: Screening, situated: Situated): Promise<Finding> {
  const before = barred(call, situated);
  const { facts } = screening;
  const first = await open(call, before === null ? situated.real : null, situated, facts);
  const decision = first ? decideFor(call, first, situated) : null;
  const after = before ?? refusedBy(call, decision);
  const stored = after === null ? standing(call, situated) : null;
  const rest = call.programme.fields.filter((field) => !facts.includes(field));
  const second = await open(call, after === null && !stored ? first : null, situated, rest, facts);
  return conclude(call, situated, { code: after, decision, stored, first, second });
}

/** @returns the party, opened; `null` where there is none or its record is broken */
async function open(
  call: VerifyCall,
  party: Party | null,
  { decoy }: Situated,
  fields: readonly string[],
  earlier: readonly string[] = [],
): Promise<Party | null> {
  try {
    await openParty(call, { party, decoy }, fields, earlier);
    return party;
  } catch (error) {
    if (party && error instanceof Problem && error.code === 'INTEGRITY_FAULT') return null;
    throw error;
  }
}

/** What bars a check before anything is opened: a reason code, or `null`. */
function barred(call: VerifyCall, situated: Situated): string | null {
  const { real, broken, casework, withinBudget } = situated;
  if (broken) return 'INTEGRITY_FAULT';
  if (!real) return 'SUBJECT_UNKNOWN';
  if (!withinBudget && !standing(call, situated)) return 'BUDGET_SPENT';
  const { county, frozen, consents } = situationOf(known(real, situated), real.item);
  if (frozen) return 'FROZEN';
  const reached = (area: string) => county !== null && (area.startsWith(county) || county.startsWith(area));
  if (!call.session.caller.areas.some(reached)) return 'OUT_OF_AREA';
  return casework.length > 0 && consents.some((consent) => isForCaller(call, consent)) ? null : 'NO_CONSENT';
}

function isForCaller({ ask, session }: VerifyCall, { purpose, recipient }: ConsentArtefact): boolean {
  return purpose === ask.purpose && recipient === session.caller.clientId;
}

function decideFor({ pack, session, ask, now }: VerifyCall, party: Party, situated: Situated): Decision {
  return decide(pack, session.caller, ask, situationOf(known(party, situated), party.item), now);
}

function known({ values }: Party, { casework }: Situated): SubjectFacts {
  return { casework, values };
}

/** Every field of the programme must be allowed: a dispute or a consent that leaves one out ends the check. */
function refusedBy({ programme }: VerifyCall, decision: Decision | null): string | null {
  if (!decision) return 'INTEGRITY_FAULT';
  if (decision.outcome !== 'release') return decision.reason;
  const missing = programme.fields.find((field) => !decision.fields.has(field));
  return missing === undefined ? null : (decision.heldBack.get(missing)?.code ?? 'CONSENT_SCOPE');
}

/** An earlier outcome, while it is valid and neither the record nor the policy has changed since. */
function standing(call: VerifyCall, situated: Situated): StoredOutcome | null {
  const stored = storedOutcome(call, situated.casework);
  if (!stored || !situated.real || stored.policy !== call.pack.hash) return null;
  return stored.basis === basisOf(situated.real) ? stored : null;
}

interface Steps {
  code: string | null;
  decision: Decision | null;
  stored: StoredOutcome | null;
  first: Party | null;
  second: Party | null;
}

function conclude(
  { pack, session, ask, programme, now }: VerifyCall,
  { real }: Situated,
  { code, decision, stored, first, second }: Steps,
): Finding {
  const consents = decision?.consents ?? [];
  const basis = real ? basisOf(real) : '';
  if (code !== null) {
    const allowed = PASSING.includes(code);
    return { outcome: 'NOT_CONFIRMED', code, consents: [], stored: null, answered: false, allowed, basis };
  }
  if (stored) {
    const { outcome } = stored;
    return { outcome, code: 'STORED_OUTCOME', consents, stored, answered: false, allowed: true, basis };
  }
  if (!first || !second) {
    const broken = { outcome: 'NOT_CONFIRMED', code: 'INTEGRITY_FAULT', consents: [], stored: null } as const;
    return { ...broken, answered: false, allowed: true, basis };
  }
  const values = new Map([...second.values].map(([field, [one]]) => [field, one?.value ?? null]));
  const yes = isEligible(pack, programme, { now, caller: session.caller, ask, values });
  return {
    outcome: yes ? 'YES' : 'NOT_CONFIRMED',
    code: yes ? (decision?.reason ?? '') : 'NOT_ELIGIBLE',
    consents,
    stored: null,
    answered: true,
    allowed: true,
    basis,
  };
}

/** What opening some fields of a record takes: those that it holds, and what a manifest must prove to be lacking. */
interface Needed {
  held: HeldField[];
  lacked: HeldField[];
  /** Ids of the keys. */
  keys: Set<string>;
}

/**
 * Opens fields that are not open yet, of every owner that holds them, and keeps the values with the party. The
 * attempt entry is durable by now. Keys of the decoy are unwrapped beside them until there are as many as the
 * decoy alone would take.
 * @param party whose fields are opened; `null`: only the decoy's keys are unwrapped
 * @param earlier fields that were opened before, of whomever
 * @throws Problem INTEGRITY_FAULT, KMS_UNAVAILABLE
 */
export async function openParty(
  call: VerifyCall,
  { party, decoy }: { party: Party | null; decoy: Party | null },
  fields: readonly string[],
  earlier: readonly string[] = [],
): Promise<void> {
  const { deps, pack } = call;
  const own = party && neededFor(call, party, fields);
  const fresh = [...(own?.keys ?? [])].filter((id) => !party?.keys.has(id));
  const unwraps = [party && unwrapKeys(deps, party, new Set(fresh), party.keys)];
  if (decoy) {
    const before = neededFor(call, decoy, earlier).keys;
    const ids = [...neededFor(call, decoy, fields).keys].filter((id) => !before.has(id));
    unwraps.push(unwrapKeys(deps, decoy, new Set(ids.slice(fresh.length)), decoy.keys));
  }
  await Promise.all(unwraps);
  if (!party || !own) return;
  const values = openFields(pack, party, own.held, party.keys, own.lacked);
  for (const [i, { field, owner }] of own.held.entries()) {
    const known = party.values.get(field) ?? [];
    known.push({ owner, value: values[i] ?? null });
    party.values.set(field, known);
  }
}

/** A field that a sheet lacks beside others of its class may have been cut out, which the manifest tells. */
function neededFor({ pack }: VerifyCall, party: Party, fields: readonly string[]): Needed {
  const held: HeldField[] = [];
  const lacked: HeldField[] = [];
  for (const field of fields) {
    if (party.values.has(field)) continue;
    const { owners = [], class: name = '' } = pack.fields.get(field) ?? {};
    for (const owner of owners) {
      const sheet = party.sheets.get(owner);
      if (sheet?.fields.has(field)) held.push({ field, owner });
      else if (sheet?.manifests.has(name)) lacked.push({ field, owner });
    }
  }
  return { held, lacked, keys: keysFor(pack, party, held, lacked) };
}
