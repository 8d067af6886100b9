/** What an auditor does with an entry of the log: a verdict, as in the review, and what may follow from it. */
import { useEffect, useRef } from 'preact/hooks';
import { useKeys } from '../../frame/keys.ts';
import { hashOf } from '../../frame/route.ts';
import { person } from '../../gateway/session.ts';
import type { LogEntry } from '../../log/entries.ts';
import { t } from '../../text.ts';
import { enqueue, lastSent, undo } from '../outbox.ts';
import { Outbox, useAsking, Verdicts, verdictKeys } from '../review/verdicts.tsx';

/** Entries that are themselves looks at the log. */
const UNREVIEWED: ReadonlySet<string> = new Set(['writer', 'review', 'reading', 'damaged']);

/** Whether this person may give a verdict on it. */
export const isReviewable = ({ kind, handler }: LogEntry) =>
  !UNREVIEWED.has(kind) && (handler?.agency === undefined || handler.agency !== person.value?.office);

export function EntryActs({ entry, again }: { entry: LogEntry; again(): void }) {
  const { entry: text } = t();
  const { agency } = entry.handler ?? {};
  const own = agency !== undefined && agency === person.value?.office;
  return (
    <>
      {!UNREVIEWED.has(entry.kind) &&
        (own ? <p class="faint">{text.ownOffice}</p> : <Verdict of={entry} again={again} />)}
      <Consequences of={entry} />
    </>
  );
}

/** What may follow from an entry or an alert: a freeze of its officer, and an incident. */
export function Consequences({ of: { id, handler, words } }: { of: LogEntry }) {
  const { agency } = handler ?? {};
  const officer = words?.officer;
  if (agency === undefined || officer === undefined || agency === person.value?.office) return null;
  return (
    <p class="row">
      <a href={hashOf('freezes', { agency, officer })}>{t().freezes.freezeOfficer}</a>
      <a href={hashOf('incidents', { i: 'new', entries: id })}>{t().incidents.start}</a>
    </p>
  );
}

function Verdict({ of: entry, again }: { of: LogEntry; again(): void }) {
  const { review } = t();
  const seen = useRef(lastSent.value);
  // Once it was sent, the verdict is among those of the entry.
  useEffect(() => {
    if (lastSent.value === seen.current) return;
    seen.current = lastSent.value;
    again();
  }, [lastSent.value]);
  const asking = useAsking(entry.kind === 'alert', (given, text) => {
    const supersedes = ownVerdict(entry);
    const one = { about: entry.id, ...given, ...(supersedes !== undefined && { supersedes }) };
    enqueue([one], review.verdict(1, text), () => {});
  });
  useKeys({ ...verdictKeys(asking), u: { label: review.undo, run: () => void undo() } });
  return (
    <>
      <Verdicts asking={asking} />
      <Outbox onUndo={() => void undo()} />
    </>
  );
}

/** The verdict of this person that a new one replaces. */
function ownVerdict({ reviews = [] }: LogEntry): string | undefined {
  const { name, office } = person.value ?? {};
  const replaced = new Set(reviews.map(({ supersedes }) => supersedes));
  return reviews.find((one) => one.officer === name && one.by === office && !replaced.has(one.entry))?.entry;
}
