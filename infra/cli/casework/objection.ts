import { Option } from 'commander';
import type { ShownDocument } from '../../../shared/client/casework.ts';
import type { DeskWords, Language } from '../../../shared/client/desk.ts';
import type { Objection } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { all, open, print, whyFrom, withOfficer, withReceipt } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { type PackWords, packWords } from '../terminal/pack-words.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { deadline, lastDay, zoneHere } from '../terminal/times.ts';
import { word } from '../terminal/words.ts';
import { document } from './consent.ts';
import { put } from './incident.ts';
import { type PersonOptions, personOf, withPerson } from './person.ts';

const { objection: t } = await texts('desk');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** `fieldgate objection …` */
export function registerObjection(program: Command): void {
  const objection = program.command('objection').description(about.objection);
  withOfficer(withPerson(objection.command('file')))
    .description(t.file.what)
    .requiredOption('--field <name>', t.file.field)
    .requiredOption('--by <who>', t.file.by)
    .option('--right <right>', t.file.right)
    .option('--fault <word>', t.file.fault)
    .option('--document <kind=number>', t.file.document, document)
    .calls<PersonOptions & DeskWords & Filed>(async ({ gate, options }) => {
      const { field, by, right, fault, document: shown } = options;
      const filed = { subject: personOf(options), field, by, ...defined({ right, fault, document: shown }) };
      const answer = await gate.objections.file(filed, whyFrom(options));
      const pack = await packWords(gate, options);
      print(options, withReceipt(answer.objection, answer), () => inWords(answer.objection, pack));
    });
  objection
    .command('list')
    .description(t.list.what)
    .option('--closed', t.list.closed)
    .calls<{ closed?: boolean }>(async ({ gate, options }) => {
      const objections = await all(gate.objections.list(options.closed ? 'closed' : 'open'));
      const pack = await packWords(gate, options);
      print(options, objections, () => inLines(objections, pack));
    });
  objection
    .command('show')
    .description(t.show.what)
    .argument('<id>', t.fromFile)
    .addOption(new Option('--html <language>', t.show.html))
    .option('--out <file>', w.pageFile)
    .calls<{ html?: Language; out?: string }>(async ({ gate, options }, id) => {
      if (options.html !== undefined) {
        put(options.out, await gate.objections.page(id, options.html));
        return;
      }
      if (options.out !== undefined) throw new UsageError(w.outOfPage);
      const found = await gate.objections.read(id);
      const pack = await packWords(gate, options);
      print(options, found, () => inWords(found, pack));
    });
  withOfficer(objection.command('resolve'))
    .description(t.resolve.what)
    .argument('<id>', t.fromFile)
    .requiredOption('--outcome <word>', t.resolve.outcome)
    .runs<DeskWords & { outcome: string }>(async (options, id) => {
      const { outcome } = options;
      if (outcome !== 'upheld' && outcome !== 'rejected') throw new UsageError(t.resolve.badOutcome);
      const { gate } = await open(options);
      const answer = await gate.objections.resolve(id, outcome, whyFrom(options));
      const pack = await packWords(gate, options);
      print(options, withReceipt(answer.objection, answer), () => inWords(answer.objection, pack));
    });
}

interface Filed {
  field: string;
  by: string;
  right?: string;
  fault?: string;
  document?: ShownDocument;
}

function inWords(one: Objection, pack: PackWords): string {
  const {
    id,
    field,
    by,
    right,
    fault,
    department,
    state,
    due,
    until,
    toRepresentative,
    reason,
    answer,
    corrected,
  } = one;
  return pairs([
    [t.objection, id],
    [t.right, `${safe(pack.right(right))}${fault === undefined ? '' : `: ${safe(pack.fault(fault))}`}`],
    [w.field, safe(field)],
    [w.by, safe(pack.giver(by))],
    ...(until === undefined ? [] : ([[t.withheldUntil, deadline(until)]] as [string, string][])),
    ...(toRepresentative === undefined ? [] : ([[t.representative, t.conflict]] as [string, string][])),
    [t.answeredBy, t.answerBy(department, deadline(due))],
    [w.state, word(state)],
    ...(reason === undefined ? [] : ([[t.error, safe(reason)]] as [string, string][])),
    ...(answer === undefined ? [] : ([[t.answer, safe(answer)]] as [string, string][])),
    ...(corrected ? ([[t.toCorrect, corrected.join(', ') || w.nobody]] as [string, string][]) : []),
  ]);
}

function inLines(objections: readonly Objection[], pack: PackWords): string {
  if (objections.length === 0) return t.list.none;
  const rows = objections.map(({ id, right, field, by, department, state, due }) => [
    id,
    word(state),
    safe(pack.right(right)),
    safe(field),
    safe(pack.giver(by)),
    department,
    lastDay(due),
  ]);
  return table([w.id, w.state, t.right, w.field, w.by, t.answeredBy, w.untilIn(zoneHere())], rows, {
    wraps: 3,
  });
}
