/** Failures in words that state what to do, and exit codes for scripts. */
import { writeFileSync } from 'node:fs';
import { FieldgateError, type Obstacle, parseUrl } from '../../../shared/client/wire/errors.ts';
import type { Fork } from '../../../shared/witness/fork.ts';
import { language, texts } from '../messages/language.ts';
import { translated } from '../messages/translated.ts';
import { proxyFor, takeProxy } from './proxy.ts';
import { paint, safe } from './table.ts';

const { failures: t } = await texts('terminal');
const { hints, mistakes, oauth, ownCodes } = await texts('problems');

/** Exit codes; `fieldgate help` lists them. */
export const EXIT = {
  ok: 0,
  /** The gateway refused or failed, for the whole request or for some records or people. */
  refused: 1,
  /** The command was used wrongly: an option, a file, a key. */
  usage: 2,
  /** The gateway cannot be reached. */
  unreachable: 3,
  /** Not done yet: it waits for an approval, a second person, its time, or a new day of a budget. */
  waiting: 4,
  /**
   * A release was sent and its answer was lost, so it may have been carried out. Check the log before
   * repeating it.
   */
  lost: 5,
} as const;

/** A mistake in the use of the command. */
export class UsageError extends Error {}

/** A refusal whose way on only its command can state. */
export class Guided extends Error {
  readonly refusal: FieldgateError;
  readonly way: string;

  constructor(refusal: FieldgateError, way: string) {
    super(refusal.message, { cause: refusal });
    this.refusal = refusal;
    this.way = way;
  }
}

/** Writes the failure to standard error and returns the exit code. With `json` it is one JSON object. */
export function report(thrown: unknown, json: boolean): number {
  const [error, way] = thrown instanceof Guided ? [thrown.refusal, thrown.way] : [thrown, undefined];
  if (error instanceof FieldgateError) {
    if (error.fork) keepFork(error.fork);
    process.stderr.write(json ? `${JSON.stringify({ error: asJson(error) })}\n` : inWords(error, way));
    if (error.code === 'UNREACHABLE') return EXIT.unreachable;
    return error.code === 'ANSWER_LOST' ? EXIT.lost : EXIT.refused;
  }
  const mistake = mistakeIn(error);
  const [code, message] = mistake === null ? ['FAILED', t.unexpected] : ['USAGE', mistake];
  process.stderr.write(
    json ? `${JSON.stringify({ error: { code, message } })}\n` : `${paint('red', '✗')} ${message}\n`,
  );
  if (mistake === null && process.env['FIELDGATE_DEBUG']) console.error(error);
  return mistake === null ? EXIT.refused : EXIT.usage;
}

/** Two histories of the log are kept at once: nothing else proves what was shown here. */
function keepFork(fork: Fork): void {
  const path = `fork-${Date.now()}.json`;
  writeFileSync(path, `${JSON.stringify(fork)}\n`, { mode: 0o600 });
  process.stderr.write(`${paint('red', '✗')} ${t.fork(path)}\n`);
}

/** What the client library says of a wrong use, in the language of the command. */
export const mistake = (message: string): string => translated(message, mistakes);

/** What the caller can mend: an option, or a file that this user cannot use. `null` for a fault of the program. */
function mistakeIn(error: unknown): string | null {
  if (error instanceof UsageError) return error.message;
  if (error instanceof TypeError) return mistake(error.message);
  const { syscall, path, code } = (error ?? {}) as NodeJS.ErrnoException;
  return syscall && path && code ? t.file(path, code) : null;
}

/** What the token endpoint said; `actor` if it does not take the person's login. */
export const refusalOf = ({ oauth: code, message }: FieldgateError) =>
  code === 'invalid_request' && message.includes('actor token') ? 'actor' : code;

/** What happened, and what to do about it. */
export function wordsOf(error: FieldgateError): { what: string; hint: string | undefined } {
  const known = refusalOf(error);
  const refusal = oauth[known as keyof typeof oauth] as { what: string; hint: string } | undefined;
  const hint = refusal?.hint ?? whyOf(error) ?? hints[error.code as keyof typeof hints];
  return { what: refusal?.what ?? whatIn(error), hint };
}

function inWords(error: FieldgateError, way: string | undefined): string {
  const code = error.rule ? t.rule(error.code, error.rule) : error.code;
  const { what, hint: usual } = wordsOf(error);
  const lines = [
    `${paint('red', '✗')} ${safe(what)} ${paint('gray', `(${error.code === 'TOKEN_REFUSED' ? (error.oauth ?? code) : code})`)}`,
  ];
  if (error.reason && error.reason !== what) lines.push(`  ${safe(mistake(error.reason))}`);
  for (const { path, message } of error.errors.slice(0, 10))
    lines.push(`  ${safe(path || '/')}: ${safe(message)}`);
  if (error.acknowledged) lines.push(`  ${t.acknowledged(error.acknowledged)}`);
  if (error.retryAfter !== undefined) lines.push(`  ${t.retry(...parted(error.retryAfter))}`);
  const hint = way ?? usual;
  if (error.code === 'UNREACHABLE' && takeProxy(process.env)) lines.push(`  ${t.noProxy}`);
  if (hint) lines.push(`  ${hint}`);
  if (error.requestId) lines.push(paint('gray', `  ${t.request(safe(error.requestId))}`));
  return `${lines.join('\n')}\n`;
}

/** Hours, minutes and seconds; from a minute on none of the seconds is lost, since an earlier try fails. */
function parted(seconds: number): [number, number, number] {
  const minutes = seconds < 60 ? 0 : Math.ceil(seconds / 60);
  return [Math.floor(minutes / 60), minutes % 60, seconds];
}

/** What the other end of the way showed. */
const OF_TLS: ReadonlySet<Obstacle | undefined> = new Set<Obstacle>([
  'UNKNOWN_AUTHORITY',
  'NOT_VALID_NOW',
  'OTHER_HOST',
  'NO_TLS',
]);

/** What lies behind a failure without an answer, and what to do about it. */
function whyOf({ code, obstacle, address }: FieldgateError): string | undefined {
  if (code !== 'UNREACHABLE') return undefined;
  // What is said of the way is then said of the way to the proxy.
  const url = address === undefined ? null : parseUrl(address);
  if (url && proxyFor(url, process.env) && !OF_TLS.has(obstacle)) return t.noWayByProxy;
  if (obstacle === undefined) return undefined;
  const isUsual = { REFUSED: /\/\/(127\.|localhost|\[::1\])/, ENDED: /^http:/ }[obstacle as string];
  return isUsual?.test(address ?? '') ? undefined : t.obstacles[obstacle];
}

/** The gateway's own words are in the language that the command asked for; those of the client are not. */
function whatIn({ code, message, status, address, why }: FieldgateError): string {
  if (address) return t.unreachable(address, why);
  const own = Object.hasOwn(ownCodes, code) ? ownCodes[code as keyof typeof ownCodes] : null;
  return language === 'en' || (status !== null && own === null) ? message : (own ?? message);
}

export function asJson(error: FieldgateError): Record<string, unknown> {
  const { code, message, status, rule, reason, oauth, requestId, retryAfter, acknowledged } = error;
  const { address, obstacle, why } = error;
  const errors = error.errors.length > 0 ? error.errors : undefined;
  const said = { code, message, status, rule, reason, oauth, requestId, retryAfter, acknowledged };
  return { ...said, address, obstacle, why, errors };
}
