import type * as v from 'valibot';
import type { Text } from '../../language.ts';
import { httpTexts } from '../../messages/http.ts';

type Kind = 'fault' | 'limit';

/**
 * Messages of the contract's schemas, by their English, which is what a schema holds. Any other message comes from the
 * validation library and may quote the input, so it never leaves the gateway. `limit` makes the answer a 413.
 */
const MESSAGES = new Map<string, { text: Text; kind: Kind }>();

/** Registers a message and returns its English, for `v.check(…, say(…))` and similar calls. */
export function say(text: Text, kind: Kind = 'fault'): string {
  const message = text['en'] ?? '';
  MESSAGES.set(message, { text, kind });
  return message;
}

/** The message of an issue, without any part of the input: the contract's own, or what the schema expects. */
export function messageOf(issue: v.BaseIssue<unknown>): Text {
  const own = MESSAGES.get(issue.message);
  if (own) return own.text;
  if (issue.kind === 'schema') {
    return issue.input === undefined ? httpTexts.required : httpTexts.expected(issue.expected ?? '');
  }
  return LENGTHS.has(issue.type) ? httpTexts.length(issue.expected ?? '') : httpTexts.fails(issue.type);
}

/** Whether a registered message is about a limit. */
export function kindOf(issue: v.BaseIssue<unknown>): Kind | undefined {
  return MESSAGES.get(issue.message)?.kind;
}

/** The violated limit of an issue, or `null` if it is not about a limit. */
export function limitText(issue: v.BaseIssue<unknown>): Text | null {
  return kindOf(issue) === 'limit' ? messageOf(issue) : null;
}

const LENGTHS = new Set(['min_length', 'max_length']);
