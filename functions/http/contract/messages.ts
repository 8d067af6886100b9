import type * as v from 'valibot';

/**
 * Messages that the contract's schemas set on purpose. Any other message is the validation library's own
 * and may quote what was sent, so it never leaves. `limit` makes the answer a 413.
 */
export const MESSAGES = new Map<string, 'fault' | 'limit'>();

/** Registers a message and returns it, for `v.check(…, say('…'))` and its like. */
export function say(message: string, kind: 'fault' | 'limit' = 'fault'): string {
  MESSAGES.set(message, kind);
  return message;
}

/** What an issue says, in words that hold nothing of the input: the contract's own, or what the schema wants. */
export function messageOf(issue: v.BaseIssue<unknown>): string {
  if (MESSAGES.has(issue.message)) return issue.message;
  if (issue.kind === 'schema') {
    return issue.input === undefined ? 'required' : `expected ${issue.expected ?? 'another value'}`;
  }
  return LENGTHS.has(issue.type) ? `length must be ${issue.expected}` : `fails ${issue.type}`;
}

const LENGTHS = new Set(['min_length', 'max_length']);
