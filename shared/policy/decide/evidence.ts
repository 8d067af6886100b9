/**
 * From the facts, consents and flags of a subject to the inputs of the consent table. If a fact has several
 * possible values (an estimated birth date, owners who disagree), every combination is decided and the
 * strictest verdict counts.
 */

import type { Evidence } from '../pack/consent-policy.ts';
import type { Pack } from '../pack/pack.ts';
import type { Ask, Caller, Cell, ConsentArtefact, Form, Json, Situation } from '../types.ts';
import { type AgeState, ageAt, birthOf, type Day, dayOf, isAnniversary, possibleAges } from '../value/age.ts';
import { memberOf } from '../value/conditions.ts';
import { type ConsentDecision, decideConsent, releases, stricter } from './consent.ts';
import { longestUntil } from './consent-times.ts';

export interface Matter {
  caller: Caller;
  ask: Ask;
  situation: Situation;
  now: number;
  kind: string;
  /** The fields that may be released at most, and their forms. */
  cells: ReadonlyMap<string, Pick<Cell, 'form'>>;
}

export interface ConsentOutcome extends ConsentDecision {
  /** Fields that consents cover; `null` if the ground is not consent. */
  covered: ReadonlySet<string> | null;
  /** Ids of the artefacts that the decision relies on. */
  used: readonly string[];
}

type Inputs = Record<string, Json>;

/** @returns the strictest decision over every possible state of the subject. */
export function consentFor(pack: Pack, matter: Matter): ConsentOutcome {
  const { evidence, kinds } = pack.consent;
  const needsConsent = kinds[matter.kind]?.needsConsent === true;
  const acts = needsConsent ? consentActs(pack, matter) : NO_ACTS;
  const base: Inputs = {
    ...evidence.unproven,
    [evidence.kind]: matter.kind,
    ...requestInputs(evidence, matter),
    ...acts.inputs,
  };
  const choices = combinations(factChoices(pack, matter));
  const strictest = (inputs: Inputs) =>
    choices
      .map((facts) => decideConsent(pack.consent, { ...inputs, ...facts }))
      .reduce((one, next) => stricter(pack.consent, one, next));
  const decision = strictest({ ...base, ...acts.telling });
  const untold = Object.keys(acts.telling).length > 0 ? strictest(base) : decision;
  // A decision that holds only because a person was informed covers only the fields named in that
  // information.
  const relied =
    acts.covered !== null &&
    releases(pack.consent, decision.decision) &&
    !releases(pack.consent, untold.decision);
  const covered = relied
    ? new Set([...(acts.covered ?? [])].filter((field) => acts.told.has(field)))
    : acts.covered;
  return { ...decision, covered, used: acts.used };
}

function requestInputs(evidence: Evidence, { caller, ask }: Matter): Inputs {
  const inputs: Inputs = {};
  if (evidence.attested) inputs[evidence.attested] = ask.imminentDangerAttested === true;
  if (evidence.inquirer && ask.inquirer !== undefined) inputs[evidence.inquirer] = ask.inquirer;
  const requester = evidence.requester;
  if (requester && caller.departments.includes(requester.department))
    inputs[requester.input] = requester.word;
  return inputs;
}

/** For each fact that this kind reads, the possible sets of inputs. */
function factChoices(pack: Pack, { situation, kind, now }: Matter): Inputs[][] {
  const { evidence, kinds } = pack.consent;
  const read = kinds[kind]?.facts ?? [];
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  return read.map((field) => {
    const values: (Json | undefined)[] = [situation.facts[field], ...(situation.others?.[field] ?? [])];
    return values.flatMap((value) => {
      const inputs = factInputs(evidence, field, value, values);
      if (evidence.conflict && situation.conflict) inputs[evidence.conflict] = true;
      return field === evidence.birth?.field ? ageChoices(evidence, value, today) : [inputs];
    });
  });
}

function factInputs(
  evidence: Evidence,
  field: string,
  value: Json | undefined,
  values: readonly (Json | undefined)[],
): Inputs {
  const inputs: Inputs = {};
  for (const fact of evidence.facts) {
    if (fact.field !== field) continue;
    const bare = typeof value !== 'object' || value === null;
    const found =
      fact.member === undefined ? value : bare && fact.recordOnly ? undefined : memberOf(value, fact.member);
    const counts = found !== undefined && isAgreed(fact, found, values);
    const read = counts ? translate(found, fact) : fact.absent;
    if (read !== undefined) inputs[fact.input] = read;
  }
  return inputs;
}

/** Whether enough owners say the same, if the fact needs that. */
function isAgreed(
  { member, agreed }: Evidence['facts'][number],
  found: Json,
  values: readonly (Json | undefined)[],
): boolean {
  if (!agreed || found !== agreed.value) return true;
  const reason = agreed.with;
  const says = (value: Json | undefined) =>
    (member === undefined ? value : memberOf(value, member)) === agreed.value &&
    (reason === undefined || typeof memberOf(value, reason) === 'string');
  return values.filter(says).length >= agreed.owners;
}

function translate(found: Json, { words, otherwise }: Evidence['facts'][number]): Json | undefined {
  if (words === undefined) return found;
  return typeof found === 'string' && Object.hasOwn(words, found) ? words[found] : otherwise;
}

/** Without a birth date there is no age, so the table uses its strictest stage. */
function ageChoices({ birth }: Evidence, value: Json | undefined, today: Day): Inputs[] {
  const born = birthOf(value);
  if (!birth || !born) return [{}];
  return possibleAges(born, today, birth.toleranceDays).map(({ age, birthday }) => ({
    [birth.age]: age,
    [birth.birthday]: birthday,
  }));
}

function combinations(choices: Inputs[][]): Inputs[] {
  return choices.reduce<Inputs[]>(
    (all, options) => all.flatMap((inputs) => options.map((option) => ({ ...inputs, ...option }))),
    [{}],
  );
}

interface Acts {
  inputs: Inputs;
  /** The input that states which giver was informed, if any, and about which fields. */
  telling: Inputs;
  told: ReadonlySet<string>;
  covered: ReadonlySet<string> | null;
  used: readonly string[];
}

const NO_ACTS: Acts = { inputs: {}, telling: {}, told: new Set(), covered: null, used: [] };

/** Only artefacts for this purpose and recipient count. Others only show that a consent has another scope. */
function consentActs(pack: Pack, matter: Matter): Acts {
  const { ask, caller, situation } = matter;
  const { evidence } = pack.consent;
  const inScope = situation.consents.filter(
    (item) =>
      item.purpose === ask.purpose &&
      item.recipient === caller.clientId &&
      isOfText(ask, item) &&
      isAfterBirth(pack, matter, item),
  );
  const inputs: Inputs = {};
  const used: ConsentArtefact[] = [];
  if (evidence.scope) inputs[evidence.scope] = inScope.length > 0 || situation.consents.length === 0;
  for (const { input, givers, giver, age, endsAtAge } of evidence.acts) {
    const act = firstAct(inScope, givers, (item) => isCurrent(pack, matter, item, endsAtAge));
    if (!act) continue;
    inputs[input] = act.act;
    if (giver) inputs[giver] = act.giver;
    if (act.act !== 'given') continue;
    used.push(act);
    const given = age === undefined ? null : ageWhen(pack, matter, Date.parse(act.at));
    if (age !== undefined && given) inputs[age] = given.age;
  }
  for (const proof of evidence.proofs ?? []) {
    const by =
      proof.before === 'consent' ? Math.min(matter.now, ...used.map(({ at }) => Date.parse(at))) : matter.now;
    const isProof = (item: ConsentArtefact, givers: readonly string[]) =>
      item.act === proof.act &&
      givers.includes(item.giver) &&
      Date.parse(item.at) <= by &&
      isInTime(pack, item, matter.now);
    if (proof.by.every((givers) => inScope.some((item) => isProof(item, givers)))) inputs[proof.input] = true;
  }
  const covered = commonFields(used, matter.cells);
  return { inputs, ...tellings(pack, matter, inScope), covered, used: used.map(({ id }) => id) };
}

/** A notice and a consent to a publication are about one text; a refusal may be about every text. */
function isOfText({ text }: Ask, item: ConsentArtefact): boolean {
  if (text === undefined || item.text === text) return true;
  return item.text === undefined && REFUSING.has(item.act);
}

const REFUSING: ReadonlySet<string> = new Set(['refused', 'objects', 'withdrawn']);

/** Nothing is said of a child before its birth, by any date of birth that is on record. */
function isAfterBirth(pack: Pack, { situation }: Matter, { at }: ConsentArtefact): boolean {
  const { birth } = pack.consent.evidence;
  const values = birth ? [situation.facts[birth.field], ...(situation.others?.[birth.field] ?? [])] : [];
  const day = dayOf(Date.parse(at), pack.calendar.utcOffsetMinutes);
  return values.every((value) => {
    const born = birthOf(value);
    return !born || day >= born.day - (born.estimated ? (birth?.toleranceDays ?? 0) : 0);
  });
}

function tellings(
  pack: Pack,
  { now }: Matter,
  inScope: readonly ConsentArtefact[],
): Pick<Acts, 'telling' | 'told'> {
  const { informed } = pack.consent.evidence;
  const current = inScope.filter((item) => item.act === 'informed' && isInTime(pack, item, now));
  for (const { giver, word } of informed?.by ?? []) {
    const by = current.filter((item) => item.giver === giver);
    if (!informed || by.length === 0) continue;
    return { telling: { [informed.input]: word }, told: new Set(by.flatMap(({ fields }) => fields)) };
  }
  return { telling: {}, told: new Set() };
}

/** The latest act of the first giver with one. A consent outside its time counts as none. */
function firstAct(
  items: readonly ConsentArtefact[],
  givers: readonly string[],
  isValid: (item: ConsentArtefact) => boolean,
): ConsentArtefact | null {
  for (const giver of givers) {
    const acts = items.filter((item) => item.giver === giver && SAID.has(item.act)).sort(byTime);
    const last = acts.at(-1);
    if (last && (last.act !== 'given' || isValid(last))) return last;
  }
  return null;
}

/** Acts of the giver about a consent. Other acts are by other parties. */
const SAID: ReadonlySet<string> = new Set(['given', 'refused', 'withdrawn', 'objects']);

/** At the same instant, an act other than a consent counts as the later one. */
function byTime(a: ConsentArtefact, b: ConsentArtefact): number {
  return Date.parse(a.at) - Date.parse(b.at) || Number(a.act !== 'given') - Number(b.act !== 'given');
}

function isCurrent(pack: Pack, matter: Matter, item: ConsentArtefact, endsAtAge = Infinity): boolean {
  if (!isInTime(pack, item, matter.now)) return false;
  const [then, today] = [ageWhen(pack, matter, Date.parse(item.at)), ageWhen(pack, matter, matter.now)];
  if (!then || !today || then.age >= endsAtAge) return true;
  return today.age < endsAtAge || (today.age === endsAtAge && today.birthday);
}

function isInTime(pack: Pack, item: ConsentArtefact, now: number): boolean {
  const [from, until] = [Date.parse(item.from), Date.parse(item.until)];
  return from <= now && now < until && now < longestUntil(pack, item.purpose, from);
}

/** The age at an instant by the first birth date held; `null` if there is none. */
function ageWhen(pack: Pack, { situation }: Matter, instant: number): AgeState | null {
  const field = pack.consent.evidence.birth?.field;
  const born = field === undefined ? null : birthOf(situation.facts[field]);
  if (!born || Number.isNaN(instant)) return null;
  const day = dayOf(instant, pack.calendar.utcOffsetMinutes);
  return { age: ageAt(born.day, day), birthday: isAnniversary(born.day, day) };
}

/**
 * Every consent that is relied on must name the field in a form at least as strong. Without a consent,
 * nothing is covered.
 */
function commonFields(consents: readonly ConsentArtefact[], cells: Matter['cells']): ReadonlySet<string> {
  if (consents.length === 0) return new Set();
  const covers = ({ fields, forms }: ConsentArtefact, field: string, form: Form) => {
    const most = forms && Object.hasOwn(forms, field) ? forms[field] : undefined;
    return fields.includes(field) && (most === undefined || STRENGTH.indexOf(form) >= STRENGTH.indexOf(most));
  };
  const common = [...cells].filter(([field, { form }]) => consents.every((one) => covers(one, field, form)));
  return new Set(common.map(([field]) => field));
}

/** From the strongest form to the weakest. */
const STRENGTH: readonly Form[] = ['plain', 'masked', 'generalised', 'predicate', 'token'];
