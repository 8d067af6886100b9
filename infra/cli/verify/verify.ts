import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import type { DeskWords } from '../../../shared/client/desk.ts';
import type { Verification } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import { type PersonOptions, personOf, withPerson } from '../casework/consent.ts';
import type { Command } from '../command.ts';
import { type AskOptions, type GlobalOptions, open, print, whyFrom, withOfficer } from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { paint, pairs, table } from '../terminal/table.ts';
import { registerVerifyList } from './list.ts';

interface VerifyOptions extends AskOptions {
  programme: string;
  idNumber?: string;
  ref?: string;
  code?: string;
  signed?: boolean;
  out?: string;
}

/** `fieldgate verify` */
export function registerVerify(program: Command): void {
  const verify = program
    .command('verify')
    .description('check whether a child is eligible for a programme, and get a proof')
    .requiredOption('--programme <name>', 'programme, such as spring-bud; fieldgate programmes lists them')
    .addOption(new Option('--purpose <code>', 'purpose of the token').default('C1'))
    .option('--case <number>', 'project or case of the request')
    .option('--officer <name>', 'who asks')
    .option('--reason <text>', 'reason, in a few words')
    .option('--id-number <number>', 'the child by resident ID number')
    .option('--ref <reference>', "the child by this agency's own reference")
    .option('--code <code>', 'the one-time code that a guardian got at the desk')
    .option(
      '--signed',
      "sign the complete request with the agency's key; the log keeps the signature as evidence",
    )
    .option('--out <file>', 'file for the proof; for a list, folder for all answers')
    .addHelpText(
      'after',
      `
NOT_CONFIRMED has no reason: not eligible, unknown, no consent, or not allowed to check.

  fieldgate verify --as charity-sunrise --programme spring-bud --case CHA-2026-001 --officer li.na \\
    --reason "school grant, spring term" --id-number 99000120130506001X --out proof.txt
  fieldgate attest verify proof.txt`,
    )
    .runs<VerifyOptions>(run);
  registerVerifyList(verify);
}

async function run(options: GlobalOptions & VerifyOptions): Promise<number> {
  const { programme, purpose, officer, reason } = options;
  const subject = subjectOf(options);
  const { gate } = await open(options, purpose);
  const answer = await gate.verify({
    programme,
    purpose,
    subject,
    ...defined({ case: options.case, officer, reason }),
    signed: options.signed ?? false,
  });
  if (options.out !== undefined) keep(options.out, answer.attestation);
  print(options, answer, () => inWords(answer, options.out));
  return answer.outcome === 'YES' ? EXIT.ok : EXIT.refused;
}

function subjectOf({ idNumber, ref, code }: VerifyOptions) {
  const named = [idNumber, ref, code].filter((name) => name !== undefined).length;
  if (named !== 1) throw new UsageError('Name the child: --id-number, --ref or --code.');
  if (code !== undefined) return { code };
  return ref === undefined ? { match: { id_number: idNumber as string } } : { ref };
}

function keep(file: string, attestation: string): void {
  try {
    writeFileSync(file, `${attestation}\n`, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function inWords(
  { outcome, programme, validUntil, receipt, attestation }: Verification,
  out?: string,
): string {
  const yes = outcome === 'YES';
  const mark = yes ? paint('green', '✓', process.stdout) : paint('yellow', '–', process.stdout);
  return `${mark} ${yes ? 'Eligible' : 'Not confirmed'}\n${pairs([
    ['programme', programme],
    ['valid until', validUntil],
    ['proof', out ?? `${attestation.length} characters; keep it with --out <file>`],
    ['log entry', receipt.entry],
  ])}`;
}

/** `fieldgate programmes` */
export function registerProgrammes(program: Command): void {
  program
    .command('programmes')
    .description('list the programmes that this agency may check')
    .option('--purpose <code>', 'a purpose of the agency; needed only by agencies that only verify', 'C1')
    .runs<{ purpose: string }>(async (options) => {
      const { gate } = await open(options, options.purpose);
      const { programmes = [] } = (await gate.policy()) as unknown as { programmes?: Programme[] };
      print(options, { programmes }, () =>
        table(
          ['programme', 'what', 'purpose', 'areas', 'until', 'a consent names'],
          programmes.map((one) => [
            one.name,
            one.label,
            one.purpose,
            one.areas.join(', '),
            one.until,
            one.fields.join(', '),
          ]),
          { wraps: 5 },
        ),
      );
    });
}

interface Programme {
  name: string;
  label: string;
  purpose: string;
  areas: string[];
  until: string;
  fields: string[];
}

interface CheckCodeOptions extends PersonOptions, DeskWords {
  programme: string;
  recipient: string;
}

/** `fieldgate check-code` */
export function registerCheckCode(program: Command): void {
  withOfficer(withPerson(program.command('check-code')))
    .description('make the one-time code with which a guardian lets a help platform check a child once')
    .requiredOption('--programme <name>', 'a programme that starts with a code, such as help-page-check')
    .requiredOption('--recipient <client id>', 'the platform that the guardian turns to')
    .runs<CheckCodeOptions>(async (options) => {
      const { programme, recipient } = options;
      const { gate } = await open(options);
      const subject = personOf(options);
      const made = await gate.checkCode({ programme, recipient, subject, ...whyFrom(options) });
      print(options, made, () => `${made.code}  valid once, for ${recipient}, until ${made.expires}\n`);
    });
}
