/** What a pack must say about lawful bases and judgements of ability. */

import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

export function lawful(source: PackSource, _: Built, report: Report): void {
  const bases = source.lawfulBases;
  for (const [code, { kinds }] of Object.entries(source.purposes)) {
    for (const [index, { basis }] of kinds.entries()) {
      if (bases && basis === undefined)
        report(
          ['purposes', code, 'kinds', index],
          `name the lawful basis of this ground: one of ${Object.keys(bases).join(', ')}`,
        );
    }
  }
  const { judgement } = source.evidence;
  const values = source.inputs[judgement?.input ?? '']?.values ?? [];
  if (judgement && !['able', 'unable'].every((word) => values.includes(word)))
    report(['inputs', judgement.input], 'the input of a judgement has the values able and unable');
}

/** A purpose with registered cases demands their number or activity, and needs no other approval beforehand. */
export function registered(source: PackSource, _: Built, report: Report): void {
  for (const [code, purpose] of Object.entries(source.purposes)) {
    if (purpose.case === undefined) continue;
    const at = ['purposes', code, 'case'];
    if (source.casework?.cases === undefined) report(at, 'no register of cases: add `casework.cases`');
    if (purpose.approval !== 'case' && purpose.approval !== 'role')
      report(at, 'a case is the approval of a purpose whose approval is `case` or `role`');
    if (!purpose.demands.some((word) => word === 'case' || word === 'activity'))
      report(at, 'a registered case is named, so the purpose demands it');
    if (purpose.matter?.named === 'case')
      report(at, 'a registered case has a window of its own, without `matter`');
    if (purpose.route !== undefined) report(at, 'cases count at a release, but another route serves this');
    if (purpose.kinds.every(({ attested }) => attested)) report(at, 'an emergency does not wait for a case');
  }
}
