/** What the acts of consent about a subject say to the consent table: by giver, for one purpose and recipient. */

import type { Pack } from '../pack/pack.ts';
import type { Ask, Caller, Cell, ConsentArtefact, Json, Situation } from '../types.ts';
import { type AgeState, ageAt, birthOf, dayOf, isAnniversary } from '../value/age.ts';
import { covers, isFor } from './consent-scope.ts';
import { isInTime, REFUSALS, saidAt } from './consent-times.ts';
import { isParty } from './givers.ts';

export interface Matter {
  caller: Caller;
  ask: Ask;
  situation: Situation;
  now: number;
  kind: string;
  /** The fields that may be released at most, and their forms. */
  cells: ReadonlyMap<string, Pick<Cell, 'form'>>;
}

export type Inputs = Record<string, Json>;

export interface Acts {
  inputs: Inputs;
  /** The input that states which giver was informed, if any, and about which fields. */
  telling: Inputs;
  told: ReadonlySet<string>;
  covered: ReadonlySet<string> | null;
  used: readonly string[];
}

export const NO_ACTS: Acts = { inputs: {}, telling: {}, told: new Set(), covered: null, used: [] };

/** Only artefacts for this purpose and recipient count. Others only show that a consent has another scope. */
export function consentActs(pack: Pack, matter: Matter): Acts {
  const { ask, caller, situation } = matter;
  const { evidence } = pack.consent;
  const about = situation.consents.filter(
    (item) =>
      isFor({ purpose: ask.purpose, recipient: caller.clientId }, item) &&
      isOfText(ask, item) &&
      isAfterBirth(pack, matter, item),
  );
  const inScope = about.filter((item) => rests(pack, situation, item));
  const inputs: Inputs = {};
  const used: ConsentArtefact[] = [];
  if (evidence.scope) inputs[evidence.scope] = about.length > 0 || situation.consents.length === 0;
  const judged = evidence.judgement && judgementIn(pack, matter, inScope);
  if (evidence.judgement && judged) inputs[evidence.judgement.input] = judged.act;
  for (const { input, givers, giver, age, endsAtAge, others } of evidence.acts) {
    const isValid = (item: ConsentArtefact) => isCurrent(pack, matter, item, endsAtAge);
    const said = others === undefined ? null : saidByEach(situation, inScope, givers, isValid);
    const act = said ? said.act : firstAct(inScope, givers, isValid);
    if (others !== undefined && said?.against) inputs[others] = said.against.act;
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
  const relied = [...used, ...(judged ? [judged] : [])].map(({ id }) => id);
  return { inputs, ...tellings(pack, matter, inScope), covered, used: relied };
}

/** The word of one who decides for the person counts while the record names its giver. */
export function rests(
  pack: Pack,
  situation: Pick<Situation, 'rests'>,
  { id, giver }: Pick<ConsentArtefact, 'id' | 'giver'>,
): boolean {
  return !situation.rests || !isParty(pack, giver, 'responsible') || situation.rests.has(id);
}

/** The last judgement in force about this use. */
function judgementIn(
  pack: Pack,
  { now }: Matter,
  inScope: readonly ConsentArtefact[],
): ConsentArtefact | undefined {
  return inScope
    .filter((item) => JUDGES.has(item.act) && isInTime(pack, item, now))
    .sort(
      (a, b) =>
        Date.parse(a.at) - Date.parse(b.at) || Number(a.act === 'unable') - Number(b.act === 'unable'),
    )
    .at(-1);
}

const JUDGES: ReadonlySet<string> = new Set(['able', 'unable']);

/**
 * What equal givers of the first kind with an act say, each by the last word: a consent of one of them, and what another
 * says against it. Without a consent the last word of all counts.
 */
function saidByEach(
  { rests: known }: Situation,
  items: readonly ConsentArtefact[],
  givers: readonly string[],
  isValid: (item: ConsentArtefact) => boolean,
): { act: ConsentArtefact | null; against: ConsentArtefact | null } {
  const people = new Map<string, ConsentArtefact[]>();
  const first = givers.find((giver) => firstAct(items, [giver], isValid));
  for (const item of items) {
    if (item.giver !== first) continue;
    const person = known?.get(item.id) ?? JSON.stringify([item.giver, item.relation ?? null]);
    people.set(person, [...(people.get(person) ?? []), item]);
  }
  const words = [...people.values()].flatMap((own) => firstAct(own, givers, isValid) ?? []).sort(byTime);
  const given = words.findLast(({ act }) => act === 'given') ?? null;
  const against = words.findLast(({ act }) => act !== 'given') ?? null;
  return { act: given ?? against, against: given && against };
}

/** A notice and a consent to a publication are about one text; a refusal may be about every text. */
function isOfText({ text }: Ask, item: ConsentArtefact): boolean {
  if (text === undefined || item.text === text) return true;
  return item.text === undefined && REFUSING.has(item.act);
}

const REFUSING: ReadonlySet<string> = new Set([...REFUSALS, 'withdrawn']);

/** Nothing is said of a person before its birth, by any date of birth that is on record. */
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
    // What was said before a refusal that was taken back does not count again.
    if (last?.act === 'retracted' || last?.act === 'ended') continue;
    if (last && (last.act !== 'given' || isValid(last))) return last;
  }
  return null;
}

/** Acts of the giver about a consent. Other acts are by other parties. */
const SAID: ReadonlySet<string> = new Set(['given', 'refused', 'withdrawn', 'objects', 'retracted', 'ended']);

/** At the same instant, an act other than a consent counts as the later one. */
function byTime(a: ConsentArtefact, b: ConsentArtefact): number {
  return saidAt(a) - saidAt(b) || Number(a.act !== 'given') - Number(b.act !== 'given');
}

function isCurrent(pack: Pack, matter: Matter, item: ConsentArtefact, endsAtAge = Infinity): boolean {
  if (!isInTime(pack, item, matter.now)) return false;
  const [then, today] = [ageWhen(pack, matter, Date.parse(item.at)), ageWhen(pack, matter, matter.now)];
  if (!then || !today || then.age >= endsAtAge) return true;
  return today.age < endsAtAge || (today.age === endsAtAge && today.birthday);
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
  const common = [...cells].filter(([field, { form }]) => consents.every((one) => covers(one, field, form)));
  return new Set(common.map(([field]) => field));
}
