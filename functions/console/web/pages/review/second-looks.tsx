/** A second look comes without the first verdict; once the own one is in the log, both are shown. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type LogEntry, outcomeName } from '../../log/entries.ts';
import { t, visible } from '../../text.ts';
import { lastSent } from '../outbox.ts';

interface Look {
  about: string;
  own: string;
  first: { officer: string; outcome: string };
}

interface Looks {
  told: Signal<readonly Look[]>;
  /** Called with an entry that was read for a second look. */
  read(entry: LogEntry): void;
  given(about: string, verdict: string): void;
  takenBack(ids: readonly string[]): void;
}

export function useSecondLooks(): Looks {
  const firsts = useSignal<ReadonlyMap<string, Look['first']>>(new Map());
  const waiting = useSignal<readonly Look[]>([]);
  const told = useSignal<readonly Look[]>([]);
  useEffect(() => {
    const sent = lastSent.value;
    if (sent?.kind !== 'sent') return;
    // One that can still be undone is not shown.
    const isIn = ({ about }: Look) => sent.abouts.includes(about);
    if (!waiting.value.some(isIn)) return;
    told.value = waiting.value.filter(isIn);
    waiting.value = waiting.value.filter((one) => !isIn(one));
  }, [lastSent.value]);
  return {
    told,
    read({ id, reviews = [] }) {
      const [one] = reviews;
      const first = { officer: one?.officer ?? '', outcome: one?.outcome ?? '' };
      firsts.value = new Map([...firsts.value, [id, first]]);
    },
    given(about, own) {
      const first = firsts.value.get(about);
      if (first) waiting.value = [...waiting.value, { about, own, first }];
    },
    takenBack(ids) {
      waiting.value = waiting.value.filter(({ about }) => !ids.includes(about));
    },
  };
}

export function SecondLooks({ of }: { of: readonly Look[] }) {
  const { review } = t();
  if (of.length === 0) return null;
  return (
    <ul role="status">
      {of.map(({ about, own, first }) => (
        <li key={about}>
          {review.both(
            outcomeName(own, 'review'),
            visible(first.officer),
            outcomeName(first.outcome, 'review'),
            own === first.outcome,
          )}
        </li>
      ))}
    </ul>
  );
}
