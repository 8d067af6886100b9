import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

/** A purpose with registered cases demands their number or activity, and needs no other approval beforehand. */
export function registered(source: PackSource, _: Built, report: Report): void {
  for (const [code, purpose] of Object.entries(source.purposes)) {
    if (purpose.case === undefined) continue;
    const at = ['purposes', code, 'case'];
    if (source.casework?.cases === undefined) report(at, 'the pack has no register of cases');
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
