/** Log entries in words: a line each for a list, everything for one. */
import type { Json, LogEntry } from '../../shared/client/types.ts';
import { paint, safe } from './paint.ts';
import { inLine, moment, pairs, table } from './table.ts';

/** The list of `fieldgate log`. */
export function entriesInWords(entries: LogEntry[], more: boolean): string {
  if (entries.length === 0)
    return 'No entries. By default the last 31 days are looked at: --from goes further back.\n';
  const rows = entries.map((entry) => [
    moment(entry.time),
    entry.kind,
    inLine(member(entry.handler, 'agency')),
    inLine(entry.purpose),
    outcomeOf(entry),
    fieldsOf(entry.fields),
    entry.id,
  ]);
  const head = ['time (UTC)', 'kind', 'agency', 'purpose', 'outcome', 'fields', 'entry'];
  const rest = more ? '\nThere are more: --limit shows more of them, the filters fewer.\n' : '';
  return table(head, rows) + rest;
}

/** The list of `fieldgate usage`. */
export function usageInWords(entries: LogEntry[], more: boolean): string {
  if (entries.length === 0)
    return "Nobody used this department's fields in the last 31 days. --from goes further back.\n";
  const rows = entries.map((entry) => [
    moment(entry.time),
    inLine(entry.recipient),
    inLine(entry.purpose),
    inLine(entry.case),
    outcomeOf(entry),
    formsOf(entry.fields),
  ]);
  const rest = more ? '\nThere are more: --limit shows more of them, --from and --to fewer.\n' : '';
  return table(['time (UTC)', 'recipient', 'purpose', 'case', 'outcome', 'fields'], rows) + rest;
}

const LEFT_OUT = new Set([
  'canonical',
  'signature',
  'leafHash',
  'previous',
  'words',
  'fields',
  'withheld',
  'v',
]);

/** `fieldgate log entry`: what it says, then what proves it. */
export function entryInWords(entry: Record<string, Json>): string {
  const said = Object.entries(entry).filter(([name, value]) => !LEFT_OUT.has(name) && value !== null);
  const words = Object.entries(objectOf(entry.words));
  const proof = ['leafHash', 'previous', 'signature'].filter((name) => typeof entry[name] === 'string');
  const fields = Object.entries(objectOf(entry.fields)).flatMap(([owner, forms]) =>
    Object.entries(objectOf(forms)).map(([field, form]) => [field, owner, inLine(form)]),
  );
  const withheld = Object.entries(objectOf(entry.withheld)).map(([field, rule]) => [
    safe(field),
    inLine(rule),
  ]);
  return [
    pairs([...said, ...words].map(([name, value]) => [name, inLine(value)] as const)),
    fields.length > 0 ? `\n${table(['field', 'owner', 'form'], fields)}` : '',
    withheld.length > 0 ? `\n${table(['withheld', 'rule'], withheld)}` : '',
    `\n${pairs(proof.map((name) => [name, inLine(entry[name])] as const))}`,
    `\n${paint('gray', 'The canonical bytes that were hashed are in --json, as "canonical" (base64).', process.stdout)}\n`,
  ].join('');
}

function outcomeOf({ outcome, code }: LogEntry): string {
  const word = inLine(outcome ?? code);
  return outcome && code && outcome !== code ? `${word} (${inLine(code)})` : word;
}

/** How many fields of which owners: the list has no room for their names. */
function fieldsOf(fields: Json | undefined): string {
  const counts = Object.entries(objectOf(fields)).map(
    ([owner, forms]) => `${safe(owner)} ${Object.keys(objectOf(forms)).length}`,
  );
  return counts.join(', ') || '–';
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
