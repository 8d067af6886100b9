/**
 * The consent chapter as an ordered table of the pack: the first row whose conditions hold decides. The
 * table names its own inputs; here is only the reading of it. Total: whatever the inputs are, there is a
 * verdict, and one that the table does not foresee is a refusal.
 */

import type { Json } from '../types.ts';
import { type ConditionMap, holds } from '../value/conditions.ts';

export interface ConsentRow {
  when: ConditionMap;
  verdict: string;
  reason: string;
  rule: string;
}

export interface ConsentInput {
  /** Closed list of values; absent where `type` is `number`. */
  values?: readonly Json[];
  type?: 'number';
  default?: Json;
}

export interface Verdict {
  verdict: string;
  releases: boolean;
  obligations: readonly string[];
  redacts: boolean;
}

/** Where `decide` finds the inputs of the table; every name is one of the pack. */
export interface Evidence {
  kind: string;
  birth?: { field: string; toleranceDays: number; age: string; birthday: string };
  facts: readonly {
    input: string;
    field: string;
    member?: string;
    /** A bare value does not stand for the member. */
    recordOnly?: boolean;
    words?: Readonly<Record<string, Json>>;
    otherwise?: Json;
    absent?: Json;
  }[];
  /** The act of the first of these givers that has one, and where to say whose it was and at what age. */
  acts: readonly {
    input: string;
    givers: readonly string[];
    giver?: string;
    age?: string;
    /** A consent given below this age ends once the anniversary is over. */
    endsAtAge?: number;
  }[];
  /** The word for an act of telling, by who was told; the first listed that took place counts. */
  informed?: { input: string; by: readonly { giver: string; word: Json }[] };
  /** Inputs that acts prove: one act of each list of givers, taken before whatever `before` says. */
  proofs?: readonly {
    input: string;
    act: string;
    by: readonly (readonly string[])[];
    before?: 'consent';
  }[];
  scope?: string;
  conflict?: string;
  /** Departments that say that whoever acts for the subject is in conflict with it, and the article. */
  conflictSetBy?: { departments: readonly string[]; rule: string };
  requester?: { input: string; department: string; word: string };
  attested?: string;
  inquirer?: string;
  /** What nobody has proven yet, for a decision about a record. */
  unproven: Readonly<Record<string, Json>>;
  /** The longest that a consent lasts, in months. */
  maxMonths: number;
  /** Days for which somebody who refused is not asked again. */
  askAgainDays?: number;
}

export interface ConsentPolicy {
  kinds: Readonly<
    Record<
      string,
      {
        facts: readonly string[];
        needsConsent: boolean;
        /** Kind of the task that a withdrawal makes at whoever received something. */
        withdrawn?: string;
      }
    >
  >;
  inputs: Readonly<Record<string, ConsentInput>>;
  /** A derived input: the first stage whose conditions hold. */
  stage: { input: string; cases: readonly { when: ConditionMap; value: string }[]; otherwise: string };
  sections: readonly { title: string; when: ConditionMap; rows: readonly ConsentRow[] }[];
  /** Verdicts in order of strictness, the mildest first. */
  verdicts: readonly Verdict[];
  unforeseen: { verdict: string; reason: string; rule: string };
  evidence: Evidence;
}

export interface ConsentDecision {
  decision: string;
  reason: string;
  rule: string;
}

/**
 * @param given the inputs by the table's names; those left out take their defaults
 * @returns the first row that holds. An unknown input or value never helps: what would release is refused.
 */
export function decideConsent(policy: ConsentPolicy, given: Readonly<Record<string, Json>>): ConsentDecision {
  const inputs = new Map<string, Json>();
  let foreseen = true;
  for (const name in policy.inputs) {
    const { default: fallback } = policy.inputs[name] as ConsentInput;
    if (fallback !== undefined) inputs.set(name, fallback);
  }
  for (const name in given) {
    const value = given[name] as Json;
    foreseen &&= isForeseen(policy, name, value);
    inputs.set(name, value);
  }
  const look = (name: string) => inputs.get(name);
  const stage = policy.stage.cases.find(({ when }) => holds(when, look, null));
  inputs.set(policy.stage.input, stage?.value ?? policy.stage.otherwise);
  const row = firstRow(policy, look);
  if (!row) return asDecision(policy.unforeseen);
  return asDecision(!foreseen && releases(policy, row.verdict) ? policy.unforeseen : row);
}

/** Whether a verdict lets fields out at all. */
export function releases(policy: ConsentPolicy, verdict: string): boolean {
  return verdictOf(policy, verdict)?.releases === true;
}

export function verdictOf(policy: ConsentPolicy, verdict: string): Verdict | undefined {
  return policy.verdicts.find((known) => known.verdict === verdict);
}

/** @returns the stricter of two decisions, by the pack's order of verdicts. */
export function stricter(policy: ConsentPolicy, a: ConsentDecision, b: ConsentDecision): ConsentDecision {
  const strictness = ({ decision }: ConsentDecision) =>
    policy.verdicts.findIndex(({ verdict }) => verdict === decision);
  return strictness(b) > strictness(a) ? b : a;
}

function firstRow(policy: ConsentPolicy, look: (name: string) => Json | undefined): ConsentRow | undefined {
  for (const section of policy.sections) {
    if (!holds(section.when, look, null)) continue;
    const row = section.rows.find(({ when }) => holds(when, look, null));
    if (row) return row;
  }
  return undefined;
}

/** A number may be `null`, which is to say that it is not known. */
function isForeseen(policy: ConsentPolicy, name: string, value: Json): boolean {
  if (!Object.hasOwn(policy.inputs, name)) return false;
  const { values, type } = policy.inputs[name] as ConsentInput;
  return type === 'number'
    ? value === null || (typeof value === 'number' && Number.isFinite(value))
    : (values ?? []).includes(value);
}

/**
 * What can't be meant, as distinct from a state that the table does not know: a value of another kind than the input
 * takes. `null` and `unknown` say of any input that nobody knows.
 * @returns a sentence, or `null` where there is nothing to say
 */
export function misuseOf(policy: ConsentPolicy, name: string, value: Json): string | null {
  const { values = [], type } = Object.hasOwn(policy.inputs, name)
    ? (policy.inputs[name] as ConsentInput)
    : {};
  if (value === null) return null;
  const kinds = type === 'number' ? ['number'] : [...new Set(values.map((one) => typeof one))];
  if (kinds.includes(typeof value) || (value === 'unknown' && type !== 'number')) return null;
  return `expected ${kinds.map((kind) => (kind === 'string' ? 'a word' : `a ${kind}`)).join(' or ')}`;
}

function asDecision({
  verdict,
  reason,
  rule,
}: {
  verdict: string;
  reason: string;
  rule: string;
}): ConsentDecision {
  return { decision: verdict, reason, rule };
}
