/** The policy of witnesses that is pinned in this browser, and what was seen last. */
import { signal } from '@preact/signals';
import type { Judged } from '../../../../shared/tree/judge.ts';

export interface Seen extends Omit<Judged, 'checkpoint' | 'fault'> {
  /** `OTHER`: what was cosigned and what this browser has verified are two histories. `UNABLE`: it can't check all signatures. */
  fault: Judged['fault'] | 'OTHER' | 'UNABLE';
  /** By the reader's own policy. */
  own: boolean;
}

/** `null` before the first look, and for a log without witnesses. */
export const witnesses = signal<Seen | null>(null);

const NAME = 'fieldgate.policy';

export const pinnedPolicy = signal<string | null>(stored());

function stored(): string | null {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

/** @param text `null` forgets it. @throws DOMException if this browser stores nothing */
export function keepPolicy(text: string | null): void {
  if (text === null) localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, text);
  pinnedPolicy.value = text;
}
