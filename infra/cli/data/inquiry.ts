import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { InquiryRequest } from '../../../shared/client/inquiries.ts';
import { joinInquiry } from '../../../shared/client/inquiry-parts.ts';
import type { DeskWords, Language } from '../../../shared/client/wire/types.ts';
import type { InquiryAnswer, InquiryRefused } from '../../../shared/contract/release.ts';
import { inquiryRoutes } from '../../../shared/contract/routes/inquiries.ts';
import { defined } from '../../../shared/defined.ts';
import { codeText } from '../../../shared/language.ts';
import { inWords as valueInWords } from '../../../shared/messages/value-words.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, whyFrom, withOfficer } from '../common.ts';
import { derive, listed } from '../derive/derive.ts';
import { logAt } from '../log/where.ts';
import { language, speakHere, spoken, texts, words as w } from '../messages/language.ts';
import { type PersonOptions, personOf, withPerson } from '../person.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { put } from '../terminal/out.ts';
import { mark, pairs, safe } from '../terminal/table.ts';
import { timeOf } from '../terminal/times.ts';
import type { Checked } from './inquiry-check.ts';

const { inquiry: t } = await texts('data');

interface InquiryOptions extends PersonOptions, DeskWords {
  inquirer: string;
  name: string;
  number: string;
  second?: string;
  sealTo?: string;
  copy?: string;
  html?: Language;
  out?: string;
  check?: boolean;
  dir?: string;
  key?: string;
}

/** `fieldgate inquiry` */
export function registerInquiry(program: Command): void {
  withOfficer(withPerson(program.command('inquiry')))
    .requiredOption('--inquirer <who>', t.inquirer)
    .requiredOption('--name <name>', t.name)
    .requiredOption('--number <number>', t.number)
    .option('--second <word>', t.second)
    .option('--seal-to <file>', t.sealTo)
    .option('--copy <file>', t.copy)
    .addOption(new Option('--html <language>', t.html))
    .option('--out <file>', w.pageFile)
    .option('--check', t.check)
    .option('--dir <folder>', t.dir)
    .option('--key <vkey>', t.key)
    .runs<InquiryOptions>(run);
  derive(program.command('inquiry-second'), inquiryRoutes.secondInquiry, {
    flags: { inquirer: '--inquirer <who>' },
    says: ({ second }) => `${second}\n`,
  });
}

async function run(options: GlobalOptions & InquiryOptions): Promise<number> {
  requireOneForm(options);
  const { gate } = await open(options);
  const request = {
    ...{ subject: personOf(options), inquirer: options.inquirer, ...whyFrom(options) },
    identity: { name: options.name, number: options.number },
    ...(options.second !== undefined && { second: options.second }),
  };
  const sealTo = options.sealTo === undefined ? undefined : publicKeyIn(options.sealTo);
  const { html, copy, out } = options;
  if (sealTo) return putParts(out, gate.sealedInquiryParts({ ...request, sealTo }));
  if (copy !== undefined) return putParts(copy, gate.inquiryCopies(request));
  if (html !== undefined) return putParts(out, gate.inquiryPages(request, html));
  await speakHere();
  const parts: InquiryAnswer[] = [];
  // What was answered has been released: it is shown even if a later part fails.
  const told = await resultOf(collect(gate.inquiryParts(request), parts));
  const [first, ...rest] = parts;
  if (!first) {
    if (!told || told instanceof Error) throw told ?? new Error('no part');
    print(options, told, () => refusedInWords(told));
    return EXIT.refused;
  }
  const answer = joinInquiry([first, ...rest]);
  const isWhole = answer.cursor === undefined;
  const checked = options.check && isWhole ? await check(answer, options) : null;
  print(options, { ...answer, ...(checked && { checked }) }, () => inWords(answer, checked));
  if (told instanceof Error) throw told;
  return isWhole && checked?.complete !== false ? EXIT.ok : EXIT.refused;
}

/** @returns a refused part, which is the last */
async function collect(
  given: AsyncIterable<InquiryAnswer | InquiryRefused>,
  parts: InquiryAnswer[],
): Promise<InquiryRefused | null> {
  for await (const part of given) {
    if ('refused' in part) return part;
    parts.push(part);
  }
  return null;
}

const resultOf = <Value>(work: Promise<Value>): Promise<Value | Error> =>
  work.catch((error) => (error instanceof Error ? error : new Error(String(error))));

/** The first part to the named file, each other one to a file next to it: `answer-2.html`. */
async function putParts(file: string | undefined, parts: AsyncIterable<string>): Promise<number> {
  let part = 0;
  for await (const text of parts) {
    part += 1;
    put(part === 1 ? file : file?.replace(/(\.\w+)?$/, `-${part}$1`), text);
  }
  return EXIT.ok;
}

/** An option that this form of the answer would drop is refused. */
function requireOneForm({ check: checks, html, copy, sealTo, out, dir, key }: InquiryOptions): void {
  const forms = [checks || undefined, html, copy, sealTo].filter((one) => one !== undefined);
  if (forms.length > 1) throw new UsageError(t.oneForm);
  if (out !== undefined && html === undefined && sealTo === undefined) throw new UsageError(t.outOf);
  if ((dir ?? key) !== undefined && !checks) throw new UsageError(t.ofCheck);
}

/** The code that reads a log brings the SDK along: it is loaded only here. */
async function check(answer: InquiryAnswer, options: GlobalOptions & InquiryOptions): Promise<Checked> {
  const { checkProof } = await import('./inquiry-check.ts');
  return checkProof(answer, { ...logAt(options), ...defined({ key: options.key }) });
}

function publicKeyIn(path: string): NonNullable<InquiryRequest['sealTo']> {
  try {
    const { kty, x, y, pub } = JSON.parse(readFileSync(path, 'utf8'));
    return kty === 'AKP' ? { kty, alg: 'X-Wing', pub } : { kty: 'EC', crv: 'P-256', x, y };
  } catch {
    throw new UsageError(t.noKey(path));
  }
}

function refusedInWords({ inquiry, receipt }: InquiryRefused): string {
  return t.refused(inquiry, receipt.entry);
}

function inWords(
  { held, uses, checks, labels, needsSecond = [], unavailable = [], cursor }: InquiryAnswer,
  checked: Checked | null,
): string {
  const fields = Object.entries(held).map(([name, { words = {}, ...one }]) => {
    const find = (part: string) => (Object.hasOwn(words, part) ? spoken(words[part] ?? {}) : part);
    const value = valueInWords(one.value, { lang: language, member: find, code: find });
    return { '': name, ...one, value };
  });
  const nameOf = (field: string) => spoken(labels[field]?.label ?? codeText(field));
  const received = uses.map((use) => ({
    ...{ ...use, agency: spoken(use.agency.label) },
    fields: Object.keys(use.fields).map(nameOf),
  }));
  const checkers = checks.map((one) => ({ ...one, agency: spoken(one.agency.label) }));
  const list = (member: string, items: readonly object[], columns: readonly string[]) =>
    items.length === 0 ? [] : [listed(inquiryRoutes.makeInquiry, member, items, columns)];
  const parts = [
    ...list('held', fields, ['label', 'value', 'form', 'disputed', 'owner', 'asOf', '']),
    ...list('uses', received, ['time', 'agency', 'purpose', 'fields']),
    ...list('checks', checkers, ['agency', 'programme', 'outcome', 'unconfirmed', 'until']),
    ...(unavailable.length === 0 ? [] : [t.unavailable(unavailable.map(nameOf).join(', '))]),
    ...(needsSecond.length === 0 ? [] : [t.withSecond(needsSecond.map(nameOf).join(', '))]),
    ...(checked ? [checkedInWords(checked)] : []),
    ...(cursor === undefined ? [] : [t.notAll]),
  ];
  return parts.join('\n');
}

function checkedInWords(checked: Checked): string {
  const { complete, at, size, listed, secret, absent, altered, gap, until, root } = checked;
  const bad: [string, string][] = [
    ...(absent.length > 0 ? ([[t.absent, absent.join(' ')]] as [string, string][]) : []),
    ...(altered.length > 0 ? ([[t.altered, altered.join(' ')]] as [string, string][]) : []),
    ...(gap !== null ? ([[t.leftOut, t.gap(gap)]] as [string, string][]) : []),
  ];
  const lines = pairs([
    [w.gateway, safe(at)],
    [t.log, t.leaves(size, root)],
    [t.listed, t.listedCount(listed, secret)],
    ...bad,
  ]);
  const verdict = complete
    ? t.complete(mark('good'), until === null ? '–' : timeOf(until))
    : t.differs(mark('bad'));
  return lines + verdict;
}
