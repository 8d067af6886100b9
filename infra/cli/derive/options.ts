/** Options of a command from the members of a request: `noticeVersion` of the contract is `--notice-version`. */
import { Option } from 'commander';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { endOf, instant, list, type NamedPeople, subjectsFrom, withPeople } from '../common.ts';
import { words as w } from '../messages/language.ts';
import { digestOf, document } from '../paper.ts';
import { matchOf, type PersonOptions, personOf, withPerson } from '../person.ts';
import { UsageError } from '../terminal/failures.ts';
import { bare, choicesOf, isRequired, membersOf, type Schema } from './schema.ts';

/** An option that stands for a word of a member: `--closed` for `closed`, and without it `open`. */
export type Switch = readonly [flag: string, given: Json, otherwise?: Json];

/** Options that are not called as their members are, by member; `null` for a member that has none. */
export type Flags = Readonly<Record<string, string | Switch | null>>;

/** Of the same name everywhere. Pages are turned by the command itself. */
const EVERYWHERE: Flags = {
  ...{ cursor: null, limit: null, lang: null },
  fields: '--field <name>',
  evidence: '--evidence <file>',
  document: '--document <kind=number>',
  documents: '--document <file>',
  instrument: '--instrument <number>',
  purpose: '--purpose <code>',
  agency: '--agency <client id>',
  officer: '--officer <name>',
  reason: '--reason <text>',
  case: '--case <number>',
  match: '--match <field=value>',
  mine: ['--mine', 'yes'],
};

const WHO: Readonly<Record<string, string>> = {
  officer: w.actingOfficer,
  reason: w.shortReason,
  case: w.caseOption,
};

/** How what is typed becomes what is sent, by member. */
const READS: Readonly<Record<string, (text: string, before: never) => unknown>> = {
  evidence: digestOf,
  document,
  match: matchOf,
  documents: (path: string, before: string[] = []) => [...before, digestOf(path)],
  ...{ from: instant, at: instant, knownAt: instant, dueFrom: instant },
  ...{ to: endOf, until: endOf, dueBefore: endOf },
};

/** What is typed after an option, if it is no text. */
const PLACES: Readonly<Record<string, string>> = {
  ...{ from: 'time', to: 'time', until: 'time', at: 'time', dueFrom: 'time', dueBefore: 'time' },
  ...{
    subject: 'id',
    about: 'id',
    writer: 'id',
    field: 'name',
    programme: 'name',
    since: 'number',
    newWithin: 'number',
    activity: 'number',
    basis: 'name',
    by: 'dimension',
  },
  ...{
    owner: 'department',
    department: 'department',
    code: 'code',
    rule: 'code',
    kind: 'kind',
    state: 'state',
  },
  ...{ order: 'word', officerBy: 'word', evidence: 'word', day: 'date' },
};

const dashed = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel = (flag: string) => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const flagOf = (name: string, flags: Flags) => {
  const own = name in flags ? flags[name] : EVERYWHERE[name];
  return own === undefined ? `--${dashed(name)} <${PLACES[name] ?? 'text'}>` : own;
};
const attributeOf = (flag: string) => camel(flag.replace(/^--/, '').replace(/ .*$/, ''));

/** How members are read from options. */
export interface Reading {
  flags: Flags;
  /** Required members that have a default. */
  defaults: readonly string[];
}

/**
 * Adds what the command has not yet.
 * @param help what a member means
 * @param late an omission is told when the command runs, as it must be where a command below takes none of these
 */
export function withMembers(
  command: Command,
  schema: unknown,
  { flags, help, late, defaults }: Reading & { help(name: string): string; late: boolean },
): void {
  for (const [name, member] of membersOf(schema)) {
    // The words of who asks, and why, which no command says apart.
    if (name === 'context')
      withMembers(command, member, { flags, late, defaults, help: (one) => help(`context.${one}`) });
    else if (name === 'subject' && bare(member)?.type !== 'string') withPerson(command);
    else if (name === 'subjects' && flags[name] !== null) withPeople(command);
    else
      addOption(command, name, member, {
        ...{ flag: flagOf(name, flags), what: WHO[name] ?? (isPaper(name, flags) ? w.paper : help(name)) },
        late: late || defaults.includes(name),
      });
  }
}

function addOption(
  command: Command,
  name: string,
  member: Schema,
  { flag, what, late }: { flag: string | Switch | null; what: string; late: boolean },
): void {
  if (flag === null) return;
  const option = new Option(typeof flag === 'string' ? flag : flag[0], what);
  if (command.options.some(({ long }) => long === option.long)) return;
  const choices = choicesOf(member);
  const type = bare(member)?.type;
  const read = READS[name] ?? (type === 'array' ? list : undefined);
  if (typeof flag === 'string' && choices) option.choices([...choices]);
  else if (typeof flag === 'string' && read) option.argParser(read as (text: string) => unknown);
  else if (typeof flag === 'string' && type === 'boolean')
    Object.assign(option, new Option(`--${dashed(name)}`, what));
  if (!late && isRequired(member) && !(name in WHO) && typeof flag === 'string') option.makeOptionMandatory();
  command.addOption(option);
}

/** Of a paper the gateway gets a digest, and the command a file. */
const isPaper = (name: string, flags: Flags) =>
  READS[name] !== undefined && String(flagOf(name, flags)).endsWith(' <file>');

/** What the options say, as members of the request. @throws UsageError if a required one is missing */
export function membersFrom(
  options: object,
  schema: unknown,
  { flags, defaults }: Reading,
): Record<string, Json> {
  const given = options as Record<string, Json | undefined>;
  const ask = membersOf(schema).map(([name, member]) => {
    if (name === 'context') {
      const said = membersFrom(options, member, { flags, defaults });
      return [name, Object.keys(said).length === 0 ? undefined : said];
    }
    if (name === 'subject' && bare(member)?.type !== 'string')
      return [name, personOf(options as PersonOptions)];
    const flag = flagOf(name, flags);
    if (flag === null) return [name, undefined];
    if (name === 'subjects') return [name, subjectsFrom(options as NamedPeople)];
    const value = given[attributeOf(typeof flag === 'string' ? flag : flag[0])];
    if (typeof flag !== 'string') return [name, value === undefined ? flag[2] : flag[1]];
    if (value === undefined && isRequired(member) && !defaults.includes(name))
      throw new UsageError(w.needsOption(flag));
    return [name, value];
  });
  return defined(Object.fromEntries(ask)) as Record<string, Json>;
}
