/** Shared by all commands: the options before or after the command's name, and the connection. */

import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { connect, type Fieldgate } from '../../shared/client/connect.ts';
import type { ConnectOptions } from '../../shared/client/wire/session.ts';
import type { DeskWords, Subject, Why } from '../../shared/client/wire/types.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import { defined } from '../../shared/defined.ts';
import { readAgency } from './identity/agency-file.ts';
import { currentToken, type Login, loginOf, presentLogin } from './identity/login-file.ts';
import { presentCertificate } from './identity/own-certificate.ts';
import { logInAgain } from './login/again.ts';
import { language, words as w } from './messages/language.ts';
import type { CertificateFiles } from './terminal/certificate.ts';
import { EXIT, UsageError } from './terminal/failures.ts';
import { readNamed } from './terminal/named-files.ts';
import { say, showNamesOf } from './terminal/names.ts';
import { paint } from './terminal/table.ts';
import { beginningOf, showTimesIn } from './terminal/times.ts';

/** Options that every command takes. */
export interface GlobalOptions extends CertificateFiles {
  as?: string;
  agencyFile?: string;
  url?: string;
  json?: boolean;
  /** As typed; the texts are in `language` whether or not it is given. */
  lang?: string;
  utc?: boolean;
}

export interface Connection {
  gate: Fieldgate;
  clientId: string;
}

/**
 * Connects as the agency that the options name, otherwise as the person who is logged in. A person of that agency who is
 * logged in acts through its token.
 * @throws UsageError, FieldgateError
 */
export async function open(
  options: GlobalOptions,
  purpose?: string,
  readers: Pick<ConnectOptions, 'logKey' | 'policy' | 'fresh' | 'releaseKey' | 'builds'> = {},
): Promise<Connection> {
  // The gateway would say that the token is malformed, in words of OAuth.
  for (const name of ['officer', 'reason', 'case'] as const)
    if ((options as DeskWords)[name]?.trim() === '') throw new UsageError(w.emptyMatch(`--${name}`));
  const asAgency = options.as !== undefined || options.agencyFile !== undefined;
  const login = asAgency ? null : presentLogin(options.url);
  if (login) {
    const { issuer, clientId } = login;
    presentCertificate(issuer, options);
    const gate = await connect({
      issuer,
      accessToken: () => currentToken(login),
      ...again(options, login),
      language,
      ...readers,
    });
    actsAs(options, clientId, login);
    return connected(gate, clientId, options);
  }
  const agency = readAgency(options.as, options.agencyFile);
  const issuer = options.url ?? agency.issuer;
  presentCertificate(issuer, options, agency);
  const actor = loginOf(agency.clientId, issuer, (options as { officer?: string }).officer);
  const gate = await connect({
    issuer,
    clientId: agency.clientId,
    key: agency.sig,
    ...(agency.enc ? { enc: agency.enc } : {}),
    ...(agency.hybrid ? { hybrid: agency.hybrid } : {}),
    ...(actor === null ? {} : { actorToken: () => currentToken(actor), ...again(options, actor) }),
    language,
    ...defined({ purpose }),
    ...readers,
  });
  actsAs(options, agency.clientId, actor);
  return connected(gate, agency.clientId, options);
}

/** The office of the last connection, and the person whose login it used. */
let acting: { office: string; person?: string } | undefined;

/** At a terminal it is said whose login is used; more than one may be kept here. `--json` has it next to `data`. */
function actsAs(options: GlobalOptions, office: string, login: Login | null): void {
  acting = { office, ...defined({ person: login?.person }) };
  if (!login || options.json || !process.stderr.isTTY) return;
  process.stderr.write(paint('gray', w.actsAs(login.person, login.clientId, login.issuer)));
}

/** Whether a person at a terminal can be asked. */
export const mayAsk = ({ json }: GlobalOptions) => !json && process.stdin.isTTY && process.stderr.isTTY;

/** In a terminal the person is asked to log in again for an act that demands it. A script gets the refusal. */
function again(options: GlobalOptions, login: Login): Pick<ConnectOptions, 'logInAgain'> {
  if (!mayAsk(options)) return {};
  let asked: Promise<boolean> | null = null;
  const forget = () => {
    asked = null;
  };
  // Calls of one command that run at once ask once. One that lasts longer than the login asks once more.
  const ask = () => logInAgain(login).finally(() => setTimeout(forget, 60_000).unref());
  return { logInAgain: () => (asked ??= ask()) };
}

/** Times are shown in the zone of the gateway that answers, and days that were typed begin and end in it. */
function connected(gate: Fieldgate, clientId: string, options: GlobalOptions): Connection {
  if (!options.utc) showTimesIn(gate);
  showNamesOf(gate);
  inZone(options);
  return { gate, clientId };
}

/** Days that were typed become instants of the zone in which times are shown. */
export function inZone(options: object): void {
  for (const [name, value] of Object.entries(options))
    if (value instanceof TypedDay) Object.assign(options, { [name]: value.here() });
}

/** A query as options give it: text, but for the size of a page. */
export type Typed<Query> = {
  [Name in keyof Query]: Name extends 'limit' ? Query[Name] : Exclude<Query[Name], number>;
};

/** Officer, case and reason, for acts with a responsible officer. */
export function withOfficer<C extends Command>(command: C): C {
  return command
    .option('--officer <name>', w.actingOfficer)
    .option('--reason <text>', w.shortReason)
    .option('--case <number>', w.caseOption);
}

/** Officer and reason, for acts that belong to no case. */
export function withWhy<C extends Command>(command: C): C {
  return command.option('--officer <name>', w.requestingOfficer).option('--reason <text>', w.shortReason);
}

export const whyOf = ({ officer, reason }: Why): Why => defined({ officer, reason });

export const whyFrom = ({ case: number, ...why }: DeskWords): DeskWords => ({
  ...whyOf(why),
  ...defined({ case: number }),
});

/** Of a request to a route with purposes of its own: without one it is the first that the route serves. */
export type RouteOptions = DeskWords & { purpose?: string };

/** Several people, each by one of their names. */
export interface NamedPeople {
  ref?: string[];
  match?: Record<string, string>[];
  localId?: string[];
}

/** The options that name people; each may be repeated. */
export function withPeople<C extends Command>(command: C): C {
  return command
    .option('--ref <reference>', w.manyByReference, list)
    .option('--local-id <key>', w.manyByLocalId, repeated)
    .option('--match <field=value>', w.manyByMatch, matches);
}

/** `field=value` of a matchable field of the pack. */
export function matchFrom(text: string): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(w.notMatch);
  const [field, value] = [text.slice(0, at), text.slice(at + 1)];
  if (value.trim() === '') throw new UsageError(w.emptyMatch(field));
  return { [field]: value };
}

/** For an option that may be repeated, each naming one person. */
const matches = (text: string, before: Record<string, string>[] = []) => [...before, matchFrom(text)];

/** The people that these options name. @throws UsageError if they name none */
export function subjectsFrom({ ref = [], localId = [], match = [] }: NamedPeople): Subject[] {
  const subjects: Subject[] = [
    ...ref.map((one) => ({ ref: one })),
    ...match.map((one) => ({ match: one })),
    ...localId.map((value) => ({ match: { local_id: value } })),
  ];
  if (subjects.length === 0) throw new UsageError(w.namePeople);
  return subjects;
}

/** The text of a file, with line ends of one form. @throws UsageError */
export const readText = (file: string): string => readNamed(file).replace(/\r\n/g, '\n').trim();

/** Every item of a list, page after page. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Members of the envelope next to `data`, about the whole answer. */
export interface Beside {
  /** A list goes on after its last item. */
  more?: boolean;
  /** Changes that are not in the list yet. */
  waiting?: readonly object[];
}

/**
 * Writes a result to standard output: with `--json` as the envelope `{"data": …}`, with who asked `by`, otherwise in words. An act that still
 * waits has an exit code of its own.
 *
 * @param data the thing itself, or an array of the things; a failure is `{"error": …}` on standard error
 */
export function print(options: GlobalOptions, data: object, words: () => string, beside: Beside = {}): void {
  if (waits(data)) process.exitCode = EXIT.waiting;
  if (options.json)
    process.stdout.write(`${JSON.stringify({ data, ...beside, ...defined({ by: acting }) }, null, 2)}\n`);
  else say(words);
  const answers = process.env[ANSWERS];
  if (answers !== undefined) writeFileSync(answers, JSON.stringify(data), { mode: 0o600 });
}

/** Names a file that gets the answer as JSON, whatever is shown: what plays a story reads ids from it. */
export const ANSWERS = 'FIELDGATE_ANSWERS';

/** What an act answers, as `data`: the thing, and the receipt of the act's entry if the gateway gave one. */
export function withReceipt<Thing extends object>(thing: Thing, { receipt }: { receipt?: Receipt }): Thing {
  return { ...thing, ...defined({ receipt }) };
}

/** The answer to an act that waits for a second person, or whose time has not come. */
function waits(data: object): boolean {
  const { state, expiresAt, dueAt } = data as Record<string, unknown>;
  return (state === 'pending' && expiresAt !== undefined) || (state === 'waiting' && dueAt !== undefined);
}

/** For an option that may be repeated, or given as a list separated by commas. */
export function list(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(',').map((part) => part.trim())].filter((part) => part !== '');
}

/** For an option that may be repeated and whose text may contain commas. */
export const repeated = (text: string, before: string[] = []): string[] => [...before, text];

/** For an option that is a whole number of at least 1. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError(w.badCount);
  return Number(text);
}

/** A day as it was typed. Until the gateway has told its zone, it is the day's beginning, or its end, in UTC. */
class TypedDay extends String {
  readonly #begins: string;
  constructor(day: string, which: 'first' | 'last') {
    const midnight = Date.parse(day) + (which === 'last' ? DAY : 0);
    super(new Date(midnight).toISOString());
    this.#begins = new Date(midnight).toISOString().slice(0, 10);
  }
  here(): string {
    return beginningOf(this.#begins);
  }
}

const DAY = 86_400_000;

/**
 * For an option that is a time: an instant, a day (its beginning in the zone of the gateway's pack, see `open`), or a
 * time ago (`30m`, `12h`, `7d`).
 * @returns an RFC 3339 instant in UTC.
 */
export function instant(text: string): string {
  return instantOf(text, 'first');
}

/** The same for an option that is an end: a day is the last one, so that the instant is the midnight after it. */
export function endOf(text: string): string {
  return instantOf(text, 'last');
}

function instantOf(text: string, which: 'first' | 'last'): string {
  const ago = /^(\d{1,5})([mhd])$/.exec(text);
  if (ago) return new Date(Date.now() - Number(ago[1]) * (UNITS.get(ago[2] ?? '') ?? 0)).toISOString();
  const date = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? new Date(text)
    : null;
  if (!date || Number.isNaN(date.getTime())) throw new InvalidArgumentError(w.badTime);
  return text.length === 10 ? (new TypedDay(text, which) as unknown as string) : date.toISOString();
}

/** `--from`, which without a value means a time ago; the help shows it as it would be typed. */
export function fromOption(what: string, ago: string): Option {
  return new Option('--from <time>', what).argParser(instant).default(instant(ago), ago);
}

const UNITS = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', DAY],
]);
