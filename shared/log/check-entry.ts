/**
 * What an entry must have and what it must not hold. Strict because a leaf can never be taken back: no
 * member outside the closed list, and no string that is not a code, an id, a time or a digest.
 */

import { Problem } from '../errors.ts';
import { DATA_KINDS, type Entry, GATEWAY_KINDS, OPERATIONS } from './entry/entry.ts';
import { WORD_KINDS } from './entry/words.ts';

/** Members that an entry may have. */
export const MEMBERS: ReadonlySet<string> = new Set([
  ...['v', 'kind', 'id', 'time', 'writer', 'seq', 'leaf', 'previous', 'operation', 'owners', 'handler'],
  ...[
    'purpose',
    'programme',
    'collection',
    'subject',
    'policy',
    'fields',
    'withheld',
    'usedForDecision',
    'keys',
  ],
  ...['consents', 'approvals', 'outcome', 'code', 'rule', 'obligations', 'sheet', 'attempt', 'about'],
  ...['committed', 'certificate', 'abandoned'],
]);
const KINDS: ReadonlySet<string> = new Set([...DATA_KINDS, ...GATEWAY_KINDS]);
const ABOUT_DATA: ReadonlySet<string> = new Set(DATA_KINDS);
const VERBS: ReadonlySet<string> = new Set(OPERATIONS);
const COMMITTED: ReadonlySet<string> = new Set(WORD_KINDS);

/** Codes, ids, times and base64: printable ASCII without spaces, so that no sentence or name fits. */
const TOKEN = /^[\x21-\x7e]{1,256}$/;

/**
 * @throws Problem INTERNAL: an unknown kind, verb or member; data without owner, handler or verb (A4.1,
 * A4.2); a string that is not a token. The detail names the member, never its value.
 */
export function checkEntry(entry: Entry): void {
  if (!KINDS.has(entry.kind)) fault('kind');
  for (const name of Object.keys(entry)) if (!MEMBERS.has(name)) fault('an unknown member');
  if (entry.operation !== undefined && !VERBS.has(entry.operation)) fault('operation');
  if (ABOUT_DATA.has(entry.kind)) {
    if (entry.operation === undefined) fault('operation');
    if (!entry.owners?.length) fault('owners');
  }
  if (entry.kind !== 'writer' && !entry.handler?.agency) fault('handler');
  const certified = entry.certificate !== undefined;
  if (certified !== (entry.kind === 'writer') || (entry.abandoned && !certified)) fault('certificate');
  for (const name of Object.keys(entry.committed ?? {})) if (!COMMITTED.has(name)) fault('committed');
  checkTokens(entry, 0);
}

function checkTokens(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    if (!TOKEN.test(value)) fault('a string that is not a code');
  } else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) fault('a number that is not an integer');
  } else if (Array.isArray(value)) {
    for (const one of value) checkTokens(one, depth + 1);
  } else if (typeof value === 'object' && value !== null && depth < 4) {
    for (const [name, one] of Object.entries(value)) {
      checkTokens(name, depth + 1);
      if (one !== undefined) checkTokens(one, depth + 1);
    }
  } else {
    fault('a value that is neither text, number, list nor object');
  }
}

function fault(what: string): never {
  throw new Problem('INTERNAL', { detail: `The log entry is not valid: ${what}.` });
}
