import { Option } from 'commander';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { RequestFiling } from '../../../shared/client/requests.ts';
import type { ApprovalRequest, RequestState } from '../../../shared/contract/requests.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import {
  type GlobalOptions,
  list,
  open,
  type PeopleOptions,
  print,
  subjectsFrom,
  whyFrom,
  withOfficer,
  withPeople,
  withReasons,
} from '../common.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { readSubjects } from '../verify/subjects-file.ts';
import { registerCollect } from './collect.ts';

const STATES = ['submitted', 'approved', 'refused', 'withdrawn', 'expired', 'collected'];

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
    withOfficer(request.command(act).description(`${what}, as their owner`))
      .argument('<id>', 'as shown by request list')
      .option(
        '--field <name>',
        'field (repeat, or separate by commas); default: all fields that this agency may answer',
        list,
      )
      .calls<Why & { field?: string[] }>(async ({ gate, options }, id) => {
        const answer = await gate.requests[act](id, options.field, whyFrom(options));
        print(options, answer, () => requestInWords(answer.request));
      });
  }
  const own = {
    withdraw: 'withdraw a request that this agency sent',
    dispute: 'dispute a refusal before the superior of the department that refused',
  };
  for (const act of ['withdraw', 'dispute'] as const) {
    withOfficer(request.command(act).description(own[act]))
      .argument('<id>', 'as shown by request list --sent')
      .calls<Why>(async ({ gate, options }, id) => {
        const answer = await gate.requests[act](id, whyFrom(options));
        print(options, answer, () => requestInWords(answer.request));
      });
  }
}

async function submit(options: GlobalOptions & PeopleOptions & { subjects?: string }): Promise<void> {
  const { purpose, officer, reason, instrument, activity, field } = options;
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
    ...defined({ instrument, activity, fields: field }),
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
    field.state === 'waiting' ? `answer by ${minute(field.answerBy)}` : '',
    field.state === 'approved' && field.until ? `collect by ${minute(field.until)}` : (field.by ?? ''),
  ]);
  return [
    pairs([
      ['request', one.id],
      ['state', one.state],
      ['purpose', one.purpose],
      ['from', `${one.agency}, ${safe(one.officer)}`],
      ['case', safe(one.case ?? '–')],
      ...(one.instrument === undefined ? [] : [['instrument', safe(one.instrument)] as const]),
      ['reason', safe(one.reason)],
      ['people', String(one.subjects)],
      ...(one.refs ? [['about', shortList(one.refs)] as const] : []),
      ...(one.pieces && one.pieces.length > 0 ? [['collected', positions(one.pieces)] as const] : []),
      ...(one.mine ? [['for your answer', one.mine.join(', ')] as const] : []),
    ]),
    '\n',
    table(['field', 'state', 'asked', '', ''], rows),
  ].join('');
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
