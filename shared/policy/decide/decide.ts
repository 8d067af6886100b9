/**
 * One decision about one subject: (pack, caller, request, situation, now) → the form of each field, and the
 * reason. Pure and total. Nothing is released unless a row of the consent table allows it.
 */

import { defined } from '../../defined.ts';
import { type Pack, type Purpose, reasonText, textOfCode, type VolumeTier } from '../pack/pack.ts';
import type { EngineReason } from '../pack/reasons.ts';
import type { Ask, Caller, Decision, FieldDecision, Screening, Situation, Withheld } from '../types.ts';
import { type ConsentDecision, releases, verdictOf } from './consent.ts';
import { beyondDuty, type DutyMatter } from './duty.ts';
import { consentFor } from './evidence.ts';
import { kindOf, needsCase } from './ground.ts';
import { type Lifted, liftOf } from './lift.ts';
import { MILD, staysInArea } from './screen.ts';
import { screenOnce } from './screen-once.ts';
import { fieldsOfResponsible, fieldsThatPlace, speaksFor } from './speaks.ts';
import { veilFor } from './veil.ts';

/** Screening comes first, so that no caller can skip it. */
export function decide(pack: Pack, caller: Caller, ask: Ask, situation: Situation, now: number): Decision {
  const screening = screenOnce(pack, caller, ask, now);
  if (!screening.ok) return refused(screening.alert ? 'DENY_ALERT' : 'DENY', screening.code, screening.rule);
  const purpose = pack.purposes.get(ask.purpose);
  const kind = purpose ? kindOf(purpose, caller, ask) : null;
  if (!purpose || kind === null) return no('PURPOSE_UNKNOWN', pack.grounds.unknownPurpose);
  if (situation.frozen && !isEmergency(purpose)) return no('FROZEN', pack.grounds.frozen);
  if (isOver(pack, purpose, situation)) return no('HELP_ENDED', pack.retention?.rule ?? '');
  if (staysInArea(pack, purpose, caller, ask) && !isInArea(pack, caller, situation)) {
    return no('OUT_OF_AREA', pack.grounds.outOfArea);
  }
  if (purpose.approval === 'four-eyes' && !approvesAny(screening, situation))
    return no('NO_APPROVAL', purpose.rule);
  const ofNoCase = needsCase(purpose, caller, ask) && situation.assigned !== true;
  if (ofNoCase && !situation.approval) return no('CASE_OF_ANOTHER', purpose.rule);
  const matter = { caller, ask, situation, now, kind };
  const beyond = beyondDuty(pack, purpose, matter);
  if (beyond) return refused('DENY', beyond.finding ?? says('NO_STATUTORY_AUTHORITY'), beyond.rule);
  const consent = consentFor(pack, { ...matter, cells: screening.cells });
  const lift = liftOf(pack, consent, { caller, ask, situation, now });
  if (lift)
    return release(pack, purpose, screening, matter, {
      ...consent,
      decision: lift.decision,
      lift,
      ofNoCase,
    });
  if (!releases(pack.consent, consent.decision))
    return {
      ...refused(consent.decision, consent.reason, consent.rule),
      obligations: verdictOf(pack.consent, consent.decision)?.obligations ?? [],
    };
  return release(pack, purpose, screening, matter, { ...consent, ofNoCase });
}

function release(
  pack: Pack,
  purpose: Purpose,
  screening: Screening,
  matter: DutyMatter,
  consent: ConsentDecision & {
    covered: ReadonlySet<string> | null;
    used: readonly string[];
    lift?: Lifted;
    /** Without a case of its own the owners approve each field of the subject. */
    ofNoCase: boolean;
  },
): Decision {
  const { situation } = matter;
  const verdict = verdictOf(pack.consent, consent.decision);
  const veil = veilFor(pack, matter, verdict?.redacts === true);
  const veils = pack.casework?.inquiries.guarded.rule ?? consent.rule;
  const fields = new Map<string, FieldDecision>();
  const heldBack = new Map<string, Withheld>();
  const hold = (field: string, code: string, rule: string) =>
    heldBack.set(field, { code, rule, reason: textOfCode(pack, code) });
  // What the verdict adds is whom to tell, and when.
  const notices = purpose.notice === 'none' ? [] : (verdict?.obligations ?? []);
  const obligations = new Set([...screening.obligations, ...notices]);
  const approvals = new Set<string>(consent.lift?.entries);
  for (const [field, cell] of screening.cells) {
    const disputed = situation.disputed.includes(field);
    const asks = consent.ofNoCase || screening.needsApproval.has(field);
    const approval = asks ? situation.approval?.fields.get(field) : '';
    if (approval === undefined) hold(field, says('NO_APPROVAL'), cell.rule);
    else if (consent.covered && !consent.covered.has(field)) hold(field, says('CONSENT_SCOPE'), consent.rule);
    else if (consent.lift?.covers(field) === false) hold(field, consent.reason, consent.rule);
    else if (veil?.fields.has(field)) hold(field, consent.reason, veils);
    else if (disputed && !purpose.disputed) hold(field, says('DISPUTED_FIELD'), pack.grounds.disputed);
    else {
      fields.set(field, { cell, disputed });
      if (approval !== '') approvals.add(approval);
    }
  }
  return {
    outcome: 'release',
    verdict: consent.decision,
    reason: consent.reason,
    rule: consent.rule,
    fields,
    heldBack,
    ...defined({ veil }),
    obligations: [...obligations],
    consents: consent.used,
    approvals: [...approvals],
  };
}

/** A purpose that needs an approval as a whole releases nothing without one for this subject. */
function approvesAny({ needsApproval }: Screening, { approval }: Situation): boolean {
  return [...needsApproval].some((field) => approval?.fields.has(field));
}

/** An unknown division is outside every area. An area finer than the division in clear needs the fact. */
function isInArea(pack: Pack, caller: Caller, situation: Situation): boolean {
  const { county } = situation;
  if (county === null || county.length < pack.countyDigits) return false;
  if (caller.areas.some((area) => isPrefix(area, county))) return true;
  const finer = caller.areas.filter((area) => area.startsWith(county));
  const divisions = [situation.facts[pack.areaField], ...(situation.others?.[pack.areaField] ?? [])];
  return divisions.every((code) => typeof code === 'string' && finer.some((area) => isPrefix(area, code)));
}

function isPrefix(area: string, division: string): boolean {
  return area !== '' && division.startsWith(area);
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

/** A reason of the engine, and none of a pack's rows. */
const says = (reason: EngineReason): EngineReason => reason;

function no(reason: EngineReason, rule: string): Decision {
  return refused('DENY', reason, rule);
}

function refused(verdict: string, reason: string, rule: string): Decision {
  return {
    outcome: 'refused',
    verdict,
    reason,
    rule,
    fields: NOTHING,
    heldBack: NOTHING,
    obligations: [],
    consents: [],
    approvals: [],
  };
}

/** Whether the purpose is help, and the help for the person has ended. */
export function isOver(
  { retention }: Pack,
  { code }: Pick<Purpose, 'code'>,
  { helpEnded }: Pick<Situation, 'helpEnded'>,
): boolean {
  return helpEnded === true && retention?.help?.purposes.includes(code) === true;
}

/** A freeze of a person must not stop help: these purposes are reviewed afterwards. */
function isEmergency(purpose: Purpose | undefined): boolean {
  return purpose?.approval === 'afterwards';
}

/**
 * Whether the facts in clear already refuse a request: a freeze, a county outside the caller's areas, or a
 * missing approval that the purpose needs. Then no field has to be opened for the decision.
 */
export function endsInClear(
  pack: Pack,
  caller: Caller,
  ask: Ask,
  situation: Pick<Situation, 'frozen' | 'helpEnded' | 'county' | 'approval' | 'assigned'>,
): boolean {
  const { frozen, county, approval, assigned } = situation;
  const purpose = pack.purposes.get(ask.purpose);
  if (purpose && isOver(pack, purpose, situation)) return true;
  if ((frozen && !isEmergency(purpose)) || (purpose?.approval === 'four-eyes' && !approval)) return true;
  if (!purpose) return false;
  if (!assigned && !approval && needsCase(purpose, caller, ask)) return true;
  if (!staysInArea(pack, purpose, caller, ask)) return false;
  const touches = (area: string) =>
    area !== '' && county !== null && (county.startsWith(area) || area.startsWith(county));
  return !caller.areas.some(touches);
}

/* Which department may write which field. */

/** @returns the caller's department that owns the field, or the reason for the refusal. */
export function mayIntake(pack: Pack, caller: Caller, field: string): { owner: string } | Withheld {
  const def = pack.fields.get(field);
  if (!def)
    return {
      code: 'FIELD_UNKNOWN',
      rule: pack.grounds.unknownField,
      reason: reasonText(pack, 'FIELD_UNKNOWN'),
    };
  if (def.virtual)
    return { code: 'FIELD_NOT_STORED', rule: def.rule, reason: reasonText(pack, 'FIELD_NOT_STORED') };
  const owner = def.owners.find((department) => caller.departments.includes(department));
  if (owner !== undefined && !decidesUnasked(pack, caller, owner, field)) return { owner };
  return { code: 'NOT_OWNER', rule: pack.grounds.notOwner, reason: reasonText(pack, 'NOT_OWNER') };
}

/**
 * Only who decides for the department writes by which field the record places people, or says who decides for them: an
 * institution would open them to itself, or name whose consent counts. So would an office without one, for another.
 */
function decidesUnasked(pack: Pack, caller: Caller, owner: string, field: string): boolean {
  if (speaksFor(pack, caller, owner)) return false;
  return (
    fieldsThatPlace(pack.purposes.values()).has(field) ||
    fieldsOfResponsible(pack.consent.evidence).includes(field)
  );
}

/* The tiers of the day's limits in which a released field counts. */

/** @param fields the shown fields of one subject. @returns the tiers in which the subject counts */
export function tiersOf(
  pack: Pack,
  fields: Iterable<readonly [string, Pick<FieldDecision, 'cell'>]>,
): VolumeTier[] {
  const tiers = pack.volume?.tiers ?? [];
  const found = new Set<VolumeTier>();
  for (const [name, { cell }] of fields) {
    const level = pack.fields.get(name)?.level;
    const tier = MILD.has(cell.form)
      ? tiers.at(-1)
      : tiers.find(({ levels }) => levels.some((one) => one === level));
    if (tier) found.add(tier);
  }
  return [...found];
}
