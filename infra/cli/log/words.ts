/** Log entries in words: one line in a list, all members of a single entry. */

import type { LogEntry } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import { inLine, moment, paint, pairs, safe, table } from '../terminal/table.ts';

/** The list of `fieldgate log`. */
export function entriesInWords(entries: LogEntry[], more: boolean): string {
  if (entries.length === 0) return 'No entries. The default is the last 31 days: --from goes further back.\n';
  const rows = entries.map((entry) => [
    moment(entry.time),
    entry.kind,
    inLine(member(entry['handler'], 'agency')),
    inLine(entry['purpose']),
    [outcomeOf(entry), entry.kind === 'agency' ? inLine(entry['about']) : '', fieldsOf(entry['fields'])]
      .filter((part) => part !== '')
      .join('; ') || '–',
    entry.id,
  ]);
  const rest = more ? '\nThere are more: --limit shows more, filters fewer.\n' : '';
  const head = ['time (UTC)', 'kind', 'agency', 'purpose', 'outcome', 'entry'];
  return table(head, rows, { wraps: 4, lastBelow: true }) + rest;
}

/** The list of `fieldgate usage`. */
export function usageInWords(entries: LogEntry[], more: boolean): string {
  if (entries.length === 0)
    return "This department's fields had no recipient in the last 31 days. --from goes further back.\n";
  const rows = entries.map((entry) => [
    moment(entry.time),
    inLine(entry['recipient']),
    inLine(entry['purpose']),
    inLine(entry['case']),
    outcomeOf(entry),
    formsOf(entry['fields']),
  ]);
  const rest = more ? '\nThere are more: --limit shows more, --from and --to fewer.\n' : '';
  return table(['time (UTC)', 'recipient', 'purpose', 'case', 'outcome', 'fields'], rows) + rest;
}

/** The members that readers look for first; all others follow. */
const FIRST = ['id', 'time', 'kind', 'outcome', 'code', 'rule', 'operation', 'purpose'];
const WORDS = ['officer', 'case', 'reason', 'finding'];
const PROOF = ['writer', 'seq', 'leaf', 'leafHash', 'previous', 'signature'];
const ELSEWHERE = new Set([
  ...FIRST,
  ...PROOF,
  'canonical',
  'committed',
  'words',
  'fields',
  'withheld',
  'keys',
  'v',
]);

/** `fieldgate log entry`: the content, then the proof. */
export function entryInWords(entry: Record<string, Json>): string {
  return [
    sayingsOf(entry),
    `\n${pairs(linesOf(entry, PROOF))}`,
    paint(
      'gray',
      '\nThe canonical bytes that were hashed are in --json, as "canonical" (base64).\n',
      process.stdout,
    ),
  ].join('');
}

/** The content of an entry, without its proof. */
export function sayingsOf(entry: Record<string, Json>): string {
  const words = objectOf(entry['words']);
  const rest = Object.keys(entry).filter((name) => !ELSEWHERE.has(name));
  const keys = Array.isArray(entry['keys'])
    ? [['keys', `${entry['keys'].length}, named in --json`] as const]
    : [];
  const fields = Object.entries(objectOf(entry['fields'])).flatMap(([owner, forms]) =>
    Object.entries(objectOf(forms)).map(([field, form]) => [safe(field), safe(owner), inLine(form)]),
  );
  const withheld = Object.entries(objectOf(entry['withheld'])).map(([field, rule]) => [
    safe(field),
    inLine(rule),
  ]);
  return [
    pairs([...linesOf(entry, FIRST), ...linesOf(words, WORDS), ...linesOf(entry, rest), ...keys]),
    fields.length > 0 ? `\n${table(['field', 'owner', 'form'], fields)}` : '',
    withheld.length > 0 ? `\n${table(['withheld', 'rule'], withheld)}` : '',
  ].join('');
}

function linesOf(object: Record<string, Json>, names: readonly string[]): (readonly [string, string])[] {
  return names.map((name) => [name, inLine(object[name])] as const).filter(([, value]) => value !== '–');
}

/** The reason: from the leaf, or from the sealed word if the leaf must not reveal it. */
function outcomeOf({ outcome, code, words, erased }: LogEntry): string {
  const why = code ?? objectOf(words)['finding'];
  const word = inLine(outcome ?? why ?? '');
  const whole = outcome && why && outcome !== why ? `${word} (${inLine(why)})` : word;
  return erased === true ? [whole, 'words erased'].filter(Boolean).join(', ') : whole;
}

/** The number of fields of each owner, because a list has no room for their names. */
function fieldsOf(fields: Json | undefined): string {
  const counts = Object.entries(objectOf(fields)).map(
    ([owner, forms]) => `${safe(owner)} ${Object.keys(objectOf(forms)).length}`,
  );
  return counts.join(', ');
}

function formsOf(fields: Json | undefined): string {
  return (
    Object.entries(objectOf(fields))
      .map(([field, form]) => `${safe(field)} ${inLine(form)}`)
      .join(', ') || '–'
  );
}

function member(value: Json | undefined, name: string): Json | undefined {
  const object = objectOf(value);
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function objectOf(value: Json | undefined): Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
