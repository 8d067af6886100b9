import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { KeyId } from '../../shared/ids.ts';
import { isFor } from '../../shared/policy/decide/consent-scope.ts';
import { decide, isOver } from '../../shared/policy/decide/decide.ts';
import { isEligible } from '../../shared/policy/decide/programme.ts';
import type { Decision, Screening } from '../../shared/policy/types.ts';
import { closedAlert } from '../steps/findings.ts';
import { decoyId, situationOf } from '../steps/holding.ts';
import {
  ClassesClosed,
  keysFor,
  keysInstead,
  type NeededFields,
  neededFields,
  openValues,
  unwrapAll,
  unwrapKeys,
  versionsOf,
} from '../steps/open-sheets.ts';
import { type Rests, restsFor } from '../steps/rests.ts';
import {
  type Finding,
  type LoadedParties,
  PASSING,
  type Party,
  type StoredOutcome,
  type VerifyCall,
} from './call.ts';
import { basisOf, storedOutcome } from './outcomes.ts';

/**
 * Decides whether the check is allowed, and if so answers the programme's question. Keys are unwrapped in two rounds,
 * and equally many whatever the result: keys of the subject as far as needed and allowed, otherwise keys of the decoy.
 */
export async function judge(
  call: VerifyCall,
  screening: Screening,
  parties: LoadedParties,
): Promise<Finding> {
  return answerQuestion(call, screening, parties, await weigh(call, screening, parties));
}

/** What the facts alone decide. */
interface Weighed {
  code: string | null;
  decision: Decision | null;
  stored: StoredOutcome | null;
  first: Party | null;
}

/** The first round: whether the check is allowed, and whether an earlier outcome still stands. */
export async function weigh(
  call: VerifyCall,
  screening: Screening,
  parties: LoadedParties,
): Promise<Weighed> {
  const before = barred(call, parties);
  const { facts } = screening;
  const { real, casework } = parties;
  const person = { subject: real?.item.subject ?? decoyId(), casework };
  const [first, rests] = await Promise.all([
    open(call, before === null ? real : null, parties, facts),
    restsFor(call.deps, call.pack, facts, [person]),
  ]);
  const decision = first && decideFor(call, first, casework, rests);
  const code = before ?? refusedBy(call, decision);
  return { code, decision, stored: code === null ? standing(call, parties) : null, first };
}

/** The second round: the programme's question. */
export async function answerQuestion(
  call: VerifyCall,
  { facts }: Screening,
  parties: LoadedParties,
  weighed: Weighed,
): Promise<Finding> {
  const { code, stored, first } = weighed;
  const rest = call.programme.fields.filter((field) => !facts.includes(field));
  const second = await open(call, code === null && !stored ? first : null, parties, rest, facts);
  return conclude(call, parties, { ...weighed, second });
}

/** @returns the opened party; `null` if there is none or its record is broken */
async function open(
  call: VerifyCall,
  party: Party | null,
  { decoy }: LoadedParties,
  fields: readonly string[],
  earlier: readonly string[] = [],
): Promise<Party | null> {
  try {
    await openParty(call, { party, decoy }, fields, earlier);
    return party;
  } catch (error) {
    if (party && error instanceof Problem && error.code === 'INTEGRITY_FAULT') return null;
    if (error instanceof ClassesClosed) await tellClosed(call, error);
    throw error;
  }
}

/** When an alert was raised last, by what is closed. */
const told = new WeakMap<VerifyCall['deps']['kms'], Map<string, number>>();

async function tellClosed({ deps, pack, ask, now }: VerifyCall, { classes, options }: ClassesClosed) {
  const name = [ask.purpose, ...[...classes].sort()].join(' ');
  const times = told.get(deps.kms) ?? new Map<string, number>();
  if (now - (times.get(name) ?? 0) < 3_600_000) return;
  await deps.log.append([closedAlert(pack, ask.purpose, classes, options.cause)]);
  told.set(deps.kms, times.set(name, now));
}

/** The reason code that forbids a check before anything is opened, or `null`. */
function barred(call: VerifyCall, parties: LoadedParties): string | null {
  const { real, broken, casework, withinBudget } = parties;
  if (broken) return 'INTEGRITY_FAULT';
  if (!real) return 'SUBJECT_UNKNOWN';
  if (!withinBudget && !standing(call, parties)) return 'BUDGET_SPENT';
  const situation = situationOf(call.pack, { casework, values: real.values }, real.item, call.now);
  const { county, frozen, consents } = situation;
  if (frozen) return 'FROZEN';
  if (isOver(call.pack, { code: call.ask.purpose }, situation)) return 'HELP_ENDED';
  const reached = (area: string) => county !== null && (area.startsWith(county) || county.startsWith(area));
  if (!call.session.caller.areas.some(reached)) return 'OUT_OF_AREA';
  const use = { purpose: call.ask.purpose, recipient: call.session.caller.clientId };
  return casework.length > 0 && consents.some((consent) => isFor(use, consent)) ? null : 'NO_CONSENT';
}

function decideFor(
  { pack, session, ask, now }: VerifyCall,
  party: Party,
  casework: LoadedParties['casework'],
  restsOf: Rests,
): Decision {
  const rests = restsOf({ ...party, casework }, now);
  const known = { casework, values: party.values, ...defined({ rests }) };
  return decide(pack, session.caller, ask, situationOf(pack, known, party.item, now), now);
}

/** Every field of the programme must be allowed: a dispute about one, or a consent without one, ends the check. */
function refusedBy({ programme }: VerifyCall, decision: Decision | null): string | null {
  if (!decision) return 'INTEGRITY_FAULT';
  if (decision.outcome !== 'release') return decision.reason;
  const missing = programme.fields.find((field) => !decision.fields.has(field));
  return missing === undefined ? null : (decision.heldBack.get(missing)?.code ?? 'CONSENT_SCOPE');
}

/** An earlier outcome, if it is valid and neither the record nor the policy has changed since. */
function standing(call: VerifyCall, parties: LoadedParties): StoredOutcome | null {
  const stored = storedOutcome(call, parties.casework);
  if (!stored || !parties.real || stored.policy !== call.pack.hash) return null;
  return stored.basis === basisOf(parties.real) ? stored : null;
}

function conclude(
  { pack, session, ask, programme, now }: VerifyCall,
  { real }: LoadedParties,
  { code, decision, stored, first, second }: Weighed & { second: Party | null },
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

/**
 * Opens fields that are not open yet, of every owner that holds them, and keeps the values with the party. The attempt
 * entry is durable by now. In parallel, keys of the decoy are unwrapped: of each class that the party lacks, so that one
 * which KMS opens for no caller fails whatever it holds, and more until the total is what the decoy alone would need.
 * @param party the party to open; `null` unwraps only keys of the decoy
 * @param earlier fields that an earlier round opened, of the party or of the decoy
 * @throws Problem INTEGRITY_FAULT, KMS_UNAVAILABLE; ClassesClosed
 */
async function openParty(
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
    // Of a class that both rounds read, every version was opened in the first.
    const before = neededFor(call, decoy, earlier).keys.union(keysInstead(deps, pack, decoy, earlier, []));
    const ids = [...neededFor(call, decoy, fields).keys].filter((id) => !before.has(id));
    const held = party && own ? versionsOf(deps, party, own.keys) : [];
    const instead = keysInstead(deps, pack, decoy, fields, held).difference(before);
    const others = ids.filter((id) => !instead.has(id));
    const more = others.slice(0, Math.max(0, ids.length - fresh.length - instead.size));
    unwraps.push(unwrapKeys(deps, decoy, new Set([...instead, ...more]), decoy.keys));
  }
  await unwrapAll(unwraps.filter((one) => one !== null));
  if (!party || !own) return;
  for (const [field, values] of openValues(pack, party, own, party.keys)) party.values.set(field, values);
}

/** The fields that are not open yet, and the ids of the keys that opening them needs. */
function neededFor(
  { pack }: VerifyCall,
  party: Party,
  fields: readonly string[],
): NeededFields & { keys: Set<KeyId> } {
  const closed = fields.filter((field) => !party.values.has(field));
  const needed = neededFields(pack, party, closed);
  return { ...needed, keys: keysFor(pack, party, needed.held, needed.lacked) };
}
