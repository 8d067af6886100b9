/** Budgets of misses and of a day. */

import { SILENT } from '../../decide/alerts.ts';
import { volumeAlert } from '../../pack/parts.ts';
import type { PackSource, Report } from '../../schema/schema.ts';
import type { Built } from '../build/build.ts';

/** Every budget alerts before it slows down and slows down before it stops, and no programme has more than all together. */
export function misses({ misses, programmes = {} }: PackSource, _: Built, report: Report): void {
  if (misses === undefined) return;
  const { rule: __, share: ___, ...budgets } = misses;
  for (const [name, { alert, slow, stop }] of Object.entries(budgets)) {
    if (!(alert <= slow && slow <= stop))
      report(['misses', name], 'misses alert first, then slow down, then stop');
  }
  for (const [name, { budgets: own }] of Object.entries(programmes)) {
    if (own.misses.stop > misses.checks.stop)
      report(['programmes', name, 'budgets'], 'one programme may miss no more than all together');
  }
}

/** Stops raise an alert before no more may be made. */
export function stops({ stops, alerts }: PackSource, _: Built, report: Report): void {
  if (stops === undefined) return;
  for (const name of ['person', 'office'] as const)
    if (stops[name].alert > stops[name].stop) report(['stops', name], 'an alert must come before the stop');
  if (stops.person.stop > stops.office.stop)
    report(['stops', 'person'], 'one person may stop no more than the office');
  for (const code of ['MANY_STOPS', 'REVIEW_VIOLATION'])
    if (!Object.hasOwn(alerts ?? {}, code))
      report(
        ['stops'],
        `stops raise the alert ${code}: add \`${code}: { label: …, rule: …, severity: medium }\` to alerts`,
      );
}

/** The watch knows the alert about a silent source by its code, and ends it. */
export function silence({ alerts = {} }: PackSource, _: Built, report: Report): void {
  for (const [code, { when }] of Object.entries(alerts))
    if ((when?.look === 'silent') !== (code === SILENT))
      report(['alerts', code], `the alert ${SILENT}, and no other, has \`when: { look: silent, hours: … }\``);
}

/** Every level counts in exactly one tier, and each tier raises its alert before it is full. */
export function volume(source: PackSource, _: Built, report: Report): void {
  if (source.volume === undefined) return;
  const counted = source.volume.tiers.flatMap(({ levels }) => levels);
  const known = new Set(Object.values(source.fields).map(({ level }) => level));
  for (const level of known) {
    if (!counted.includes(level)) report(['volume', 'tiers'], `no tier counts the level ${level}`);
  }
  if (new Set(counted).size < counted.length) report(['volume', 'tiers'], 'a level is counted twice');
  for (const [index, { name, alert, stop }] of source.volume.tiers.entries()) {
    if (alert > stop) report(['volume', 'tiers', index], 'an alert must come before the stop');
    for (const code of [volumeAlert(name), volumeAlert(`${name}-stop`)])
      if (!Object.hasOwn(source.alerts ?? {}, code))
        report(
          ['volume', 'tiers', index],
          `the tier raises the alert ${code}: add \`${code}: { label: …, rule: …, severity: medium }\` to alerts`,
        );
  }
}
