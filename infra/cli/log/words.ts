/** Log entries in words: one line in a list, all members of a single entry. */

import type { Place } from '../../../shared/client/evidence/evidence.ts';
import type { LogEntry, UseInList, UseOfField } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';
import { inLine, paint, pairs, safe, table } from '../terminal/table.ts';
import { moment, zoneHere } from '../terminal/times.ts';
import { outcomeWord, word } from '../terminal/words.ts';

const { entries: t, members, prove: p, usage: u } = await texts('log');
const { words: w } = await texts('words');

/** The list of `fieldgate log`. */
export function entriesInWords(entries: LogEntry[], more: boolean): string {
  if (entries.length === 0) return t.none;
  const rows = entries.map((entry) => [
    moment(entry.time),
    word(entry.kind),
    inLine(member(entry['handler'], 'agency')),
    inLine(saidIn(entry, 'officer')),
    inLine(saidIn(entry, 'case')),
    inLine(entry['purpose']),
    [outcomeOf(entry), entry.kind === 'agency' ? inLine(entry['about']) : '', fieldsOf(entry['fields'])]
      .filter((part) => part !== '')
      .join('; ') || '–',
    entry.id,
  ]);
  const rest = more ? t.more : '';
  const head = [w.timeIn(zoneHere()), w.kind, w.agency, t.officer, w.case, w.purpose, w.outcome, w.entry];
  return table(head, rows, { wraps: 6, lastBelow: true }) + rest;
}

/** `fieldgate usage entry` */
export function useInWords(use: UseOfField, place: Place | null): string {
  const rows = linesOf(use, ['id', 'time', 'recipient', 'departments', 'purpose', 'case', 'outcome', 'rule']);
  const fields = Object.entries(objectOf(use['fields'])).map(([field, form]) => [
    safe(field),
    word(inLine(form)),
  ]);
  const about: [string, string][] = [
    [w.person, inLine(use['person'] ?? u.entry.untold)],
    [p.inLog, place ? p.place(place.index, place.size) : p.notYet],
  ];
  return `${pairs([...rows, ...about])}\n${table([w.field, w.form], fields)}`;
}

/** The list of `fieldgate usage`. */
export function usageInWords(entries: UseInList[], more: boolean): string {
  if (entries.length === 0) return t.noUsage;
  const rows = entries.map((entry) => [
    moment(entry.time),
    inLine(entry['recipient']),
    inLine(entry['purpose']),
    inLine(entry['case']),
    outcomeOf(entry),
    formsOf(entry['fields']),
    entry.id,
  ]);
  const rest = more ? t.moreUsage : '';
  const head = [w.timeIn(zoneHere()), w.recipient, w.purpose, w.case, w.outcome, w.fields, w.entry];
  return table(head, rows, { wraps: 5, lastBelow: true }) + rest;
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
  // What the members were opened with, for programs that check them.
  'openings',
  'v',
]);

/** `fieldgate log entry`: the content, then the proof. */
export function entryInWords(entry: Record<string, Json>): string {
  return [
    sayingsOf(entry),
    `\n${pairs(linesOf(entry, PROOF))}`,
    paint('gray', t.canonical, process.stdout),
  ].join('');
}

/** The content of an entry, without its proof. */
export function sayingsOf(entry: Record<string, Json>): string {
  const words = objectOf(entry['words']);
  const rest = Object.keys(entry).filter((name) => !ELSEWHERE.has(name));
  const keys = Array.isArray(entry['keys']) ? [[w.keys, t.keyCount(entry['keys'].length)] as const] : [];
  const fields = Object.entries(objectOf(entry['fields'])).flatMap(([owner, forms]) =>
    Object.entries(objectOf(forms)).map(([field, form]) => [safe(field), safe(owner), word(inLine(form))]),
  );
  const withheld = Object.entries(objectOf(entry['withheld'])).map(([field, rule]) => [
    safe(field),
    inLine(rule),
  ]);
  return [
    pairs([...linesOf(entry, FIRST), ...linesOf(words, WORDS), ...linesOf(entry, rest), ...keys]),
    fields.length > 0 ? `\n${table([w.field, w.owner, w.form], fields)}` : '',
    withheld.length > 0 ? `\n${table([w.withheld, w.rule], withheld)}` : '',
  ].join('');
}

function linesOf(object: Record<string, Json>, names: readonly string[]): (readonly [string, string])[] {
  return names
    .map((name) => [members[name] ?? name, memberInWords(name, object)] as const)
    .filter(([, value]) => value !== '–');
}

function memberInWords(name: string, object: Record<string, Json>): string {
  const value = object[name];
  if (name === 'time' && typeof value === 'string') return `${moment(value)} (${zoneHere()})`;
  if (name === 'alike') return alikeIn(objectOf(value));
  if (name === 'outcome') return outcomeWord(inLine(object['kind']), inLine(value));
  return name === 'kind' ? word(inLine(value)) : inLine(value);
}

/** The numbers of entries about the same person, and of the same officer that day. */
const alikeIn = (alike: Record<string, Json>) =>
  Object.entries(alike)
    .map(([whose, one]) => {
      const { count, more } = objectOf(one);
      return `${members[whose] ?? whose} ${inLine(count)}${more === true ? '+' : ''}`;
    })
    .join(', ') || '–';

/** A word of the caller. */
export const saidIn = ({ words }: Pick<LogEntry, 'words'>, name: 'officer' | 'case' | 'reason') =>
  words?.[name];

type Result = Pick<LogEntry, 'kind' | 'outcome' | 'code' | 'words' | 'erased'>;

/** The reason: from the leaf, or from the sealed word if the leaf must not reveal it. */
function outcomeOf({ kind, outcome, code, words, erased }: Result): string {
  const why = code ?? words?.finding;
  const said = outcomeWord(kind, inLine(outcome ?? why ?? ''));
  const whole = outcome && why && outcome !== why ? `${said} (${inLine(why)})` : said;
  return erased === true ? [whole, t.erased].filter(Boolean).join(', ') : whole;
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
      .map(([field, form]) => `${safe(field)} ${word(inLine(form))}`)
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
