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
