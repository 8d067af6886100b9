/** The legal ground of a request: its kind, its duties, and whether it needs a registered case. */

import type { KindRule, Purpose } from '../pack/pack.ts';
import type { Ask, Caller } from '../types.ts';

/** The kind of legal ground of this request, or `null`: then nothing may be released. */
export function kindOf(purpose: Purpose, caller: Caller, ask: Ask): string | null {
  return kindRuleOf(purpose, caller, ask)?.kind ?? null;
}

/** The lawful basis of the ground of this request, by its name in the pack. */
export function lawfulBasisOf(purpose: Purpose, caller: Caller, ask: Ask): string | undefined {
  return kindRuleOf(purpose, caller, ask)?.basis;
}

/** The lawful bases of a purpose, in the order of its grounds. */
export function basesOf({ kinds }: Pick<Purpose, 'kinds'>): string[] {
  return [...new Set(kinds.flatMap(({ basis }) => basis ?? []))];
}

function kindRuleOf(purpose: Purpose, caller: Caller, ask: Ask): KindRule | undefined {
  return purpose.kinds.find((rule) => kindApplies(rule, caller, ask));
}

/** Whether this request opens only the people of a registered case. Danger does not wait for one. */
export function needsCase(purpose: Purpose, caller: Caller, ask: Ask): boolean {
  return purpose.case === 'registered' && kindRuleOf(purpose, caller, ask)?.attested !== true;
}

/** Duties from the purpose and from the ground of this request. */
export function obligationsOf(purpose: Purpose, caller: Caller, ask: Ask): readonly string[] {
  const { obligations } = kindRuleOf(purpose, caller, ask) ?? {};
  return obligations ? [...purpose.obligations, ...obligations] : purpose.obligations;
}

function kindApplies({ role, attested, basis }: KindRule, caller: Caller, ask: Ask): boolean {
  if (ask.basis !== undefined && ask.basis !== basis) return false;
  if (role !== undefined && !caller.roles.includes(role)) return false;
  return attested !== true || ask.imminentDangerAttested === true;
}
