/** A command made from a route of the contract: its options are members of the request, its words those of the contract. */
import { Option } from 'commander';
import type { How } from '../../../shared/client/ask.ts';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Receipt } from '../../../shared/contract/common.ts';
import type { RouteContract } from '../../../shared/contract/routes/route.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print, withReceipt } from '../common.ts';
import { contract, small } from '../messages/labels.ts';
import { words as w } from '../messages/language.ts';
import { type PersonOptions, refOf, withNumber } from '../person.ts';
import { UsageError } from '../terminal/failures.ts';
import { put } from '../terminal/out.ts';
import { type PackWords, packWords } from '../terminal/pack-words.ts';
import { timeOf } from '../terminal/times.ts';
import { type Flags, membersFrom, withMembers } from './options.ts';
import { itemOf, membersOf, type Schema } from './schema.ts';
import { listInWords, type Say, thingInWords } from './show.ts';

export type Route = Pick<RouteContract, 'body' | 'query' | 'response'> & { line: string };
type Thing = Record<string, Json>;
type To = { gate: Fieldgate; options: GlobalOptions };

/** What the contract does not say of a command. */
export interface Own {
  /** What it does; default: the contract's summary. */
  what?: string;
  flags?: Flags;
  /** What commander calls arguments, if not by their names. Members of the request among them are arguments, too. */
  args?: Readonly<Record<string, string>>;
  columns?: readonly string[];
  /** Columns of lists within one thing, by member. */
  below?: Readonly<Record<string, readonly string[]>>;
  /** Members whose codes are words of the pack, and of which of its lists. */
  codes?: Readonly<Record<string, keyof PackWords>>;
  late?: true;
  /** What is said of the reference in the path, which may be left out: a number names the person, too. */
  person?: string;
  /** What the page is that the route answers in place of JSON: then `--html` and `--out` write it. */
  page?: string;
  /** Options without a value that ask another route about the same thing. */
  instead?: Readonly<Record<string, Route>>;
  /** Required members that `completes` may fill. */
  defaults?: readonly string[];
  /** Actions of the token, where they follow from what is asked. */
  actions?(ask: Thing): readonly string[];
  /** Done once it is connected, before the request is sent. */
  before?(gate: Fieldgate, ask: Thing, options: object): Promise<void>;
  /** How it is sent. */
  how?(options: object): How;
  /** What is thrown in place of a refusal. */
  refused?(error: unknown, gate: Fieldgate, ask: Thing): Promise<unknown>;
  /** What is said of an empty list. */
  none?: string;
  /** Completes or checks a request before it is sent. */
  completes?(ask: Thing, options: GlobalOptions & { officer?: string }): void;
  /** Goes on after the answer, and gives what is shown. */
  goesOn?(to: To, answer: Thing): Promise<Thing>;
  /** Said in place of pairs. */
  says?(thing: Thing): string;
  /** Said after the answer. */
  after?(thing: Thing): string;
  /** Said in place of an answer that waits for a second person. */
  pending?(answer: Thing, given: Readonly<Record<string, string>>): string;
  /** Exit code, if it follows from the answer. */
  exit?(thing: Thing): number | undefined;
}

/** Makes `command` ask this route. */
export function derive<C extends Command>(command: C, route: Route, own: Own = {}): C {
  const { line } = route;
  const { where, schema, ofPath } = partsOf(route);
  const { args = {}, late = false, defaults = [], instead = {} } = own;
  const ofBody = Object.keys(args).filter((name) => !ofPath.includes(name));
  const named = [...ofPath, ...ofBody];
  command.description(own.what ?? small(contract.summary(line)));
  for (const name of named) {
    const shown = args[name] ?? name;
    if (own.person && name === 'ref') withNumber(command.argument('[ref]', own.person));
    else
      command.argument(
        shown.startsWith('[') ? shown : `<${shown}>`,
        meaning(line, `${ofPath.includes(name) ? 'path' : where}.${name}`),
      );
  }
  const flags = { ...own.flags, ...Object.fromEntries(ofBody.map((name) => [name, null])) };
  for (const [flag, other] of Object.entries(instead)) {
    const rest = Object.keys(instead).filter((one) => one !== flag);
    command.addOption(new Option(`--${flag}`, small(contract.summary(other.line))).conflicts(rest));
  }
  withMembers(command, schema, { flags, late, defaults, help: helpOf(line, where) });
  if (own.page) command.option('--html <language>', own.page).option('--out <file>', w.pageFile);
  command.calls(async ({ gate, options }, ...given) => {
    const flag = Object.keys(instead).find((name) => (options as Thing)[name]);
    const asked = (flag && instead[flag]) || route;
    const { method, where, schema } = partsOf(asked);
    const typed = named.map((name, at) => [name, given[at]] as const);
    const values = Object.fromEntries(
      typed.flatMap(([name, word]) => (word === undefined ? [] : [[name, word]])),
    );
    if (own.person) values['ref'] = await refOf(gate, options as PersonOptions, values['ref']);
    const pick = (some: string[]) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => some.includes(name)));
    const [ids, ask] = [pick(ofPath), membersFrom(options, schema, { flags, defaults })];
    if (asked === route) Object.assign(ask, pick(ofBody));
    const { html: lang, out } = options as { html?: string; out?: string };
    if (own.page && lang !== undefined) {
      const text = gate.text as unknown as ReadPage;
      return put(out, await text(asked.line, { ...ids, query: { ...ask, lang } }, 'text/html'));
    }
    if (own.page && out !== undefined) throw new UsageError(w.outOfPage);
    own.completes?.(ask, options);
    await own.before?.(gate, ask, options);
    const actions = own.actions?.(ask);
    const call = (gate.call as unknown as Call).bind(null, asked.line);
    const how = { ...(actions && { actions }), ...own.how?.(options) };
    const answer = await every(
      (more) => call({ ...ids, [where]: { ...ask, ...more } }, how),
      method === 'GET',
    ).catch(async (error) => {
      throw (await own.refused?.(error, gate, ask)) ?? error;
    });
    const shown = (await own.goesOn?.({ gate, options }, answer)) ?? answer;
    await show({ gate, options }, asked, shown, own, values);
  });
  return command;
}

function partsOf({ line, body, query }: Route) {
  const [method = '', path = ''] = line.split(' ');
  const ofPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return { method, ofPath, schema: body ?? query, where: body ? ('body' as const) : ('query' as const) };
}

type ReadPage = (line: string, ask: object, accept: string) => Promise<string>;
type Call = (line: string, ask: object, how: object) => Promise<Thing>;

/** All pages of a list. */
async function every(read: (more: { cursor?: string }) => Promise<Thing>, isList: boolean): Promise<Thing> {
  const answer = await read({});
  let { cursor } = answer;
  while (isList && typeof cursor === 'string') {
    const page = await read({ cursor });
    for (const [name, value] of Object.entries(page))
      if (Array.isArray(value)) answer[name] = [...(answer[name] as Json[]), ...value];
    cursor = page['cursor'];
  }
  return answer;
}

/** Writes an answer: with `--json` the thing or the things, otherwise in words. */
export async function show(
  { gate, options }: To,
  route: Route,
  answer: Thing,
  own: Own = {},
  given: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { name, value } = thingOf(answer);
  const path = name === undefined ? 'answer' : `answer.${name}`;
  const whole = route.response as Schema | null;
  const schema = name === undefined ? whole : new Map(membersOf(whole)).get(name);
  const pack = own.codes && (await packWords(gate, options));
  const codes =
    pack && Object.fromEntries(Object.entries(own.codes ?? {}).map(([member, list]) => [member, pack[list]]));
  const { columns, below } = own;
  const say: Say = { line: route.line, words: contract, ...defined({ code: codes, columns, below }) };
  if (Array.isArray(value)) {
    const items = value as Thing[];
    return print(options, items, () =>
      items.length === 0
        ? (own.none ?? w.nothingListed)
        : listInWords(say, items, itemOf(schema ?? undefined), path) + (own.after?.(answer) ?? ''),
    );
  }
  const thing = value as Thing;
  const { receipt } = answer as { receipt?: Receipt };
  const code = own.exit?.(thing);
  if (code !== undefined) process.exitCode = code;
  print(options, name === undefined ? thing : withReceipt(thing, { ...(receipt && { receipt }) }), () =>
    thing['state'] === 'pending' && name === undefined
      ? (own.pending?.(thing, given) ?? w.requested(timeOf(String(thing['expiresAt'])), receipt?.entry ?? ''))
      : (own.says?.(thing) ?? thingInWords(say, thing, schema ?? undefined, path)) +
        (own.after?.(thing) ?? ''),
  );
}

/** The one thing or list that an answer holds; an answer of several members is the thing itself. */
function thingOf(answer: Thing): { name?: string; value: Json } {
  const names = Object.keys(answer).filter((name) => !['receipt', 'cursor'].includes(name));
  const [name = ''] = names;
  const value = answer[name];
  const isBox = names.length === 1 && typeof value === 'object' && value !== null;
  return isBox ? { name, value } : { value: answer };
}

/** One thing as its route answers it, or as it lists it under `member`, for a command of its own. */
export function inWords({ line, response }: Route, thing: object, member?: string): string {
  const [schema, path] =
    member === undefined
      ? [response as Schema | undefined, 'answer']
      : [itemOf(new Map(membersOf(response)).get(member)), `answer.${member}`];
  return thingInWords({ line, words: contract }, thing as Thing, schema, path);
}

/** A list of an answer, for a command of its own. @param member of the answer, or of what a list of it holds: `purposes.fields` */
export const listed = (
  { line, response }: Route,
  member: string,
  items: readonly object[],
  columns?: readonly string[],
): string =>
  listInWords(
    { line, words: contract, ...defined({ columns }) },
    items as readonly Thing[],
    member
      .split('.')
      .reduce<Schema | undefined>(
        (schema, name) => itemOf(new Map(membersOf(schema)).get(name)),
        response as Schema,
      ),
    `answer.${member}`,
  );

/** What a member of an answer is called. */
export const labelOf = ({ line }: Route, path: string): string =>
  small(contract.word(line, `answer.${path}`)[0]);

/** What the members of a request mean. */
export const helpOf = (line: string, where: 'body' | 'query') => (name: string) =>
  meaning(line, `${where}.${name}`);

/** Without the marks of code, which a terminal does not show. */
function meaning(line: string, path: string): string {
  const [label, description] = contract.word(line, path);
  return small((description || label).replaceAll('`', ''));
}
