/** An answer of the gateway for people: pairs or a table, labelled by the contract, with times in the zone of the gateway. */
import type { Words } from '../../../shared/contract/words/words.ts';
import type { Json } from '../../../shared/json.ts';
import type { Text } from '../../../shared/language.ts';
import { small } from '../messages/labels.ts';
import { spoken, texts, words as w } from '../messages/language.ts';
import { nameOf } from '../terminal/names.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { deadline, lastDay, minute, timeOf, zoneHere } from '../terminal/times.ts';
import { outcomeWord, word } from '../terminal/words.ts';
import { choicesOf, itemOf, membersOf, type Schema } from './schema.ts';

const { values } = await texts('terminal');

type Thing = Readonly<Record<string, Json>>;

/** How the values of one answer are said. */
export interface Say {
  /** Method and path, as the words of the contract name it. */
  line: string;
  words: Words;
  /** The pack's word for a code of a member. */
  code?: Readonly<Record<string, (code: string) => string>>;
  /** The members of a list that are shown, in this order; a dot leads into one: `details.case`. */
  columns?: readonly string[];
  /** The same for lists within one thing, by member. */
  below?: Readonly<Record<string, readonly string[]>>;
}

const isThing = (value: Json | undefined): value is Thing =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const END = /^(until|due|expires)$|(By|Until|At)$/;
/** Codes that no schema closes. */
const CODES = new Set([
  'act',
  'actions',
  'state',
  'says',
  'why',
  'severity',
  'kind',
  'demands',
  'approval',
  'form',
  'forms',
]);
/** For programs: a proof, or how to go on. */
const UNSHOWN = new Set(['receipt', 'entry', 'cursor']);

const labelOf = ({ words, line }: Say, path: string) => small(words.word(line, path)[0]);

/** @param path where the list stands, such as `answer.cases` */
export function listInWords(
  say: Say,
  items: readonly Thing[],
  schema: Schema | undefined,
  path: string,
): string {
  const members = new Map(membersOf(schema));
  const isMap = items.some((item) => '' in item);
  const shown = [...members.keys()].filter((name) => !UNSHOWN.has(name));
  const names = say.columns ?? [...(isMap ? [''] : []), ...shown];
  const at = (item: Thing, name: string) =>
    name
      .split('.')
      .reduce<Json | undefined>((value, step) => (isThing(value) ? value[step] : undefined), item);
  const used = names.filter((name) => items.some((item) => at(item, name) !== undefined));
  const isTime = (name: string) => items.some((item) => INSTANT.test(String(at(item, name))));
  const head = used.map((name) => {
    const label = labelOf(say, name === '' ? path : `${path}.${name}`);
    return isTime(name) ? w.inZone(label, zoneHere()) : label;
  });
  // The key of a map is what the map is of; with words of its own it stays as it is.
  const own = path.split('.').at(-1) ?? '';
  const memberOf = (name: string, item: Thing) => (name === '' && !('label' in item) ? own : name);
  const cells = items.map((item) =>
    used.map((name) => valueInWords(say, at(item, name), memberOf(name, item), members.get(name), true)),
  );
  const widest = used.findIndex((name) =>
    items.some((item) => Array.isArray(at(item, name)) || isThing(at(item, name))),
  );
  return table(head, cells, widest < 0 ? {} : { wraps: widest });
}

/** The members of one thing; what lists things is a table below. */
export function thingInWords(say: Say, thing: Thing, schema: Schema | undefined, path: string): string {
  const members = new Map(membersOf(schema));
  const shown = Object.entries(thing).filter(
    ([name, value]) => !UNSHOWN.has(name) && value !== null && value !== false,
  );
  const below = shown.filter(([, value]) => rowsOf(value) !== null);
  const rows = shown
    .filter((one) => !below.includes(one))
    .map(
      ([name, value]) =>
        [labelOf(say, `${path}.${name}`), valueInWords(say, value, name, members.get(name))] as const,
    )
    .filter(([, value]) => value !== '');
  const tables = below.map(([name, value]) => {
    const { columns: _, below: inner, ...rest } = say;
    const columns = inner?.[name];
    const where = `${path}.${name}`;
    const text = listInWords(
      { ...rest, ...(columns && { columns }) },
      rowsOf(value) ?? [],
      itemOf(members.get(name)),
      where,
    );
    return Array.isArray(value) ? `\n${labelOf(say, where)}\n${text}` : `\n${text}`;
  });
  return pairs(rows) + tables.join('');
}

/** The things of a list, or of an object whose members are things with several members; `null` for any other value. */
function rowsOf(value: Json): Thing[] | null {
  const isRow = (one: Json): one is Thing =>
    isThing(one) && !('label' in one) && !('kid' in one) && !isText(one) && Object.keys(one).length > 1;
  if (Array.isArray(value)) return value.length > 0 && value.every(isRow) ? (value as Thing[]) : null;
  if (!isThing(value) || Object.keys(value).length === 0 || !Object.values(value).every(isRow)) return null;
  return Object.entries(value).map(([name, one]) => ({ '': name, ...(one as Thing) }));
}

/** On one line. */
export function valueInWords(
  say: Say,
  value: Json | undefined,
  name: string,
  schema?: Schema,
  inTable = false,
): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? values.yes : values.no;
  if (typeof value === 'number') return String(value);
  const pack = say.code?.[name];
  if (typeof value === 'string') {
    if (pack) return safe(pack(value));
    if (INSTANT.test(value))
      return END.test(name) ? (inTable ? lastDay : deadline)(value) : (inTable ? minute : timeOf)(value);
    if (name === 'outcome') return outcomeWord('', value);
    const said = choicesOf(schema) || CODES.has(name) ? word(value) : value;
    return said === value ? nameOf(name, value, inTable) : said;
  }
  const members = new Map(membersOf(schema));
  const within = (one: Json, as: string) =>
    valueInWords(say, one, as, members.get(as) ?? itemOf(schema), inTable);
  if (Array.isArray(value))
    return value.map((one) => valueInWords(say, one, name, itemOf(schema), inTable)).join(', ');
  // The id of an office and the code of a purpose are what commands take.
  const id = value['id'] ?? (name === 'purpose' ? value['code'] : undefined);
  if (isText(value['label']))
    return typeof id === 'string' ? nameOf(name, id, inTable) : spoken(value['label']);
  if (isText(value)) return spoken(value);
  if ('kid' in value)
    return [value['use'], value['kid'], value['until']]
      .filter(Boolean)
      .map((one) => within(one ?? '', 'until'))
      .join(' ');
  const isMap = members.size === 0;
  const keyed = (as: string) => nameOf(name, as, inTable);
  if (isMap && Object.values(value).every(isThing)) return Object.keys(value).map(keyed).join(', ');
  // Several times, numbers or parts say nothing without their names.
  const parts = Object.values(value);
  const alike = parts.every((one) => INSTANT.test(String(one)) || typeof one === 'number');
  const isNamed = alike || (!inTable && parts.length > 2 && !('kind' in value));
  const named = (as: string) => (isMap ? keyed(as) : isNamed ? labelOf(say, `answer.${name}.${as}`) : '');
  return Object.entries(value)
    .filter(([as]) => !UNSHOWN.has(as))
    .map(([as, one]) => `${named(as)} ${within(one, isMap ? 'form' : as)}`.trim())
    .filter((part) => part !== '')
    .join('kind' in value ? ' ' : ', ');
}

const isText = (value: Json | undefined): value is Text =>
  isThing(value) && 'en' in value && Object.values(value).every((one) => typeof one === 'string');
