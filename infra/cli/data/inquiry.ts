import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { DeskWords, Language } from '../../../shared/client/desk.ts';
import type { InquiryAnswer, InquiryRefused } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import { type PersonOptions, personOf, withPerson } from '../casework/consent.ts';
import { put } from '../casework/incident.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, whyFrom, withOfficer } from '../common.ts';
import { logAt } from '../log/where.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { paint, pairs, safe, table } from '../terminal/table.ts';
import type { Checked } from './inquiry-check.ts';

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
    .description('the data held about a person and its recipients, for the child or guardian at a desk')
    .requiredOption('--inquirer <who>', 'child or guardian, as verified by the desk')
    .requiredOption('--name <name>', 'of the document that the inquirer showed')
    .requiredOption('--number <number>', 'the resident ID number of that document')
    .option(
      '--second <word>',
      'of a second clerk (inquiry-second); without it restricted classes are left out',
    )
    .option('--seal-to <file>', "a public key (JWK) of the inquirer's device, which alone opens the answer")
    .option('--copy <file>', 'a copy for a machine: the answer as JSON, signed by the gateway (JWS)')
    .addOption(new Option('--html <language>', 'the answer as a page to print').choices(['en', 'zh']))
    .option('--out <file>', 'file for the page; default: standard output')
    .option('--check', 'read the complete log, and check that no entry about the person was omitted')
    .option(
      '--dir <folder>',
      'with --check: a mirror of the log; otherwise it comes from the gateway that answered',
    )
    .option('--key <vkey>', "with --check: the log's key, or a file with it, from a source that you trust")
    .runs<InquiryOptions>(run);
  withOfficer(withPerson(program.command('inquiry-second')))
    .description('the word of a second clerk that the inquirer stands at the desk; good for half an hour')
    .requiredOption('--inquirer <who>', 'child or guardian')
    .calls<PersonOptions & DeskWords & { inquirer: string }>(async ({ gate, options }) => {
      const request = { subject: personOf(options), inquirer: options.inquirer, ...whyFrom(options) };
      const made = await gate.secondInquiry(request);
      print(options, made, () => `${made.second}\n`);
    });
}

async function run(options: GlobalOptions & InquiryOptions): Promise<number> {
  if (options.check && options.html !== undefined) {
    throw new UsageError('--check needs the answer itself: omit --html.');
  }
  const { gate } = await open(options);
  const request = {
    ...{ subject: personOf(options), inquirer: options.inquirer, ...whyFrom(options) },
    identity: { name: options.name, number: options.number },
    ...(options.second !== undefined && { second: options.second }),
  };
  if (options.sealTo !== undefined) {
    const sealTo = publicKeyIn(options.sealTo);
    put(options.out, await gate.sealedInquiry({ ...request, sealTo }));
    return EXIT.ok;
  }
  if (options.copy !== undefined) {
    put(options.copy, await gate.inquiryCopy(request));
    return EXIT.ok;
  }
  if (options.html !== undefined) {
    put(options.out, await gate.inquiryPage(request, options.html));
    return EXIT.ok;
  }
  const answer = await gate.inquire(request);
  if ('refused' in answer) {
    print(options, answer, () => refusedInWords(answer));
    return EXIT.refused;
  }
  const checked = options.check ? await check(answer, options) : null;
  print(options, { ...answer, ...(checked && { checked }) }, () => inWords(answer, checked));
  return checked?.complete === false ? EXIT.refused : EXIT.ok;
}

/** The code that reads a log brings the SDK along: it is loaded only here. */
async function check(answer: InquiryAnswer, options: GlobalOptions & InquiryOptions): Promise<Checked> {
  const { checkProof } = await import('./inquiry-check.ts');
  return checkProof(answer, { ...logAt(options), ...defined({ key: options.key }) });
}

function publicKeyIn(path: string): { kty: 'EC'; crv: 'P-256'; x: string; y: string } {
  try {
    const { x, y } = JSON.parse(readFileSync(path, 'utf8')) as { x: string; y: string };
    return { kty: 'EC', crv: 'P-256', x, y };
  } catch {
    throw new UsageError(`There is no public key (JWK) in ${path}.`);
  }
}

function refusedInWords({ inquiry, receipt }: InquiryRefused): string {
  return `No answer can be given. The reasons are on file under ${inquiry} (log entry ${receipt.entry}).\n`;
}

function inWords(
  { held, uses, checks, labels, needsSecond = [] }: InquiryAnswer,
  checked: Checked | null,
): string {
  const fields = Object.entries(held).map(([name, { form, value, owner, asOf, disputed }]) => [
    name,
    safe(typeof value === 'string' ? value : JSON.stringify(value)),
    form + (disputed ? ', disputed' : ''),
    owner.code,
    asOf.slice(0, 10),
  ]);
  const received = uses.map(({ time, agency, purpose, fields: given }) => [
    time.slice(0, 16).replace('T', ' '),
    safe(agency.name),
    purpose.code,
    Object.keys(given)
      .map((field) => labels[field]?.label ?? field)
      .join(', '),
  ]);
  const parts = [
    table(['field', 'value', 'form', 'from', 'as of'], fields, { wraps: 1 }),
    table(['when (UTC)', 'who received', 'for', 'what'], received, { wraps: 3 }),
    ...(checks.length === 0
      ? []
      : [
          table(
            ['who checked', 'programme', 'answer', 'valid until'],
            checks.map(({ agency, programme, until, outcome, unconfirmed = [] }) => [
              safe(agency.name),
              programme,
              [outcome ?? '', ...unconfirmed.map(({ label }) => label)].join('; '),
              until.slice(0, 10),
            ]),
            { wraps: 0 },
          ),
        ]),
    ...(needsSecond.length === 0 ? [] : [`With a second clerk also: ${needsSecond.join(', ')}\n`]),
    ...(checked ? [checkedInWords(checked)] : []),
  ];
  return parts.join('\n');
}

function checkedInWords(checked: Checked): string {
  const { complete, at, size, listed, secret, absent, altered, gap, until, root } = checked;
  const bad: [string, string][] = [
    ...(absent.length > 0 ? ([['not in this log', absent.join(' ')]] as [string, string][]) : []),
    ...(altered.length > 0 ? ([['differs from the log', altered.join(' ')]] as [string, string][]) : []),
    ...(gap !== null ? ([['left out', `number ${gap}`]] as [string, string][]) : []),
  ];
  const lines = pairs([
    ['gateway', safe(at)],
    ['log', `${size} leaves, root ${root}`],
    ['listed', `1 to ${listed} about the person, ${secret} of them under secrecy`],
    ...bad,
  ]);
  const verdict = complete
    ? `${paint('green', '✓', process.stdout)} The log has no other entry about this person up to ${until}. Only a later answer can show later entries.\n`
    : `${paint('red', '✗', process.stdout)} The answer differs from the log.\n`;
  return lines + verdict;
}
