/** What the log has about an entry, and where its neighbours are. */

import { hashOf } from '../frame/route.ts';
import { officeName } from '../gateway/reference.ts';
import { type LogEntry, outcomeName } from '../log/entries.ts';
import { dotted, number, offsetAt, t, time, visible } from '../text.ts';
import { DAY, startOf } from '../units.ts';

/** Verdicts on the entry, the newest first. A replaced one stays. */
export function Verdicts({ entry }: { entry: LogEntry }) {
  const { entry: text } = t();
  const reviews = entry.reviews ?? [];
  if (reviews.length === 0) return null;
  const replaced = new Set(reviews.map(({ supersedes }) => supersedes));
  return (
    <ul class="verdicts">
      {reviews.map((one) => (
        <li key={one.entry}>
          <a href={hashOf('log', { e: one.entry })}>
            {dotted(
              outcomeName(one.outcome, 'review'),
              visible(one.officer ?? ''),
              visible(officeName(one.by)),
              time(one.at, 'short'),
            )}
          </a>{' '}
          {replaced.has(one.entry) && <span class="faint">{text.replaced}</span>}
          {one.note !== undefined && <q>{visible(one.note)}</q>}
        </li>
      ))}
    </ul>
  );
}

const counted = (some: { count: number; more: boolean } | undefined) =>
  some === undefined ? '…' : `${number(some.count)}${some.more ? '+' : ''}`;

/** The day of an instant, as the gateway counts by it. */
function dayOf(time: string): { from: string; to: string } {
  const from = startOf(Date.parse(time), DAY, offsetAt(Date.parse(time)));
  return { from: new Date(from).toISOString(), to: new Date(from + DAY).toISOString() };
}

export function Around({ entry }: { entry: LogEntry }) {
  const { entry: text } = t();
  const officer = entry.words?.officer;
  const agency = entry.handler?.agency;
  const about = (title: string, e: string | undefined): [string, string][] =>
    e === undefined ? [] : [[title, hashOf('log', { e })]];
  const pairName = entry.kind === 'attempt' ? text.decision : text.attempt;
  const links: [string, string][] = [
    ...about(entry.kind === 'review' ? text.supersedes : pairName, entry.pair ?? entry.attempt),
    ...about(text.about, entry.about),
    ...(entry.alerts ?? []).flatMap((one) => about(text.alert, one)),
    ...(entry.siblings ?? []).flatMap((one, at) => about(text.sibling(at + 1), one)),
    [text.reviews(number(entry.reviews?.length ?? 0)), hashOf('log', { about: entry.id, kind: 'review' })],
    ...(entry.subject
      ? [
          [text.samePerson(counted(entry.alike?.person)), hashOf('inquiry', { subject: entry.subject })] as [
            string,
            string,
          ],
        ]
      : []),
    ...(officer && agency
      ? [
          [
            text.sameOfficer(counted(entry.alike?.officer)),
            hashOf('log', { agency, officer, ...dayOf(entry.time ?? '') }),
          ] as [string, string],
        ]
      : []),
    ...(agency
      ? ([[`${text.sameOffice}: ${officeName(agency)}`, hashOf('log', { agency })]] as [string, string][])
      : []),
  ];
  return (
    <ul>
      {links.map(([title, href]) => (
        <li key={href}>
          <a href={href}>{visible(title)}</a>
        </li>
      ))}
    </ul>
  );
}
