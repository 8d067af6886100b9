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
  all,
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
  withReceipt,
} from '../common.ts';
import { readSubjects } from '../lists/subjects-file.ts';
import { spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { deadline, minute, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { registerCollect } from './collect.ts';
import { digestOf } from './consent.ts';
import { type PersonOptions, refOf, withNumber } from './person.ts';

const { request: t } = await texts('casework');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

const STATES = ['submitted', 'material', 'approved', 'refused', 'withdrawn', 'expired', 'collected'];

/** `fieldgate request …`: fields that a purpose releases only with an approval. */
export function registerRequest(program: Command): void {
  const request = program.command('request').description(about.request);
  const submitting = request
    .command('submit')
    .description(t.submit.what)
    .requiredOption('--purpose <code>', t.submit.purpose)
    .option('--case <number>', t.submit.case);
  withPeople(withReasons(submitting))
    .option('--subjects <file>', w.manyPeople)
    .option('--field <name>', t.submit.field, list)
    .runs<PeopleOptions & { subjects?: string }>(submit);
  registerCollect(request);
  request
    .command('list')
    .description(t.list.what)
    .option('--sent', t.list.sent)
    .addOption(new Option('--state <state>', w.onlyState).choices(STATES))
    .calls<{ sent?: boolean; state?: RequestState }>(async ({ gate, options }) => {
      const box = options.sent ? 'sent' : 'received';
      const filters = { box, ...(options.state && { state: options.state }) } as const;
      const requests = await all(gate.requests.list(filters));
      print(
        options,
        requests,
        () => inLines(requests) + (requests.length === 0 && !options.sent ? t.orSent : ''),
      );
    });
  withOfficer(withNumber(request.command('show').description(t.show)))
    .argument('<id>', t.fromList)
    .calls<Why & PersonOptions>(async ({ gate, options }, id) => {
      const found = await gate.requests.view(id);
      if ((options.match ?? options.localId) === undefined)
        return print(options, found, () => requestInWords(found));
      // The request names people as this office's own references; the office knows them by their numbers.
      const person = (found.refs ?? []).indexOf(await refOf(gate, options)) + 1;
      const among = person === 0 ? null : person;
      print(options, { ...found, among }, () => requestInWords(found) + t.among(among));
    });
  for (const act of ['approve', 'refuse'] as const) {
    const what = act === 'approve' ? t.approve : t.refuse;
    const answering = withOfficer(request.command(act).description(t.asOwner(what)));
    if (act === 'refuse') answering.option('--why <code>', t.why);
    answering
      .argument('<id>', t.fromList)
      .option('--field <name>', t.field, list)
      .calls<Why & { field?: string[]; why?: string }>(async ({ gate, options }, id) => {
        const answer = await gate.requests[act](id, options.field, whyFrom(options), options.why);
        print(options, withReceipt(answer.request, answer), () => requestInWords(answer.request));
      });
  }
  withOfficer(request.command('ask-material').description(t.ask.what))
    .argument('<id>', t.fromList)
    .option('--missing <code>', t.ask.missing, list)
    .option('--field <name>', t.ask.field, list)
    .calls<Why & { missing?: string[]; field?: string[] }>(async ({ gate, options }, id) => {
      const { missing = [], field } = options;
      if (missing.length === 0) throw new UsageError(t.ask.noMissing);
      const answer = await gate.requests.askMaterial(id, missing, field, whyFrom(options));
      print(options, withReceipt(answer.request, answer), () => requestInWords(answer.request));
    });
  withOfficer(request.command('supply').description(t.supply.what))
    .argument('<id>', w.fromSent)
    .option('--statement <text>', t.supply.statement)
    .option('--document <file>', t.supply.document, repeated)
    .calls<Why & { statement?: string; document?: string[] }>(async ({ gate, options }, id) => {
      const { statement, document } = options;
      if (statement === undefined) throw new UsageError(t.supply.noStatement);
      const material = { statement, ...(document && { documents: document.map(digestOf) }) };
      const answer = await gate.requests.supply(id, material, whyFrom(options));
      print(options, withReceipt(answer.request, answer), () => requestInWords(answer.request));
    });
  const own = {
    withdraw: t.withdraw,
    dispute: t.dispute,
  };
  const said = {
    withdraw: '',
    dispute: t.disputed,
  };
  for (const act of ['withdraw', 'dispute'] as const) {
    withOfficer(request.command(act).description(own[act]))
      .argument('<id>', w.fromSent)
      .calls<Why>(async ({ gate, options }, id) => {
        const answer = await gate.requests[act](id, whyFrom(options));
        print(options, withReceipt(answer.request, answer), () => requestInWords(answer.request) + said[act]);
      });
  }
}

async function submit(options: GlobalOptions & PeopleOptions & { subjects?: string }): Promise<void> {
  const { purpose, officer, reason, instrument, activity, basis, field } = options;
  if (options.subjects !== undefined && (options.ref ?? options.match ?? options.localId) !== undefined)
    throw new UsageError(t.submit.oneWay);
  const { gate } = await open(options);
  const subjects =
    options.subjects === undefined
      ? subjectsFrom(options)
      : (await readSubjects(options.subjects, gate.matchKeys)).rows.map(({ subject }) => subject);
  const filing: RequestFiling = {
    purpose,
    subjects,
    ...whyFrom({
      ...defined({ officer, reason, case: options.case }),
    }),
    ...defined({ instrument, activity, basis, fields: field }),
  };
  const filed = await gate.requests.submit(filing);
  print(options, filed, () => requestInWords(filed));
}

export function requestInWords(one: ApprovalRequest): string {
  const rows = Object.entries(one.fields).map(([name, field]) => [
    name,
    word(field.state),
    field.of,
    limitOf(field),
    field.state === 'approved' && field.until ? t.collectBy(deadline(field.until)) : (field.by ?? ''),
  ]);
  const clocks = Object.entries(one.clocks).map(([party, until]) => t.clock(word(party), deadline(until)));
  const asked = Object.entries(one.fields).flatMap(([name, { material }]) =>
    material ? [[name, materialInWords(material)] as const] : [],
  );
  return [
    pairs([
      [t.request, one.id],
      [w.state, word(one.state)],
      [w.purpose, one.purpose],
      [t.from, `${one.agency}, ${safe(one.officer)}`],
      [w.case, safe(one.case ?? '–')],
      ...(one.instrument === undefined ? [] : [[w.instrument, safe(one.instrument)] as const]),
      [w.reason, safe(one.reason)],
      ...(clocks.length > 0 ? [[t.clocks, clocks.join(', ')] as const] : []),
      [w.people, String(one.subjects)],
      ...(one.refs ? [[w.about, shortList(one.refs)] as const] : []),
      ...(one.pieces && one.pieces.length > 0 ? [[t.collected, positions(one.pieces)] as const] : []),
      ...(one.mine ? [[t.forYou, one.mine.join(', ')] as const] : []),
    ]),
    '\n',
    table([w.field, w.state, t.asked, '', ''], rows),
    asked.length > 0 ? `\n${table([w.field, t.material], asked, { wraps: 1 })}` : '',
  ].join('');
}

function limitOf({ state, answerBy, late, material, why }: RequestedField): string {
  if (state === 'waiting') return t.answerBy(deadline(answerBy));
  if (state === 'material' && material) return t.supplyBy(deadline(material.supplyBy));
  if (state === 'refused' && why) return spoken(why.label);
  return late ? t.late(word(late)) : '';
}

function materialInWords({ missing, supplied }: AskedMaterial): string {
  const lacks = missing.map(({ label }) => spoken(label)).join('; ');
  if (!supplied) return t.missing(lacks);
  const papers = supplied.documents?.length ?? 0;
  return t.supplied(lacks, safe(supplied.statement), papers > 0 ? t.papers(papers) : '');
}

function shortList(refs: readonly string[]): string {
  const more = refs.length > 20 ? t.more(refs.length - 20) : '';
  return refs.slice(0, 20).join(', ') + more;
}

/** Positions of people in the request, counted from 1. */
function positions(pieces: readonly { from: number; count: number }[]): string {
  return pieces.map(({ from, count }) => t.range(from + 1, from + count)).join(', ');
}

function inLines(requests: readonly ApprovalRequest[]): string {
  if (requests.length === 0) return t.none;
  const rows = requests.map((one) => [
    one.id,
    word(one.state),
    one.purpose,
    one.agency,
    minute(one.at),
    Object.keys(one.fields).join(', '),
  ]);
  return table([w.id, w.state, w.for, t.from, t.sentIn(zoneHere()), w.fields], rows, { wraps: 5 });
}
