import type { SimulateRequest } from '../../../shared/contract/routes/steward.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { asClientId, type ClientId } from '../../../shared/ids.ts';
import type { Text } from '../../../shared/language.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import { fits } from '../../../shared/policy/check/validate.ts';
import { decideConsent, misuseOf } from '../../../shared/policy/decide/consent.ts';
import { decide } from '../../../shared/policy/decide/decide.ts';
import { screen } from '../../../shared/policy/decide/screen.ts';
import { type Pack, textOfCode } from '../../../shared/policy/pack/pack.ts';
import type { Ask, Caller, Decision, Json, Screening, Situation } from '../../../shared/policy/types.ts';
import { dayOf, isoOf } from '../../../shared/policy/value/age.ts';
import { completeAsk, SIMULATED } from './catalogue.ts';

/**
 * The policy's decision for a simulated request. It reads no stored data about people and logs no use.
 * @param callerOf gives the registered agency of a client id, or `null`.
 * @throws Problem NOT_FOUND for an agency that is not registered, INVALID_REQUEST for an unknown or malformed
 * input or fact.
 */
export async function simulate(
  pack: Pack,
  request: SimulateRequest,
  self: Caller,
  callerOf: (clientId: ClientId) => Promise<Caller | null>,
  now: number,
) {
  if (request.consent) {
    const inputs = Object.entries(request.consent);
    requireKnown('consent', inputs, Object.keys(pack.consent.inputs), (name, value) => {
      const kinds = misuseOf(pack.consent, name, value);
      return kinds && stewardTexts.expectedKinds(kinds);
    });
    return decideConsent(pack.consent, request.consent);
  }
  requireKnown('facts', Object.entries(request.facts ?? {}), [...pack.fields.keys()], (name, value) => {
    const shape = pack.fields.get(name)?.shape;
    return shape && fits(shape, value) ? null : stewardTexts.formatOfField;
  });
  const found = request.agency === undefined ? self : await callerOf(asClientId(request.agency));
  if (!found) throw new Problem('NOT_FOUND', { detail: commonTexts.noSuchAgency });
  const caller = {
    ...found,
    activities: [{ id: SIMULATED, ends: isoOf(dayOf(now, pack.calendar.utcOffsetMinutes)) }],
  };
  const ask: Ask = {
    ...completeAsk(pack, request.purpose ?? ''),
    ...defined({ fields: request.fields }),
  };
  const situation = situationOf(pack, caller, request.facts ?? {});
  const screening = screen(pack, caller, ask, now);
  const decision = decide(pack, caller, ask, situation, now);
  return {
    outcome: decision.outcome,
    decision: decision.verdict,
    code: screening.ok ? undefined : screening.code,
    reason: decision.reason,
    rule: decision.rule,
    ...cellsOf(pack, screening.ok ? screening : null, decision),
    obligations: decision.obligations,
    /** The assumptions about the simulated request, made because the purpose requires them. */
    demands: pack.purposes.get(ask.purpose)?.demands ?? [],
    assumed: { [pack.areaField]: situation.facts[pack.areaField] ?? null },
  };
}

/** @throws Problem INVALID_REQUEST with each fault. It lists the known names and never repeats an unknown one. */
function requireKnown(
  of: 'consent' | 'facts',
  given: readonly (readonly [string, Json])[],
  known: readonly string[],
  faultOf: (name: string, value: Json) => Text | null,
): void {
  const errors = given.flatMap(([name, value]) => {
    if (!known.includes(name)) return [{ path: `/${of}`, message: stewardTexts.unknownName(known) }];
    const message = faultOf(name, value);
    return message === null ? [] : [{ path: `/${of}/${name}`, message }];
  });
  if (errors.length > 0) throw new Problem('INVALID_REQUEST', { errors });
}

/** Facts as given, of a person of the officer's own case. A person without an area is assumed to live in the agency's own area. */
function situationOf(pack: Pack, caller: Caller, given: Record<string, Json>): Situation {
  const area = Object.hasOwn(given, pack.areaField) ? given[pack.areaField] : caller.areas[0];
  const county = typeof area === 'string' ? area.slice(0, pack.countyDigits) : null;
  const facts: Record<string, Json> = Object.assign(Object.create(null), given);
  if (area !== undefined) facts[pack.areaField] = area;
  return { county, facts, consents: [], frozen: false, conflict: false, disputed: [], assigned: true };
}

/** Every requested field, once: with its form, or with the reason why it is withheld. */
function cellsOf(pack: Pack, screening: Screening | null, decision: Decision) {
  const fields = new Map<string, object>();
  const withheld = new Map<string, object>(screening?.withheld);
  for (const [name, { form, how, secondPerson, rule }] of screening?.cells ?? []) {
    const held = decision.heldBack.get(name);
    if (decision.fields.has(name)) fields.set(name, { form, how, secondPerson, rule });
    else
      withheld.set(
        name,
        held ?? { code: decision.reason, rule: decision.rule, reason: textOfCode(pack, decision.reason) },
      );
  }
  return { fields: Object.fromEntries(fields), withheld: Object.fromEntries(withheld) };
}
