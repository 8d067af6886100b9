import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Programme } from '../../../shared/client/verify.ts';
import { FieldgateError, isNotGranted } from '../../../shared/client/wire/errors.ts';
import type { Verification } from '../../../shared/client/wire/types.ts';
import { verifyRoutes } from '../../../shared/contract/routes/verify.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, type RouteOptions } from '../common.ts';
import { derive, inWords as inWordsOf, listed } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { type PersonOptions, personOf, withPerson } from '../person.ts';
import { Guided, UsageError } from '../terminal/failures.ts';
import { writeOut } from '../terminal/out.ts';
import { mark, pairs } from '../terminal/table.ts';
import { registerVerifyList } from './list.ts';

const { verify: t } = await texts('verify');

interface VerifyOptions extends RouteOptions, PersonOptions {
  programme: string;
  code?: string;
  signed?: boolean;
  out?: string;
}

/** `fieldgate verify` */
export function registerVerify(program: Command): void {
  const verify = withPerson(program.command('verify'))
    .requiredOption('--programme <name>', t.programme)
    .option('--purpose <code>', w.routePurpose)
    .option('--case <number>', t.case)
    .option('--officer <name>', w.whoAsks)
    .option('--reason <text>', w.shortReason)
    .option('--code <code>', t.code)
    .option('--signed', w.signed)
    .option('--out <file>', t.out)
    .addHelpText('after', t.help)
    .runs<VerifyOptions>(run);
  registerVerifyList(verify);
}

async function run(options: GlobalOptions & VerifyOptions): Promise<void> {
  const { programme, purpose, officer, reason } = options;
  const subject = subjectOf(options);
  const { gate } = await open(options, purpose);
  const answer = await gate.verify({
    programme,
    subject,
    ...defined({ purpose, case: options.case, officer, reason }),
    signed: options.signed ?? false,
  });
  if (options.out !== undefined) writeOut(options.out, `${answer.attestation}\n`);
  print(options, answer, () => inWords(answer, options.out));
}

function subjectOf({ code, ...person }: VerifyOptions) {
  const isNamed = (person.ref ?? person.match ?? person.localId) !== undefined;
  if (isNamed === (code !== undefined)) throw new UsageError(t.nameOne);
  return code === undefined ? personOf(person) : { code };
}

/** The proof itself is kept in a file, or in `--json`. */
function inWords({ attestation, proof: _, receipts: __, ...answer }: Verification, out?: string): string {
  const yes = answer.outcome === 'YES';
  return t.answer(
    mark(yes ? 'good' : 'none'),
    yes ? t.eligible : t.notConfirmed,
    inWordsOf(verifyRoutes.verifyEligibility, answer) +
      pairs([
        [t.proof, out ?? t.keepIt(attestation.length)],
        [w.logEntry, answer.receipt.entry],
      ]) +
      (yes ? '' : t.manyCauses),
  );
}

/** `fieldgate programmes` */
export function registerProgrammes(program: Command): void {
  program
    .command('programmes')
    .option('--purpose <code>', w.purposeForVerifiers)
    .runs<{ purpose?: string }>(async (options) => {
      const { gate } = await open(options, options.purpose);
      const programmes = await gate.programmes(options.purpose).catch((error) => {
        if (isNotGranted(error)) return programmesIn(gate);
        throw error;
      });
      print(options, programmes, () => listInWords(programmes));
    });
}

/** An office that does not verify, such as a desk, reads them in the policy. */
async function programmesIn(gate: Fieldgate): Promise<Programme[]> {
  return ((await gate.policy()) as unknown as { programmes?: Programme[] }).programmes ?? [];
}

/** Those that the agency may check, with what is left today; all of them for an agency that checks none. */
function listInWords(programmes: readonly Programme[]): string {
  const own = programmes.filter(({ left }) => left !== undefined);
  const columns = ['name', 'label', 'purpose', 'areas', 'until', 'left', 'fields'];
  return listed(verifyRoutes.listProgrammes, 'programmes', own.length > 0 ? own : programmes, columns);
}

/** `fieldgate check-code` */
export function registerCheckCode(program: Command): void {
  derive(program.command('check-code'), verifyRoutes.makeCheckCode, {
    flags: { recipient: '--recipient <client id>' },
    after: ({ givers }) => ((givers as string[]).length === 1 ? t.checkCode.alone : ''),
    refused: async (error, gate, ask) => (isNoConsent(error) ? guided(gate, ask, error) : error),
  });
}

function isNoConsent(error: unknown): error is FieldgateError {
  return error instanceof FieldgateError && error.code === 'NO_CONSENT';
}

/** The refusal with the command that files the consent which the programme needs. */
async function guided(gate: Fieldgate, ask: Record<string, Json>, refusal: FieldgateError) {
  const { programme, recipient } = ask;
  const known = await programmesIn(gate).catch(() => []);
  const of = known.find(({ name }) => name === programme);
  return of
    ? new Guided(refusal, t.checkCode.take(of.purpose, String(recipient), of.fields.join(',')))
    : refusal;
}
