/** The buttons of a verdict, its note, and the verdicts that wait to be sent. */

import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { put } from '../../ui/kept.ts';
import { lastSent, waitingBatch } from '../outbox.ts';

const VERDICTS = ['justified', 'questioned', 'violation'] as const;
type VerdictName = (typeof VERDICTS)[number];

export interface Asking {
  isAlert: boolean;
  /** The verdict whose note is being written. */
  noted: Signal<VerdictName | null>;
  /** Gives a verdict, or asks for the note that it needs. */
  give(verdict: VerdictName, note?: string): void;
}

/**
 * An alert is only acknowledged, and a verdict that objects needs a note.
 * @param onGive `text`: the verdict in words
 */
export function useAsking(
  isAlert: boolean,
  onGive: (given: { verdict: string; note?: string }, text: string) => void,
): Asking {
  const { review, entry } = t();
  const noted = useSignal<VerdictName | null>(null);
  return {
    isAlert,
    noted,
    give(verdict, note) {
      if (isAlert && verdict !== 'justified') return;
      if (verdict !== 'justified' && note === undefined) {
        noted.value = verdict;
        return;
      }
      noted.value = null;
      onGive(
        { verdict: isAlert ? 'acknowledged' : verdict, ...(note !== undefined && { note }) },
        isAlert ? review.acknowledge : entry.verdicts[verdict],
      );
    },
  };
}

/** The keys `1` to `3`, and `n` for a note with the first. */
export function verdictKeys({ isAlert, give, noted }: Asking) {
  const { review, entry } = t();
  const some = isAlert ? VERDICTS.slice(0, 1) : VERDICTS;
  const keys = Object.fromEntries(
    some.map((name, at) => [
      String(at + 1),
      { label: isAlert ? review.acknowledge : entry.verdicts[name], run: () => give(name) },
    ]),
  );
  const withNote = () => put(noted, 'justified');
  return isAlert ? keys : { ...keys, n: { label: review.addNote, run: withNote } };
}

/** @param count the entries that a verdict is about. @param more further buttons */
export function Verdicts({
  asking: { isAlert, noted, give },
  count,
  more,
}: {
  asking: Asking;
  count?: number;
  more?: ComponentChildren;
}) {
  const { review, entry } = t();
  const titled = (text: string) => (count === undefined ? text : review.verdict(count, text));
  return (
    <>
      <p class="row">
        {isAlert ? (
          <Button kind="main" kbd="1" onClick={() => give('justified')}>
            {titled(review.acknowledge)}
          </Button>
        ) : (
          VERDICTS.map((name, at) => (
            <Button
              key={name}
              kbd={String(at + 1)}
              kind={name === 'violation' ? 'danger' : 'plain'}
              onClick={() => give(name)}
            >
              {titled(entry.verdicts[name])}
            </Button>
          ))
        )}
        {!isAlert && (
          <Button kind="quiet" kbd="n" onClick={() => put(noted, 'justified')}>
            {review.note}
          </Button>
        )}
        {more}
      </p>
      {noted.value && (
        <Note onSave={(note) => give(noted.value as VerdictName, note)} onCancel={() => put(noted, null)} />
      )}
    </>
  );
}

function Note({ onSave, onCancel }: { onSave(note: string): void; onCancel(): void }) {
  const { review, frame } = t();
  const text = useSignal('');
  const wrong = useSignal(false);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        wrong.value = text.value.trim().length < 10;
        if (!wrong.value) onSave(text.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
        if (event.key === 'Enter' && event.ctrlKey) event.currentTarget.requestSubmit();
      }}
    >
      <label class={`field ${wrong.value ? 'wrong' : ''}`}>
        <span>{review.note}</span>
        <small role={wrong.value ? 'alert' : undefined}>{review.noteNeeded}</small>
        <input
          type="text"
          value={text.value}
          ref={(element) => element?.focus()}
          onInput={(event) => put(text, event.currentTarget.value)}
        />
      </label>
      <Button type="submit" kind="main" kbd="Enter">
        {frame.save}
      </Button>
    </form>
  );
}

/** The place of an entry, without its writer. */
const shortened = (id: string) => `…-${id.split('-').slice(1).join('-')}`;

export function Outbox({ onUndo }: { onUndo(): void }) {
  const { review } = t();
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => put(now, Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const batch = waitingBatch.value;
  const sent = lastSent.value;
  if (batch) {
    return (
      <p class="bar" role="status">
        {review.waiting(batch.label, Math.max(0, Math.ceil((batch.goesAt - now.value) / 1000)))}{' '}
        <Button kbd="u" onClick={onUndo}>
          {review.undo}
        </Button>
      </p>
    );
  }
  if (!sent) return null;
  const text =
    sent.kind === 'sent'
      ? `${review.sent(sent.abouts.length, shortened(sent.first), shortened(sent.last))} ${sent.refused > 0 ? review.refused(sent.refused) : ''}`
      : sent.kind === 'bad'
        ? review.badReceipt
        : sent.kind === 'unchecked'
          ? review.unchecked
          : review.failed(t().problems[sent.code] ?? sent.code);
  return (
    <p class={`bar ${sent.kind === 'sent' ? '' : 'warn'}`} role="status">
      {text}
    </p>
  );
}
