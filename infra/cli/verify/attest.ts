import { readFileSync, writeFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { type Checked, checkAttestation, proofIn, readKeys } from '../../../shared/attestation/check.ts';
import { AttestationInvalid, type Fault } from '../../../shared/attestation/invalid.ts';
import { ELIGIBLE, ELIGIBLE_ONCE, MEANINGS, UNCONFIRMED } from '../../../shared/attestation/meanings.ts';
import { checkPage } from '../../../shared/attestation/page.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print } from '../common.ts';
import { readAgency } from '../identity/agency-file.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { paint, pairs, safe } from '../terminal/table.ts';

interface AttestOptions {
  issuer?: string;
  programme?: string;
  keys?: string;
  statusList?: string;
  status: boolean;
}

/** `fieldgate attest` */
export function registerAttest(program: Command): void {
  const attest = program.command('attest').description('check proofs of eligibility');
  attest
    .command('page')
    .description('write the page that checks proofs of one gateway: one file for any browser')
    .option('--issuer <url>', 'the gateway; default: the one of --url or of the key file')
    .requiredOption('--out <file>', 'such as check.html')
    .runs<{ issuer?: string; out: string }>(page);
  attest
    .command('verify')
    .description('check a proof: its issuer, its content, its validity')
    .argument('<file>', 'the proof, or an answer that contains it; - reads standard input')
    .option(
      '--issuer <url>',
      'the gateway that must have issued it; default: the one of --url or of the key file',
    )
    .option('--programme <name>', 'the programme that it must be for')
    .option('--keys <file>', "the issuer's metadata from earlier, for a check without network")
    .option('--status-list <file>', 'the status list token from earlier')
    .option('--no-status', 'omit the check for a revocation')
    .runs<AttestOptions>((options, file) => run(file, options));
}

function page(options: GlobalOptions & { issuer?: string; out: string }): number {
  const issuer = issuerOf(options);
  if (!/^https?:\/\/[^?#]+[^/?#]$/.test(issuer) || !URL.canParse(issuer))
    throw new UsageError('The issuer must be an address such as https://gateway.example.');
  try {
    writeFileSync(options.out, checkPage(issuer).html);
  } catch (error) {
    throw new UsageError(`${options.out} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
  print(options, { issuer, file: options.out }, () => `${options.out} checks proofs of ${issuer}.\n`);
  return EXIT.ok;
}

function issuerOf(options: GlobalOptions & { issuer?: string }): string {
  return options.issuer ?? options.url ?? readAgency(options.as, options.agencyFile).issuer;
}

async function run(file: string, options: GlobalOptions & AttestOptions): Promise<number> {
  const proof = proofIn(await read(file));
  if (proof === null) throw new UsageError('The file contains no proof.');
  const issuer = issuerOf(options);
  try {
    const checked = await checkAttestation(proof, {
      issuer,
      now: Date.now(),
      ...defined({
        programme: options.programme,
        keys: options.keys === undefined ? undefined : readKeys(await read(options.keys), issuer),
      }),
      ...(options.status ? {} : { status: null }),
      ...defined({ status: options.statusList === undefined ? undefined : await read(options.statusList) }),
    });
    print(options, checked, () => inWords(checked));
    return checked.outcome === 'YES' ? EXIT.ok : EXIT.refused;
  } catch (error) {
    if (error instanceof AttestationInvalid) return refuse(error.fault, options);
    if (error instanceof TypeError)
      throw new UsageError(`The issuer ${safe(issuer)} gave no keys or no status.`);
    throw error;
  }
}

async function read(file: string): Promise<string> {
  try {
    return file === '-' ? await readAll(process.stdin) : readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function refuse(fault: Fault, options: GlobalOptions): number {
  print(options, { valid: false, fault }, () => {
    return `${paint('red', '✗', process.stdout)} Not valid: ${fault}. ${MEANINGS.get(fault)?.en ?? ''}\n`;
  });
  return EXIT.refused;
}

function inWords(checked: Checked): string {
  const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
  const yes = checked.outcome === 'YES';
  const mark = yes ? paint('green', '✓', process.stdout) : paint('yellow', '–', process.stdout);
  const eligible = checked.statusAt === null ? ELIGIBLE_ONCE : ELIGIBLE;
  return `${mark} ${yes ? eligible.en : UNCONFIRMED.en}\n${pairs([
    ['programme', safe(checked.programme)],
    ['issued by', checked.issuer],
    ['issued', instant(checked.issued)],
    ['valid until', instant(checked.expires)],
    ['recipient', safe(checked.recipient ?? 'not shown')],
    ['pseudonym', safe(checked.pseudonym ?? 'not shown')],
    ['not revoked', checked.statusAt === null ? 'not checked' : `as of ${instant(checked.statusAt)}`],
  ])}`;
}
