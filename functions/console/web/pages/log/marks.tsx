/** Rows of the log that are marked, and a verdict on all of them at once. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Keys, useKeys } from '../../frame/keys.ts';
import { hashOf } from '../../frame/route.ts';
import type { LogEntry } from '../../log/entries.ts';
import type { Source } from '../../log/source.ts';
import { number, t } from '../../text.ts';
import { Button } from '../../ui/button.tsx';
import { put } from '../../ui/kept.ts';
import { enqueue, undo } from '../outbox.ts';
import { Outbox, useAsking, Verdicts, verdictKeys } from '../review/verdicts.tsx';
import { isReviewable } from './entry-acts.tsx';

/** Verdicts of one item of the log. */
const MOST = 100;

export interface RowMarks {
  marked: ReadonlyMap<string, LogEntry>;
  keys: Keys;
  clear(): void;
}

/** What makes entries alike, as in the review. */
const alike = ({ kind, purpose, outcome, rule, code, handler, words }: LogEntry) =>
  JSON.stringify([kind, purpose, outcome, rule, code, handler?.agency, words?.officer]);

export function useRowMarks(source: Source, selected: Signal<number>, about: string): RowMarks {
  const { log } = t();
  const marked = useSignal<ReadonlyMap<string, LogEntry>>(new Map());
  const clear = () => put(marked, new Map());
  useEffect(clear, [about]);
  const add = (...entries: (LogEntry | null | undefined)[]) => {
    const known = entries.flatMap((one) => (one && isReviewable(one) ? [[one.id, one] as const] : []));
    marked.value = new Map([...marked.value, ...known].slice(0, MOST));
  };
  const toggle = () => {
    const one = source.at(selected.value);
    if (one && marked.value.has(one.id))
      marked.value = new Map([...marked.value].filter(([id]) => id !== one.id));
    else add(one);
  };
  const extend = (by: number) => {
    add(source.at(selected.value));
    selected.value = Math.max(0, Math.min(source.count - 1, selected.value + by));
    add(source.at(selected.value));
  };
  // Of the rows that were read: those further away are named by no one yet.
  const all = () => {
    const one = source.at(selected.value);
    if (!one) return;
    const rows = Array.from({ length: Math.min(source.count, 2000) }, (_, index) => source.at(index));
    add(one, ...rows.filter((other) => other && alike(other) === alike(one)));
  };
  return {
    marked: marked.value,
    clear,
    keys: {
      x: { label: log.mark, run: toggle },
      'Shift+J': { label: log.extend, run: () => extend(1) },
      'Shift+K': { label: log.extendBack, run: () => extend(-1) },
      '*': { label: log.markAlike, run: all },
    },
  };
}

/** @param open an entry has its pane, which says itself what became of the last verdict */
export function MarkedActs({ marks, open }: { marks: RowMarks; open: boolean }) {
  if (marks.marked.size > 0) return <Acts marks={marks} />;
  return open ? null : <Outbox onUndo={() => void undo()} />;
}

function Acts({ marks: { marked, clear } }: { marks: RowMarks }) {
  const { log, review } = t();
  const entries = [...marked.values()];
  const onlyAlerts = entries.every(({ kind }) => kind === 'alert');
  const asking = useAsking(onlyAlerts, (given, text) => {
    const verdicts = entries.map(({ id }) => ({ about: id, ...given }));
    enqueue(verdicts, review.verdict(verdicts.length, text), () => {});
    clear();
  });
  useKeys({ ...verdictKeys(asking), u: { label: review.undo, run: () => void undo() } });
  return (
    <div class="bar">
      <p class="row">
        <b role="status">{log.marked(number(marked.size))}</b>
        <Button kind="quiet" onClick={clear}>
          {log.unmark}
        </Button>
        <a href={hashOf('incidents', { i: 'new', entries: [...marked.keys()].join(',') })}>
          {t().incidents.start}
        </a>
      </p>
      <Verdicts asking={asking} count={marked.size} />
    </div>
  );
}
