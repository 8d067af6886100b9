import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ReleaseRequest } from '../../../shared/client/release.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Fields, ReleaseAnswer, Subject } from '../../../shared/client/wire/types.ts';
import type { ReleaseResult } from '../../../shared/contract/release.ts';
import type { ApprovalRequest } from '../../../shared/contract/requests.ts';
import { defined } from '../../../shared/defined.ts';
import { requestInWords } from '../casework/request.ts';
import type { Command } from '../command.ts';
import {
  type GlobalOptions,
  list,
  open,
  type PeopleOptions,
  print,
  withPeople,
  withReasons,
} from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { day, inLine, paint, pairs, safe, table } from '../terminal/table.ts';

interface ReleaseOptions extends PeopleOptions {
  imminentDanger?: boolean;
  secondOfficer?: string;
  request?: string;
  match?: [string, string][];
  subjects?: string;
  compare?: [string, string][];
  collection: string;
  sealed?: boolean;
  signed?: boolean;
}

/** `fieldgate release` */
export function registerRelease(program: Command): void {
  const asking = program
    .command('release')
    .description('request the fields that a purpose allows about named people')
    .requiredOption('--purpose <code>', 'purpose, such as S1; whoami lists those open to the agency')
    .option('--case <number>', 'case of the request');
  withPeople(
    withReasons(asking)
      .option('--request <id>', 'collect the approved fields of this request')
      .option('--imminent-danger', 'attest an imminent danger to life or body')
      .option('--second-officer <file>', 'login file of a colleague who answers for the emergency, too'),
  )
    .option('--match <field=value>', 'person by another match key (may be repeated)', pair)
    .option('--subjects <file>', 'people as JSON, a list of {"ref"} or {"match"}; - reads standard input')
    .option(
      '--field <name>',
      'requested field (repeat, or separate by commas); default: all that is allowed',
      list,
    )
    .option(
      '--compare <field=value>',
      'compare with the stored value, if the purpose answers yes or no',
      pair,
    )
    .option('--collection <name>', 'collection to read', 'children')
    .option(
      '--signed',
      "sign the complete request with the agency's key; the log keeps the signature as evidence",
    )
    .option('--sealed', "request an answer encrypted to the agency's key")
    .addHelpText(
      'after',
      `
Command lines are visible to other users of the machine and stay in the shell's history: on a shared
machine identify people by --ref, or with --subjects from a file or standard input.

  fieldgate release --as edu-county --purpose S1 --case EDU-2026-00417 --officer zhang.wei \\
    --reason "winter subsidy, grade 5" --id-number 99000120130506001X --field name,school_name`,
    )
    .runs<ReleaseOptions>(run);
}

async function run(options: GlobalOptions & ReleaseOptions): Promise<number> {
  const subjects = await subjectsOf(options);
  const { purpose, officer, reason, field, collection } = options;
  const context = await contextOf(options);
  const { gate } = await open(options);
  const answer = await releaseOrFiled(gate, {
    purpose,
    collection,
    subjects,
    ...defined({
      case: options.case,
      officer,
      reason,
      fields: field,
      compare: options.compare === undefined ? undefined : Object.fromEntries(options.compare),
    }),
    ...(Object.keys(context).length === 0 ? {} : { context }),
    sealed: options.sealed ?? false,
    signed: options.signed ?? false,
  });
  if ('state' in answer) {
    print(options, { request: answer.id, ...answer }, () => waitsInWords(answer));
    return EXIT.ok;
  }
  print(options, answer, () => inWords(answer, subjects));
  return answer.results.some((result) => 'refused' in result) ? EXIT.refused : EXIT.ok;
}

/** A release that needs the owners' approval is not a failure. */
async function releaseOrFiled(
  gate: Fieldgate,
  request: ReleaseRequest,
): Promise<ReleaseAnswer | ApprovalRequest> {
  try {
    return await gate.release(request);
  } catch (error) {
    if (error instanceof FieldgateError && error.filed) return error.filed;
    throw error;
  }
}

function waitsInWords(filed: ApprovalRequest): string {
  const next = `Once it is approved: the same command with --request ${filed.id}\n`;
  return `Nothing was released: the owners have to approve it first.\n\n${requestInWords(filed)}\n${next}`;
}

async function contextOf(options: ReleaseOptions): Promise<Fields> {
  const { instrument, activity, basis, imminentDanger, request, secondOfficer: file } = options;
  const secondOfficer = file === undefined ? undefined : await tokenIn(file);
  return {
    ...defined({ instrument, activity, basis }),
    ...(imminentDanger ? { imminentDangerAttested: true } : {}),
    ...defined({ request, secondOfficer }),
  };
}

/** The access token of a file that `fieldgate login` wrote. */
async function tokenIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError('The login file of the second officer cannot be read.');
  });
  const { accessToken } = JSON.parse(text) as { accessToken?: unknown };
  if (typeof accessToken !== 'string') throw new UsageError('This is not a login file.');
  return accessToken;
}

async function subjectsOf(options: ReleaseOptions): Promise<Subject[]> {
  const matched = [
    ...(options.idNumber ?? []).map((value) => ['id_number', value] as const),
    ...(options.localId ?? []).map((value) => ['local_id', value] as const),
    ...(options.match ?? []),
  ];
  const subjects: Subject[] = [
    ...(options.ref ?? []).map((ref) => ({ ref })),
    ...matched.map(([field, value]) => ({ match: { [field]: value } })),
    ...(options.subjects === undefined ? [] : await readSubjects(options.subjects)),
  ];
  if (subjects.length > 0) return subjects;
  throw new UsageError('Name the people: --ref, --id-number, --local-id or --subjects <file>.');
}

async function readSubjects(path: string): Promise<Subject[]> {
  let value: unknown;
  try {
    value = JSON.parse(path === '-' ? await readAll(process.stdin) : await readFile(path, 'utf8'));
  } catch {
    throw new UsageError(`${path === '-' ? 'Standard input' : path} cannot be read as JSON.`);
  }
  if (!Array.isArray(value))
    throw new UsageError('--subjects needs a JSON list of {"ref": …} or {"match": {…}}.');
  return value as Subject[];
}

function pair(text: string, before: [string, string][] | undefined): [string, string][] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must have the form name=value.');
  return [...(before ?? []), [text.slice(0, at), text.slice(at + 1)]];
}

function inWords(answer: ReleaseAnswer, subjects: Subject[]): string {
  const head = pairs([
    ['release', answer.release],
    ['purpose', `${answer.purpose}, policy ${answer.policy.version}`],
    ...(answer.obligations.length > 0 ? [['obligations', answer.obligations.join(', ')] as const] : []),
  ]);
  return head + answer.results.map((result, at) => personInWords(result, at, subjects.length)).join('');
}

function personInWords(result: ReleaseResult, at: number, of: number): string {
  const number = of > 1 ? `${at + 1} of ${of}: ` : '';
  const receipt = paint('gray', `log entry ${result.receipt.entry}`, process.stdout);
  if ('refused' in result) {
    const mark = paint('red', '✗', process.stdout);
    return `\n${mark} ${number}${result.refused.code}. The owner department can explain it by the log entry.\n${receipt}\n`;
  }
  const held = Object.entries(result.fields).map(
    ([name, { form, value, level, predicate, owner, asOf, disputed }]) => [
      name,
      `${predicate ? `${predicate}: ` : ''}${inLine(value)}${disputed ? ' (disputed)' : ''}`,
      level ? `${form} (${level})` : form,
      owner ? `${owner}${asOf ? ` ${day(asOf)}` : ''}` : '',
    ],
  );
  const withheld = Object.entries(result.withheld ?? {}).map(([name, { code, rule, reason }]) => [
    safe(name),
    code,
    rule ?? '',
    reason ?? '',
  ]);
  const mark = paint('green', '✓', process.stdout);
  return [
    `\n${mark} ${number}${result.ref}\n${receipt}\n`,
    result.obligations ? `duties  ${result.obligations.join(', ')} (fieldgate task list)\n` : '',
    held.length > 0
      ? `\n${table(['field', 'value', 'form', 'from'], held, { wraps: 1 })}`
      : '\nNone of the requested fields is held.\n',
    withheld.length > 0 ? `\n${table(['withheld', 'code', 'rule', 'reason'], withheld)}` : '',
  ].join('');
}
