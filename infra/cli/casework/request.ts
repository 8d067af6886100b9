import { Option } from 'commander';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { RequestFiling } from '../../../shared/client/requests.ts';
import type {
  ApprovalRequest,
  AskedMaterial,
  RequestedField,
  RequestState,
} from '../../../shared/contract/requests.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import {
  type GlobalOptions,
  list,
  open,
  type PeopleOptions,
  print,
  repeated,
  subjectsFrom,
  whyFrom,
  withOfficer,
  withPeople,
  withReasons,
} from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { readSubjects } from '../verify/subjects-file.ts';
import { registerCollect } from './collect.ts';
import { digestOf } from './consent.ts';

const STATES = ['submitted', 'material', 'approved', 'refused', 'withdrawn', 'expired', 'collected'];

/** `fieldgate request …`: fields that a purpose releases only with an approval. */
export function registerRequest(program: Command): void {
  const request = program
    .command('request')
    .description('request fields that need an approval, and answer such requests');
  const submitting = request
    .command('submit')
    .description('file a request with the owners; a release that needs an approval files one by itself')
    .requiredOption('--purpose <code>', 'purpose, such as J1')
    .option('--case <number>', 'case that the request belongs to');
  withPeople(withReasons(submitting))
    .option('--subjects <file>', 'many people: a table (.csv), a JSON list, or one JSON object on each line')
    .option('--field <name>', 'requested field (repeat, or separate by commas)', list)
    .runs<PeopleOptions & { subjects?: string }>(submit);
  registerCollect(request);
  request
    .command('list')
    .description('show the requests that this agency may answer, newest first')
    .option('--sent', 'those that this agency sent')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .calls<{ sent?: boolean; state?: RequestState }>(async ({ gate, options }) => {
      const requests: ApprovalRequest[] = [];
      const box = options.sent ? 'sent' : 'received';
      const filters = { box, ...(options.state && { state: options.state }) } as const;
      for await (const one of gate.requests.list(filters)) requests.push(one);
      print(options, { requests }, () => inLines(requests));
    });
  request
    .command('show')
    .description('show one request')
    .argument('<id>', 'as shown by request list')
    .calls(async ({ gate, options }, id) => {
      const found = await gate.requests.view(id);
      print(options, found, () => requestInWords(found));
    });
  for (const act of ['approve', 'refuse'] as const) {
    const what = act === 'approve' ? 'approve fields of a request' : 'refuse fields, or revoke an approval';
    const answering = withOfficer(request.command(act).description(`${what}, as their owner`));
    if (act === 'refuse')
      answering.option('--why <code>', 'why nothing is shared: a code of the policy, if it asks for one');
    answering
      .argument('<id>', 'as shown by request list')
      .option(
        '--field <name>',
        'field (repeat, or separate by commas); default: all fields that this agency may answer',
        list,
      )
      .calls<Why & { field?: string[]; why?: string }>(async ({ gate, options }, id) => {
        const answer = await gate.requests[act](id, options.field, whyFrom(options), options.why);
        print(options, answer, () => requestInWords(answer.request));
      });
  }
  withOfficer(request.command('ask-material').description('say what is missing to decide, as an owner; once'))
    .argument('<id>', 'as shown by request list')
    .option('--missing <code>', 'what is missing (repeat, or separate by commas): a code of the policy', list)
    .option('--field <name>', 'field (repeat, or separate by commas); default: all that wait', list)
    .calls<Why & { missing?: string[]; field?: string[] }>(async ({ gate, options }, id) => {
      const { missing = [], field } = options;
      if (missing.length === 0) throw new UsageError('Say what is missing: --missing <code>.');
      const answer = await gate.requests.askMaterial(id, missing, field, whyFrom(options));
      print(options, answer, () => requestInWords(answer.request));
    });
  withOfficer(request.command('supply').description('supply what the owners lack to decide'))
    .argument('<id>', 'as shown by request list --sent')
    .option('--statement <text>', 'what was missing, in words')
    .option(
      '--document <file>',
      'document that the owner gets outside the gateway; only its SHA-256 is sent',
      repeated,
    )
    .calls<Why & { statement?: string; document?: string[] }>(async ({ gate, options }, id) => {
      const { statement, document } = options;
      if (statement === undefined) throw new UsageError('Say what you supply: --statement <text>.');
      const material = { statement, ...(document && { documents: document.map(digestOf) }) };
      const answer = await gate.requests.supply(id, material, whyFrom(options));
      print(options, answer, () => requestInWords(answer.request));
    });
  const own = {
    withdraw: 'withdraw a request that this agency sent',
    dispute: 'dispute a refusal before the superior of the department that refused',
  };
  const said = {
    withdraw: '',
    dispute:
      '\nThe superior has a task to decide on the dispute. The refusal stands until the owner answers again.\n',
  };
  for (const act of ['withdraw', 'dispute'] as const) {
    withOfficer(request.command(act).description(own[act]))
      .argument('<id>', 'as shown by request list --sent')
      .calls<Why>(async ({ gate, options }, id) => {
        const answer = await gate.requests[act](id, whyFrom(options));
        print(options, answer, () => requestInWords(answer.request) + said[act]);
      });
  }
}

async function submit(options: GlobalOptions & PeopleOptions & { subjects?: string }): Promise<void> {
  const { purpose, officer, reason, instrument, activity, basis, field } = options;
  const subjects =
    options.subjects === undefined
      ? subjectsFrom(options)
      : (await readSubjects(options.subjects)).rows.map(({ subject }) => subject);
  const filing: RequestFiling = {
    purpose,
    subjects,
    ...whyFrom({
      ...defined({ officer, reason, case: options.case }),
    }),
    ...defined({ instrument, activity, basis, fields: field }),
  };
  const { gate } = await open(options);
  const filed = await gate.requests.submit(filing);
  print(options, filed, () => requestInWords(filed));
}

export function requestInWords(one: ApprovalRequest): string {
  const rows = Object.entries(one.fields).map(([name, field]) => [
    name,
    field.state,
    field.of,
    limitOf(field),
    field.state === 'approved' && field.until ? `collect by ${minute(field.until)}` : (field.by ?? ''),
  ]);
  const clocks = Object.entries(one.clocks).map(([party, until]) => `${party} until ${minute(until)}`);
  const asked = Object.entries(one.fields).flatMap(([name, { material }]) =>
    material ? [[name, materialInWords(material)] as const] : [],
  );
  return [
    pairs([
      ['request', one.id],
      ['state', one.state],
      ['purpose', one.purpose],
      ['from', `${one.agency}, ${safe(one.officer)}`],
      ['case', safe(one.case ?? '–')],
      ...(one.instrument === undefined ? [] : [['instrument', safe(one.instrument)] as const]),
      ['reason', safe(one.reason)],
      ...(clocks.length > 0 ? [['clocks', clocks.join(', ')] as const] : []),
      ['people', String(one.subjects)],
      ...(one.refs ? [['about', shortList(one.refs)] as const] : []),
      ...(one.pieces && one.pieces.length > 0 ? [['collected', positions(one.pieces)] as const] : []),
      ...(one.mine ? [['for your answer', one.mine.join(', ')] as const] : []),
    ]),
    '\n',
    table(['field', 'state', 'asked', '', ''], rows),
    asked.length > 0 ? `\n${table(['field', 'material'], asked, { wraps: 1 })}` : '',
  ].join('');
}

function limitOf({ state, answerBy, late, material }: RequestedField): string {
  if (state === 'waiting') return `answer by ${minute(answerBy)}`;
  if (state === 'material' && material) return `supply by ${minute(material.supplyBy)}`;
  return late ? `the ${late} was late` : '';
}

function materialInWords({ missing, supplied }: AskedMaterial): string {
  const lacks = missing.map(({ label }) => label).join('; ');
  if (!supplied) return `missing: ${lacks}`;
  const papers = supplied.documents?.length ?? 0;
  return `missing: ${lacks}. Supplied: ${safe(supplied.statement)}${papers > 0 ? `, ${papers} documents` : ''}`;
}

function shortList(refs: readonly string[]): string {
  const more = refs.length > 20 ? `, and ${refs.length - 20} more (--json shows all)` : '';
  return refs.slice(0, 20).join(', ') + more;
}

/** Positions of people in the request, counted from 1. */
function positions(pieces: readonly { from: number; count: number }[]): string {
  return pieces.map(({ from, count }) => `${from + 1} to ${from + count}`).join(', ');
}

function inLines(requests: readonly ApprovalRequest[]): string {
  if (requests.length === 0) return 'No requests.\n';
  const rows = requests.map((one) => [
    one.id,
    one.state,
    one.purpose,
    one.agency,
    minute(one.at),
    Object.keys(one.fields).join(', '),
  ]);
  return table(['id', 'state', 'for', 'from', 'sent (UTC)', 'fields'], rows, { wraps: 5 });
}

const minute = (instant: string) => instant.slice(0, 16).replace('T', ' ');
