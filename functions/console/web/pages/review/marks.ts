/** Which entries of a group a verdict is about: the one that is shown, until others are marked. */
import { useSignal } from '@preact/signals';
import type { Keys } from '../../frame/keys.ts';
import { t } from '../../text.ts';

export interface Marks {
  at: number;
  marked: ReadonlySet<string>;
  /** Whether all are marked. */
  all: boolean;
  keys: Keys;
  toggle(index: number): void;
  toggleAll(): void;
  /** The marked ones, otherwise the first. */
  chosen(): string[];
}

/** @param ids of one group, the shown entry first. Marks are for this group alone. */
export function useMarks(ids: readonly string[]): Marks {
  const { review } = t();
  const state = useSignal<{ first: string; at: number; marked: ReadonlySet<string> }>({
    ...{ first: '', at: 0, marked: new Set<string>() },
  });
  const [first = ''] = ids;
  const { at, marked } =
    state.value.first === first ? state.value : { at: 0, marked: new Set<string>() as ReadonlySet<string> };
  const set = (to: number, now: ReadonlySet<string>) => {
    state.value = { first, at: to, marked: now };
  };
  const all = ids.length > 0 && marked.size === ids.length;
  const toggle = (index: number) => {
    const id = ids[index];
    if (id === undefined) return;
    const others = [...marked].filter((one) => one !== id);
    set(index, new Set(marked.has(id) ? others : [...others, id]));
  };
  const toggleAll = () => set(at, new Set(all ? [] : ids));
  const extend = (by: number) => {
    const to = Math.max(0, Math.min(ids.length - 1, at + by));
    set(to, new Set([...marked, ...ids.slice(Math.min(at, to), Math.max(at, to) + 1)]));
  };
  return {
    ...{ at, marked, all, toggle, toggleAll },
    chosen: () => (marked.size > 0 ? ids.filter((id) => marked.has(id)) : ids.slice(0, 1)),
    keys: {
      x: { label: review.mark, run: () => toggle(at) },
      '*': { label: review.all, run: toggleAll },
      'Shift+J': { label: review.extend, run: () => extend(1) },
      'Shift+K': { label: review.extendBack, run: () => extend(-1) },
    },
  };
}
