/** What an auditor does with an entry of the log: a verdict, as in the review, and what may follow from it. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type LogEntry, outcomeName } from '../entries.ts';
import { useKeys } from '../keys.ts';
import { enqueue, lastSent, undo } from '../outbox.ts';
import { hashOf } from '../route.ts';
import { person } from '../session.ts';
import { t } from '../text.ts';
import { Button } from '../ui/button.tsx';
import { Note, Outbox } from './review-parts.tsx';

const VERDICTS = ['justified', 'questioned', 'violation'] as const;
type VerdictName = (typeof VERDICTS)[number];
/** Entries that are themselves looks at the log. */
const UNREVIEWED: ReadonlySet<string> = new Set(['writer', 'review', 'reading', 'damaged']);

export function EntryActs({ entry, again }: { entry: LogEntry; again(): void }) {
  const { entry: text, freezes } = t();
  const { agency } = entry.handler ?? {};
  const officer = entry.words?.officer;
  const own = agency !== undefined && agency === person.value?.office;
  return (
    <>
      {!UNREVIEWED.has(entry.kind) &&
        (own ? <p class="faint">{text.ownOffice}</p> : <Verdict of={entry} again={again} />)}
      {agency !== undefined && officer !== undefined && !own && (
        <p class="row">
          <a href={hashOf('freezes', { agency, officer })}>{freezes.freezeOfficer}</a>
          <a href={hashOf('incidents', { i: 'new' })}>{t().incidents.start}</a>
        </p>
      )}
    </>
  );
}

function Verdict({ of: entry, again }: { of: LogEntry; again(): void }) {
  const { review, entry: text } = t();
  const asking = useSignal<VerdictName | null>(null);
  const isAlert = entry.kind === 'alert';
  const seen = useRef(lastSent.value);
  // Once it was sent, the verdict is among those of the entry.
  useEffect(() => {
    if (lastSent.value === seen.current) return;
    seen.current = lastSent.value;
    again();
  }, [lastSent.value]);
  const give = (verdict: VerdictName, note?: string) => {
    if (isAlert && verdict !== 'justified') return;
    if (!isAlert && verdict !== 'justified' && note === undefined) {
      asking.value = verdict;
      return;
    }
    asking.value = null;
    const outcome = isAlert ? 'acknowledged' : verdict;
    const supersedes = ownVerdict(entry);
    const one = {
      ...{ about: entry.id, verdict: outcome },
      ...(note !== undefined && { note }),
      ...(supersedes !== undefined && { supersedes }),
    };
    enqueue([one], review.verdict(1, isAlert ? review.acknowledge : text.verdicts[verdict]), () => {});
  };
  useKeys({
    ...(isAlert
      ? { '1': { label: review.acknowledge, run: () => give('justified') } }
      : Object.fromEntries(
          VERDICTS.map((name, at) => [
            String(at + 1),
            { label: outcomeName(name, 'review'), run: () => give(name) },
          ]),
        )),
    u: { label: review.undo, run: () => void undo() },
  });
  return (
    <>
      <p class="row">
        {isAlert ? (
          <Button kbd="1" onClick={() => give('justified')}>
            {review.acknowledge}
          </Button>
        ) : (
          VERDICTS.map((name, at) => (
            <Button
              key={name}
              kbd={String(at + 1)}
              kind={name === 'violation' ? 'danger' : 'plain'}
              onClick={() => give(name)}
            >
              {text.verdicts[name]}
            </Button>
          ))
        )}
      </p>
      {asking.value && (
        <Note
          onSave={(note) => give(asking.value as VerdictName, note)}
          onCancel={() => {
            asking.value = null;
          }}
        />
      )}
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
