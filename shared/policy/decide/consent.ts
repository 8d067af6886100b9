/**
 * The consent chapter as an ordered table of the pack: the first row whose conditions hold decides. The table
 * names its own inputs; this module only evaluates it. The function is total: any inputs give a verdict, and
 * a verdict that the table does not foresee is a refusal.
 */
import type { ConsentInput, ConsentPolicy, ConsentRow, Verdict } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { holds } from '../value/conditions.ts';

export interface ConsentDecision {
  decision: string;
  reason: string;
  rule: string;
}

/**
 * @param given the inputs by the table's names; absent ones take their defaults
 * @returns the first row that holds. An unknown input or value never helps the caller: a releasing row then
 * refuses.
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
  const row = rowFor(policy, (name) => inputs.get(name));
  if (!row) return asDecision(policy.unforeseen);
  return asDecision(!foreseen && releases(policy, row.verdict) ? policy.unforeseen : row);
}

/** Whether a verdict releases any fields. */
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

/**
 * The first row that holds. An input that it does not ask for can't change it.
 * @param look inputs but the stage
 */
export function rowFor(
  policy: ConsentPolicy,
  look: (name: string) => Json | undefined,
): ConsentRow | undefined {
  const { input, cases, otherwise } = policy.stage;
  let stage: string | undefined;
  const all = (name: string) => {
    if (name !== input) return look(name);
    stage ??= cases.find(({ when }) => holds(when, look, null))?.value ?? otherwise;
    return stage;
  };
  for (const section of policy.sections) {
    if (!holds(section.when, all, null)) continue;
    const row = section.rows.find(({ when }) => holds(when, all, null));
    if (row) return row;
  }
  return undefined;
}

/** A number may be `null`, which means unknown. */
function isForeseen(policy: ConsentPolicy, name: string, value: Json): boolean {
  if (!Object.hasOwn(policy.inputs, name)) return false;
  const { values, type } = policy.inputs[name] as ConsentInput;
  return type === 'number'
    ? value === null || (typeof value === 'number' && Number.isFinite(value))
    : (values ?? []).some((one) => one === value);
}

/**
 * Rejects an impossible input, such as a value of another kind than the input takes. A state unknown to the
 * table is allowed, and `null` and `unknown` mean unknown for any input.
 * @returns a sentence, or `null` if there is no fault
 */
export function misuseOf(policy: ConsentPolicy, name: string, value: Json): string[] | null {
  const { values = [], type } = Object.hasOwn(policy.inputs, name)
    ? (policy.inputs[name] as ConsentInput)
    : {};
  if (value === null) return null;
  const kinds = type === 'number' ? ['number'] : [...new Set(values.map((one) => typeof one))];
  if (kinds.includes(typeof value) || (value === 'unknown' && type !== 'number')) return null;
  return kinds;
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
