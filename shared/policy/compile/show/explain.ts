/** The result for one caller, purpose and subject, field by field, with the reason for each. */

import { defined } from '../../../defined.ts';
import { codeText, type Text } from '../../../language.ts';
import { decide } from '../../decide/decide.ts';
import { type DutyMatter, isMet, requirementsOf } from '../../decide/duty.ts';
import { kindOf } from '../../decide/ground.ts';
import { screen } from '../../decide/screen.ts';
import { articleOf } from '../../pack/articles.ts';
import { type Pack, reasonText, textOfCode } from '../../pack/pack.ts';
import type { Article } from '../../pack/parts.ts';
import type { Ask, Caller, Situation } from '../../types.ts';
import { cellWords } from './matrix.ts';

export interface Explanation {
  outcome: 'release' | 'refused';
  verdict: string;
  /** The verdict in words. */
  said: Text;
  code: string;
  reason: Text;
  rule: string;
  /** The article behind the rule, if the pack shows articles. */
  article?: Article & { name: string };
  obligations: readonly string[];
  /** The facts that the purpose requires of this caller, and whether each holds. */
  requires: { label: Text; rule: string; holds: boolean }[];
  /** One entry for each field of the pack: the released form or `none`, the article, and the reason. */
  fields: { field: string; words: string; rule: string; why: Text }[];
}

export function explain(
  pack: Pack,
  caller: Caller,
  ask: Ask,
  situation: Situation,
  now: number,
): Explanation {
  const screening = screen(pack, caller, ask, now);
  const decision = decide(pack, caller, ask, situation, now);
  const fields = [...pack.fields.keys()].map((field) => {
    const released = decision.fields.get(field);
    if (released) {
      const { cell } = released;
      return {
        field,
        words: cellWords(cell),
        rule: cell.rule,
        why: pack.rules.get(cell.rule) ?? codeText(cell.rule),
      };
    }
    const held = decision.heldBack.get(field) ?? withheldBy(pack, ask, field);
    if (decision.outcome === 'release' && held)
      return { field, words: 'none', rule: held.rule, why: held.reason };
    return { field, words: 'none', rule: decision.rule, why: textOfCode(pack, decision.reason) };
  });
  return {
    outcome: decision.outcome,
    verdict: decision.verdict,
    said:
      pack.consent.verdicts.find((one) => one.verdict === decision.verdict)?.label ??
      codeText(decision.verdict),
    code: decision.reason,
    reason: screening.ok ? textOfCode(pack, decision.reason) : screening.reason,
    rule: decision.rule,
    ...defined({ article: articleOf(pack, decision.rule) }),
    obligations: decision.obligations,
    requires: conditionsFor(pack, { caller, ask, situation, now }),
    fields,
  };
}

function conditionsFor(pack: Pack, matter: Omit<DutyMatter, 'kind'>): Explanation['requires'] {
  const purpose = pack.purposes.get(matter.ask.purpose);
  const kind = purpose ? kindOf(purpose, matter.caller, matter.ask) : null;
  if (!purpose || kind === null) return [];
  return requirementsOf(purpose, matter.caller, kind, matter.ask).map((one) => ({
    label: one.label,
    rule: one.rule,
    holds: isMet(pack, one, { ...matter, kind }),
  }));
}

/** The reason why the matrix withholds a field or requires a second person. */
function withheldBy(pack: Pack, { purpose }: Ask, field: string) {
  const { cells, withheld } = pack.purposes.get(purpose) ?? {};
  const cell = cells?.get(field);
  return cell ? { rule: cell.rule, reason: reasonText(pack, 'NO_SECOND_PERSON') } : withheld?.get(field);
}
