/** The note of a verdict, and the verdicts that wait to be sent. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lastSent, waitingBatch } from '../outbox.ts';
import { t } from '../text.ts';
import { Button } from '../ui/button.tsx';

export function Note({ onSave, onCancel }: { onSave(note: string): void; onCancel(): void }) {
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
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <label class={`field ${wrong.value ? 'wrong' : ''}`}>
        <span>{review.note}</span>
        <small role={wrong.value ? 'alert' : undefined}>{review.noteNeeded}</small>
        <input
          type="text"
          value={text.value}
          ref={(element) => element?.focus()}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <Button type="submit" kind="main" kbd="Enter">
        {frame.save}
      </Button>
    </form>
  );
}

export function Outbox({ onUndo }: { onUndo(): void }) {
  const { review } = t();
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 500);
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
      ? `${review.sent(sent.count, sent.entry)} ${sent.refused > 0 ? review.refused(sent.refused) : ''}`
      : sent.kind === 'bad'
        ? review.badReceipt
        : sent.kind === 'unchecked'
          ? review.unchecked
          : review.failed;
  return (
    <p class={`bar ${sent.kind === 'sent' ? '' : 'warn'}`} role="status">
      {text}
    </p>
  );
}
