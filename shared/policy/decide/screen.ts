/**
 * The checks of caller, purpose and request alone, before any lookup. Their answer is the same for every
 * subject, so the caller may see it in full.
 */

import { endOf, startOf } from '../pack/calendar.ts';
import { type Pack, type Purpose, reasonText } from '../pack/pack.ts';
import type { MatterWord } from '../pack/parts.ts';
import type { Condition, ConditionMap } from '../schema/condition-schema.ts';
import type { Ask, Caller, Cell, Form, Refusal, RefusalCode, Screening, Withheld } from '../types.ts';
import { dayOf, parseDay } from '../value/age.ts';
import { factsOf, isHeld, memberOf } from '../value/conditions.ts';
import { contractedUntil, needsContract } from './contracts.ts';
import { requirementsOf } from './duty.ts';
import { basesOf, kindOf, needsCase, obligationsOf } from './ground.ts';
import { veilFacts } from './veil.ts';
import { isAlertOnly, toWeigh } from './weigh.ts';
import { refuse, withoutClasses, withoutHybrid } from './withhold.ts';

/**
 * Checks prohibited uses first, then purpose, role, training, contract, the purpose's requirements, and last each
 * field.
 * @returns the ceiling of every requested field, or the refusal
 */
export function screen(pack: Pack, caller: Caller, ask: Ask, now: number): Screening | Refusal {
  const prohibited = pack.prohibited.get(ask.purpose);
  if (prohibited) return refuse(pack, 'PROHIBITED_PURPOSE', prohibited.rule, true);
  const weighed = ask.cleared === true || isAlertOnly(pack, ask) ? null : toWeigh(pack, ask);
  if (weighed === 'REASON_NEEDS_REVIEW') return refuse(pack, weighed, pack.stopWords.rule);
  const purpose = pack.purposes.get(ask.purpose);
  if (!purpose || ask.collection !== pack.collection)
    return refuse(pack, 'PURPOSE_UNKNOWN', pack.grounds.unknownPurpose);
  const refusal = refusalOf(pack, caller, ask, purpose, now);
  if (refusal) return refusal;
  if (weighed) return refuse(pack, weighed, pack.stopWords.rule);
  const fields = screenFields(pack, caller, ask, purpose);
  return withoutClasses(pack, ask.classical ? withoutHybrid(pack, fields) : fields, ask);
}

function refusalOf(pack: Pack, caller: Caller, ask: Ask, purpose: Purpose, now: number): Refusal | null {
  if (!worksUnder(pack, caller, purpose.code)) {
    const use = purpose.unlisted === undefined ? undefined : pack.prohibited.get(purpose.unlisted);
    if (use) return refuse(pack, 'BODY_UNLISTED', use.rule);
    return refuse(pack, 'PURPOSE_NOT_FOR_ROLE', purpose.rule);
  }
  if (!isTrained(pack, caller, now)) return refuse(pack, 'TRAINING_EXPIRED', pack.grounds.training);
  if (needsContract(pack, caller) && contractedUntil(pack, caller.contracts ?? [], now) === null)
    return refuse(pack, 'NO_CONTRACT', pack.contracts?.rule ?? purpose.rule);
  if (purpose.route !== ask.route) return refuse(pack, 'PURPOSE_ROUTE', purpose.rule);
  for (const demand of purpose.demands) {
    if (!states(ask, demand))
      return refuse(pack, `NO_${demand.toUpperCase() as Uppercase<typeof demand>}`, purpose.rule);
  }
  const closed = closedActivity(pack, caller, ask, purpose, now);
  if (closed) return refuse(pack, closed, purpose.rule);
  if (ask.basis !== undefined && !basesOf(purpose).includes(ask.basis))
    return refuse(pack, 'BASIS_NOT_ALLOWED', purpose.rule);
  if (kindOf(purpose, caller, ask) === null) return refuse(pack, missingGround(purpose), purpose.rule);
  if (ask.subjects > (ask.atPage ? 1 : purpose.batch)) return refuse(pack, 'BATCH_LIMIT', purpose.rule);
  const rule = needsOfficer(pack, caller, ask, purpose);
  if (rule !== null) return refuse(pack, 'PERSON_REQUIRED', rule);
  if (purpose.approval === 'four-eyes' && ask.request === undefined)
    return refuse(pack, 'NO_APPROVAL', purpose.rule);
  return null;
}

/** The reason why no ground of the purpose applies: no danger is attested, or no ground is open to the role. */
function missingGround(purpose: Purpose): RefusalCode {
  return purpose.kinds.some(({ attested }) => attested) ? 'NO_IMMINENT_DANGER' : 'PURPOSE_NOT_FOR_ROLE';
}

/** Whether the register gives the caller the purpose and one of its roles. */
export function worksUnder(pack: Pack, caller: Holder & Pick<Caller, 'purposes'>, code: string): boolean {
  const { who = [] } = pack.purposes.get(code) ?? {};
  return caller.purposes.includes(code) && who.some((role) => mayHold(pack, caller, role));
}

/** The rule that demands an officer who has logged in; of an office without a caseload, one whom it appoints. */
function needsOfficer(pack: Pack, caller: Caller, ask: Ask, purpose: Purpose): string | null {
  const { approval, requires, who } = purpose;
  if (!ask.authenticated && (approval === 'four-eyes' || needsCase(purpose, caller, ask)))
    return pack.claimed.rule;
  const roles = who.filter((role) => mayHold(pack, caller, role));
  const free = requires.find(({ exempt }) => roles.every((role) => exempt?.includes(role)));
  return (!ask.appointed && free?.appointed) || null;
}

type Holder = Pick<Caller, 'roles' | 'departments'>;

/** A role counts only if the caller's department may hold it; some roles are open to outside bodies. */
export function mayHold(pack: Pack, caller: Holder, role: string): boolean {
  const known = pack.roles.get(role);
  if (!known || !caller.roles.includes(role)) return false;
  return (
    known.departments.length === 0 || known.departments.some((code) => caller.departments.includes(code))
  );
}

/** A training record is valid to the end of its last day, in the pack's time zone. */
function isTrained(pack: Pack, caller: Caller, now: number): boolean {
  const last = parseDay(caller.trainedUntil?.slice(0, 10));
  return last !== null && dayOf(now, pack.calendar.utcOffsetMinutes) <= last;
}

/** The reason why the named activity does not count: it is not the caller's, or its last day is too long ago. */
function closedActivity(
  pack: Pack,
  caller: Caller,
  ask: Ask,
  { activity: lasts }: Purpose,
  now: number,
): RefusalCode | null {
  if (lasts === undefined) return null;
  const name = statedWord(ask, 'activity')?.trim();
  const last = parseDay(caller.activities?.find(({ id }) => id === name)?.ends);
  if (last === null) return 'NO_ACTIVITY';
  return now < endOf(pack.calendar, lasts, startOf(pack.calendar, last)) ? null : 'VALIDITY_ENDED';
}

/** A case number also names an activity. Signatures are not checked here: they were verified before. */
function states(ask: Ask, demand: Purpose['demands'][number]): boolean {
  if (demand === 'signature') return ask.signed === true;
  const text = statedWord(ask, demand);
  return typeof text === 'string' && text.trim() !== '';
}

function screenFields(pack: Pack, caller: Caller, ask: Ask, purpose: Purpose): Screening {
  const cells = new Map<string, Cell>();
  const withheld = new Map<string, Withheld>();
  const needsApproval = new Set<string>();
  for (const field of ask.fields ?? purpose.cells.keys()) {
    const cell = purpose.cells.get(field);
    if (!cell) withheld.set(field, purpose.withheld.get(field) ?? unknownField(pack));
    else if (lacksPerson(pack, purpose, ask, field, cell)) withheld.set(field, needsPerson(pack));
    else if (asksFirst(purpose, cell) && ask.request === undefined)
      withheld.set(field, needsSecondPerson(pack, cell));
    else if (lacksComparison(pack, cell, ask)) withheld.set(field, needsComparison(pack, cell));
    else {
      cells.set(field, cell);
      if (asksFirst(purpose, cell) || asksInstead(purpose, caller, ask)) needsApproval.add(field);
    }
  }
  const kind = kindOf(purpose, caller, ask);
  const ground = kind === null ? [] : (pack.consent.kinds[kind]?.facts ?? []);
  const duty = kind === null ? [] : factsOf(requirementsOf(purpose, caller, kind, ask));
  const place = needsFinerArea(pack, caller, ask, purpose) ? [pack.areaField] : [];
  return {
    ok: true,
    facts: [...new Set([...ground, ...duty, ...veilFacts(pack, ask), ...place])],
    cells,
    withheld,
    needsApproval,
    obligations: obligationsOf(purpose, caller, ask),
  };
}

/** Areas finer than the division in clear are checked against the fact. */
function needsFinerArea(pack: Pack, caller: Caller, ask: Ask, purpose: Purpose): boolean {
  return (
    staysInArea(pack, purpose, caller, ask) && caller.areas.some((area) => area.length > pack.countyDigits)
  );
}

/** Whether the request reaches only people of the caller's areas. */
export function staysInArea(
  pack: Pack,
  { area, elsewhere }: Pick<Purpose, 'area' | 'elsewhere'>,
  caller: Caller,
  ask: Ask,
): boolean {
  if (area !== 'own') return false;
  const stated = elsewhere && (statedWord(ask, elsewhere.states) ?? '').trim() !== '';
  return !stated || !elsewhere.roles.some((role) => mayHold(pack, caller, role));
}

/** A predicate and a token reveal less than the value: they count in the mildest tier. */
export const MILD: ReadonlySet<Form> = new Set<Form>(['predicate', 'token']);

/** Whether an officer who has logged in must ask: for what is more than mild, and for what two people decide. */
function lacksPerson(pack: Pack, purpose: Purpose, ask: Ask, field: string, cell: Cell): boolean {
  if (ask.authenticated === true) return false;
  if (asksFirst(purpose, cell)) return true;
  const level = pack.fields.get(field)?.level;
  return !MILD.has(cell.form) && !pack.claimed.levels.some((one) => one === level);
}

function needsPerson(pack: Pack): Withheld {
  return {
    code: 'PERSON_REQUIRED',
    rule: pack.claimed.rule,
    reason: reasonText(pack, 'PERSON_REQUIRED'),
  };
}

/** Whether an approval by another party is needed beforehand. */
function asksFirst({ approval }: Purpose, { secondPerson }: Cell): boolean {
  return approval === 'four-eyes' || (secondPerson === true && approval !== 'afterwards');
}

/** Whether the request that is being filed stands in for a case: then it names the fields, and all are decided. */
function asksInstead(purpose: Purpose, caller: Caller, ask: Ask): boolean {
  return ask.request === '' && !ask.ofCase && ask.fields !== undefined && needsCase(purpose, caller, ask);
}

function unknownField(pack: Pack): Withheld {
  return {
    code: 'FIELD_NOT_IN_PURPOSE',
    rule: pack.grounds.unknownField,
    reason: reasonText(pack, 'FIELD_UNKNOWN'),
  };
}

/** A comparison needs a submitted value. If it is missing the caller learns that, instead of getting a no. */
function lacksComparison(pack: Pack, { form, how }: Cell, { compare }: Ask): boolean {
  if (form !== 'predicate') return false;
  const alternatives = pack.predicates.get(how ?? '')?.any ?? [];
  const sent = (path: string) => {
    const [name = '', member] = path.split('.', 2);
    const given = compare && Object.hasOwn(compare, name) ? compare[name] : undefined;
    return isHeld(member === undefined ? given : memberOf(given, member));
  };
  const answerable = (conditions: ConditionMap) =>
    Object.entries(conditions).every(([path, condition]) => !comparesAlways(condition) || sent(path));
  return alternatives.length > 0 && !alternatives.some(answerable);
}

/** Whether the question of a cell reads the values that the caller sent for comparison. */
export function compares(pack: Pack, { form, how }: Cell): boolean {
  const alternatives = (form === 'predicate' && pack.predicates.get(how ?? '')?.any) || [];
  return alternatives.some((conditions) =>
    Object.values(conditions).some((condition) => typeof condition === 'object' && 'same' in condition),
  );
}

function comparesAlways(condition: Condition): boolean {
  return typeof condition === 'object' && 'same' in condition && condition.same === 'compared';
}

function needsComparison(pack: Pack, { rule }: Cell): Withheld {
  return { code: 'COMPARE_NEEDED', rule, reason: reasonText(pack, 'COMPARE_NEEDED') };
}

function needsSecondPerson(pack: Pack, cell: Cell): Withheld {
  return { code: 'NO_APPROVAL', rule: cell.rule, reason: reasonText(pack, 'NO_SECOND_PERSON') };
}

/* The property that several requests share: the case, instrument or activity that they name. */

/** The value of this property in the request. */
export function statedWord(ask: Ask, word: MatterWord | 'officer' | 'reason'): string | undefined {
  return word === 'activity' ? (ask.activity ?? ask.case) : ask[word];
}
