/** What a page keeps while it is open. */
import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** For events: sets what is kept. */
export function put<Value>(into: Signal<Value>, value: Value): void {
  into.value = value;
}

/** Calls when the page is left, such as to clear what it knew of people. */
export function useLeave(leave: () => void): void {
  useEffect(() => leave, []);
}
