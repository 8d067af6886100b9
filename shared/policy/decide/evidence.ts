/**
 * From the facts, consents and flags of a subject to the inputs of the consent table. If a fact has several
 * possible values (an estimated birth date, owners who disagree), every combination is decided and the
 * strictest verdict counts.
 */

import type { Pack } from '../pack/pack.ts';
import type { Evidence } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { birthOf, type Day, dayOf, possibleAges } from '../value/age.ts';
import { memberOf } from '../value/conditions.ts';
import { type ConsentDecision, decideConsent, releases, stricter } from './consent.ts';
import { consentActs, type Inputs, type Matter, NO_ACTS } from './consent-acts.ts';

interface ConsentOutcome extends ConsentDecision {
  /** Fields that consents cover; `null` if the ground is not consent. */
  covered: ReadonlySet<string> | null;
  /** Ids of the artefacts that the decision relies on. */
  used: readonly string[];
}

/**
 * The reason of a refusal is that for which the same consents would be refused if their givers were on record.
 * @returns the strictest decision over every possible state of the subject
 */
export function consentFor(pack: Pack, matter: Matter): ConsentOutcome {
  const outcome = outcomeFor(pack, matter);
  const { rests, consents } = matter.situation;
  const ended = consents.filter(({ id, act }) => act === 'given' && rests?.has(id) === false);
  if (ended.length === 0 || releases(pack.consent, outcome.decision)) return outcome;
  const all = new Map([...(rests ?? []), ...ended.map(({ id, giver }) => [id, giver] as const)]);
  const { decision, reason, rule } = outcomeFor(pack, {
    ...matter,
    situation: { ...matter.situation, rests: all },
  });
  return decision === outcome.decision ? { ...outcome, reason, rule } : outcome;
}

function outcomeFor(pack: Pack, matter: Matter): ConsentOutcome {
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

export function requestInputs(evidence: Evidence, { caller, ask }: Pick<Matter, 'caller' | 'ask'>): Inputs {
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
      const ages = field === evidence.birth?.field ? ageChoices(evidence, value, today) : [{}];
      return ages.map((age) => ({ ...inputs, ...age }));
    });
  });
}

export function factInputs(
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
export function ageChoices({ birth }: Evidence, value: Json | undefined, today: Day): Inputs[] {
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
