/** What lies between this machine and a gateway, one step after the other, each with what to do. */

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect as connectTls, type DetailedPeerCertificate } from 'node:tls';
import { type Answer, errorOf, FieldgateError, unreachable } from '../../../shared/client/wire/errors.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { type AgencyFile, readAgency } from '../identity/agency-file.ts';
import { logins, readLogin } from '../identity/login-file.ts';
import { presentCertificate } from '../identity/own-certificate.ts';
import { texts } from '../messages/language.ts';
import { EXIT, refusalOf, UsageError, wordsOf } from '../terminal/failures.ts';
import { proxyFor } from '../terminal/proxy.ts';
import { mark, safe, table } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';

const { doctor: t } = await texts('login');

interface Check {
  name: keyof typeof t.names;
  state: 'good' | 'open' | 'bad';
  /** What was seen. */
  seen: string;
  /** What to do. */
  todo?: string;
}

/** `fieldgate doctor` */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .alias('status')
    .runs(async (options) => {
      const checks = await examine(options);
      print(options, checks, () => inWords(checks));
      return checks.some(({ state }) => state === 'bad') ? EXIT.refused : EXIT.ok;
    });
}

const inWords = (checks: readonly Check[]) =>
  table(
    ['', t.step, t.seen, t.todo],
    checks.map(({ name, state, seen, todo = '' }) => [mark(state), t.names[name], safe(seen), todo]),
  );

async function examine(options: GlobalOptions): Promise<Check[]> {
  const [key, login] = [keyFile(options), loginHere(options)];
  const address = options.url ?? key.agency?.issuer ?? login.issuer;
  const before = [key.check, login.check];
  if (address === undefined || !URL.canParse(address))
    return [...before, { name: 'address', state: 'bad', seen: address ?? '–', todo: t.noAddress }];
  const url = new URL(address);
  const proxy = proxyFor(url, process.env);
  const way: Check[] = [
    ...before,
    { name: 'address', state: 'good', seen: url.href },
    { name: 'proxy', state: proxy ? 'open' : 'good', seen: proxy ? originOf(proxy) : t.none },
  ];
  // Behind a proxy neither the name nor the certificate is what this machine would find by itself.
  if (!proxy) way.push(await nameOf(url));
  if (!proxy && url.protocol === 'https:' && isSound(way)) way.push(await chainOf(url));
  if (!isSound(way)) return way;
  const answer = await answered(url, () => presentCertificate(address, options, key.agency));
  if ('check' in answer) return [...way, answer.check];
  const may = await rights(options);
  const rest = [ready(answer), clock(answer), may.check];
  // A login that the gateway does not take is none, and its time is shown as the gateway shows times.
  const own = loginHere(options, may.person).check;
  return [...way.map((one) => (one.name === 'login' ? own : one)), ...rest];
}

const isSound = (way: readonly Check[]) => way.at(-1)?.state !== 'bad';

const originOf = (text: string) => (URL.canParse(text) ? new URL(text).origin : t.none);

function keyFile({ as, agencyFile }: GlobalOptions): { check: Check; agency?: AgencyFile } {
  if (as === undefined && agencyFile === undefined)
    return { check: { name: 'key', state: 'open', seen: t.none, todo: t.noKey } };
  try {
    const agency = readAgency(as, agencyFile);
    const seen = `${agency.clientId}, ${agency.path}`;
    return { check: { name: 'key', state: 'good', seen }, agency };
  } catch (error) {
    return { check: { name: 'key', state: 'bad', seen: t.none, todo: inShort(error) } };
  }
}

/** @param taken the person by the gateway's word; `null` if it refuses the login, nothing if it was not asked */
function loginHere({ as }: GlobalOptions, taken?: string | null): { check: Check; issuer?: string } {
  try {
    const login = logins().find(({ clientId }) => clientId === as) ?? readLogin();
    if (login === null) return { check: { name: 'login', state: 'open', seen: t.none, todo: t.noLogin } };
    const { person, clientId, expires, issuer } = login;
    const isOver = Date.now() >= expires || taken === null;
    const state = isOver ? 'bad' : taken === undefined ? 'open' : 'good';
    const said = t.until(person, clientId, timeOf(expires));
    const seen = taken === undefined ? `${said}, ${t.notAsked}` : said;
    return { check: { name: 'login', state, seen, ...(state === 'bad' && { todo: t.noLogin }) }, issuer };
  } catch (error) {
    return { check: { name: 'login', state: 'bad', seen: t.none, todo: inShort(error) } };
  }
}

async function nameOf({ href, hostname }: URL): Promise<Check> {
  try {
    const { address } = await lookup(hostname.replace(/^\[|\]$/g, ''));
    return { name: 'host', state: 'good', seen: address };
  } catch (error) {
    return failed('host', unreachable(href, error));
  }
}

/** The certificate that the gateway shows, and whether this machine trusts it. */
function chainOf({ href, hostname, port }: URL): Promise<Check> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const at = { host, port: Number(port || 443), rejectUnauthorized: false, timeout: 10_000 };
    // An address is no name that a server could be asked for.
    const socket = connectTls({ ...at, ...(isIP(host) === 0 && { servername: host }) }, () => {
      const { issuer, valid_to } = socket.getPeerCertificate(true) as DetailedPeerCertificate;
      const fault = socket.authorizationError as unknown as (Error & { code?: string }) | string | null;
      socket.destroy();
      const seen = t.certificate(String(issuer?.CN ?? issuer?.O ?? '–'), timeOf(Date.parse(valid_to)));
      if (!fault) return resolve({ name: 'tls', state: 'good', seen });
      const cause = fault instanceof Error ? fault : Object.assign(new Error(), { code: fault });
      resolve({ ...failed('tls', unreachable(href, cause)), seen });
    });
    const ends = (cause?: unknown) => {
      socket.destroy();
      const check = failed('tls', unreachable(href, cause ?? new DOMException('', 'TimeoutError')));
      // It may demand a client certificate, which the next step presents.
      resolve(/ALERT|^ECONNRESET$/.test(check.seen) ? { ...check, state: 'open' } : check);
    };
    socket.once('timeout', () => ends()).once('error', ends);
  });
}

async function answered(url: URL, present: () => void): Promise<Answer | { check: Check }> {
  try {
    present();
    const response = await fetch(new URL('readyz', url), { signal: AbortSignal.timeout(10_000) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const isUsage = error instanceof UsageError;
    return { check: failed('gateway', isUsage ? error : unreachable(url.href, error)) };
  }
}

function ready(answer: Answer): Check {
  if (answer.status === 200) return { name: 'gateway', state: 'good', seen: t.ready };
  return failed('gateway', errorOf(answer));
}

/** The gateway takes proofs of some seconds ahead or behind; the client corrects more, as far as it knows. */
function clock({ headers }: Answer): Check {
  const seconds = Math.round((Date.parse(headers.get('date') ?? '') - Date.now()) / 1000);
  if (Number.isNaN(seconds)) return { name: 'clock', state: 'open', seen: '–' };
  const off = Math.abs(seconds) > 5;
  return {
    name: 'clock',
    state: off ? 'bad' : 'good',
    seen: t.ahead(seconds),
    ...(off && { todo: t.setClock }),
  };
}

/** What an office can do under a purpose alone. */
const OF_PURPOSE: readonly string[] = ['release', 'verify'];

async function rights(options: GlobalOptions): Promise<{ check: Check; person?: string | null }> {
  try {
    const { gate, clientId } = await open(options);
    const { person, actions } = await gate.whoami();
    const { purposes } = await gate.catalogue();
    const codes = purposes.map(({ code }) => code).join(' ');
    const seen = t.may(clientId, actions.map(word).join(', ') || '–', codes || '–');
    const isIdle = codes === '' && actions.every((action) => OF_PURPOSE.includes(action));
    const check: Check = {
      name: 'rights',
      state: isIdle ? 'open' : 'good',
      seen,
      ...(isIdle && { todo: t.noPurpose }),
    };
    return { check, ...defined({ person: person?.name }) };
  } catch (error) {
    const isLogin = error instanceof FieldgateError && refusalOf(error) === 'actor';
    return { check: failed('rights', error), ...(isLogin && { person: null }) };
  }
}

function failed(name: Check['name'], error: unknown): Check {
  const code = error instanceof FieldgateError ? (error.why ?? error.oauth ?? error.code) : '–';
  return { name, state: 'bad', seen: code, todo: inShort(error) };
}

function inShort(error: unknown): string {
  if (error instanceof FieldgateError) {
    const { what, hint } = wordsOf(error);
    return error.code === 'UNREACHABLE' && hint ? hint : hint ? t.both(what, hint) : what;
  }
  return error instanceof UsageError || error instanceof TypeError ? error.message : t.unknown;
}
