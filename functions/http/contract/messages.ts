import type * as v from 'valibot';

/**
 * Messages of the contract's schemas. Any other message comes from the validation library and may quote the
 * input, so it never leaves the gateway. `limit` makes the answer a 413.
 */
export const MESSAGES = new Map<string, 'fault' | 'limit'>();

/** Registers a message and returns it, for `v.check(…, say('…'))` and similar calls. */
export function say(message: string, kind: 'fault' | 'limit' = 'fault'): string {
  MESSAGES.set(message, kind);
  return message;
}

/** The message of an issue, without any part of the input: the contract's own, or what the schema expects. */
export function messageOf(issue: v.BaseIssue<unknown>): string {
  if (MESSAGES.has(issue.message)) return issue.message;
  if (issue.kind === 'schema') {
    return issue.input === undefined ? 'required' : `expected ${issue.expected ?? 'another value'}`;
  }
  return LENGTHS.has(issue.type) ? `length must be ${issue.expected}` : `fails ${issue.type}`;
}

const LENGTHS = new Set(['min_length', 'max_length']);
