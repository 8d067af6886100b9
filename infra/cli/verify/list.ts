import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ListState } from '../../../shared/client/submitted-lists.ts';
import type { ListResult } from '../../../shared/client/verify-list.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { count, type GlobalOptions, open, print, type RouteOptions } from '../common.ts';
import { type FieldWords, wordsOf } from '../data/field-words.ts';
import { readList } from '../lists/file.ts';
import { namingIn } from '../lists/headings.ts';
import {
  type Job,
  type ListOptions,
  openJob,
  type Places,
  placesOf,
  tellBudgets,
  withList,
  work,
} from '../lists/job.ts';
import { peopleIn } from '../lists/people.ts';
import { writeOut } from '../lists/result.ts';
import { readSubmitted } from '../lists/submitted.ts';
import { asRow, type ResultRow } from '../lists/table-out.ts';
import { texts, words as w } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { writeOut as writeFile } from '../terminal/out.ts';
import { mark, pairs } from '../terminal/table.ts';
import { lastDay, timeOf } from '../terminal/times.ts';
import { dutiesInWords } from '../terminal/words.ts';
import { collectRows, submitRows } from './submit.ts';

const { verifyList: t, job: j, people: p } = await texts('lists');

interface VerifyListOptions extends RouteOptions, ListOptions {
  programme: string;
  atOnce?: number;
  wait?: boolean;
  signed?: boolean;
  submit?: boolean;
  collect?: boolean;
}

type Kept = {
  outcome: 'YES' | 'NOT_CONFIRMED' | 'INVALID';
  words?: string;
  validUntil?: string;
  /** The log entry, for questions at the owner's desk. */
  entry?: string;
  duties?: string[];
  /** Name of the proof's file in the folder. */
  proof?: string;
};

const COLUMNS = ['outcome', 'code', 'words', 'valid_until', 'duties', 'entry', 'proof'] as const;

/** `fieldgate verify list <file>` */
export function registerVerifyList(verify: Command): void {
  withList(verify.command('list').description(t.what).argument('<file>', p.file))
    .option('--at-once <checks>', t.atOnce, count)
    .option('--wait', t.wait)
    .option('--submit', t.submit)
    .addOption(new Option('--collect', t.collect).conflicts('submit'))
    .addHelpText('after', t.help)
    .takes('programme', 'purpose', 'case', 'officer', 'reason', 'signed', 'out')
    .runs<VerifyListOptions>((options, file) => run(file, options));
}

async function run(file: string, options: GlobalOptions & VerifyListOptions): Promise<number> {
  const { programme, purpose, officer, reason, atOnce, wait = false, signed = false } = options;
  const list = await readList(file);
  const places = placesOf(file, options, 'verified', list.format);
  const { gate, clientId } = await open(options, purpose);
  const naming = await namingIn(list, gate, options.column);
  const people = peopleIn(list, naming, gate.matchKeys);
  if (people.length === 0) throw new UsageError(p.empty(file));
  const head = defined({ kind: 'verify', agency: clientId, programme, purpose }) as Record<string, Json>;
  const lines = people.map(({ row, subject }) => ({ row, content: subject as Json }));
  const job = openJob<Json, Kept>(places.folder, head, lines);
  const { journal, todo } = job;
  const reported = async () => {
    const words = await wordsOf(gate);
    const shape = { columns: COLUMNS, naming, rowOf: (kept: Kept | undefined) => rowOf(kept, words) };
    return countsOf(job, places, await writeOut(places, job, list, shape));
  };
  try {
    const proof = proofsIn(places.folder);
    const request = { programme, signed, ...defined({ purpose, case: options.case, officer, reason }) };
    const place = { gate, folder: places.folder, request };
    if (options.submit) {
      const all = new Map(job.rows.map(({ key, content }) => [key, content]));
      return told(options, await submitRows(place, todo, all));
    }
    if (options.collect) {
      const state = await collectRows(place, (key, result) => {
        journal.keep([[key, keptOf(result, key, proof)]]);
      });
      // Of a list that was collected before, the result is written again.
      if (state === null && todo.length > 0) throw new UsageError(t.notSubmitted);
      const report = await reported();
      print(
        options,
        { ...state, ...report },
        () => (state ? progressOf(state) : '') + inWords(report, places),
      );
      return state?.state === 'open' ? EXIT.waiting : report.invalid.length > 0 ? EXIT.refused : EXIT.ok;
    }
    // Its rows would be checked twice.
    if (readSubmitted(places.folder)) throw new UsageError(t.isSubmitted(places.folder));
    if (!(await mayGoOn(gate, todo.length, options))) return EXIT.waiting;
    const keys = new Map(todo.map(({ row, key }) => [row, key]));
    const ended = await work(w.people, job, ({ signal, kept, waits }) =>
      gate.verifyList({
        ...{ programme, wait, signed, signal },
        rows: todo.map(({ row, content }) => ({ row, subject: content as Subject })),
        keep(result) {
          const key = keys.get(result.row) ?? '';
          journal.keep([[key, keptOf(result, key, proof)]]);
          kept(1);
        },
        onWait: waits,
        ...defined({ purpose, atOnce, case: options.case, officer, reason }),
      }),
    );
    const report = await reported();
    print(options, report, () => inWords(report, places));
    return ended ?? (report.invalid.length > 0 ? EXIT.refused : EXIT.ok);
  } finally {
    journal.close();
  }
}

/** Says how far a submitted list is. @returns the exit code */
function told(options: GlobalOptions, state: ListState | null): number {
  if (state === null) return EXIT.ok;
  print(options, state, () => progressOf(state));
  return state.state === 'done' ? EXIT.ok : EXIT.waiting;
}

function progressOf({ state, rows, done, parts, code, until }: ListState): string {
  if (state === 'stopped') return t.stoppedBy(code ?? '');
  return state === 'done' ? '' : t.working(rows, Math.floor((100 * done) / parts), timeOf(until));
}

/** Every row is a check, and may be one that confirms nothing. */
async function mayGoOn(gate: Fieldgate, rows: number, options: VerifyListOptions): Promise<boolean> {
  if (rows === 0) return true;
  const { limits } = await gate.whoami();
  const left = (await gate.programmes(options.purpose)).find(({ name }) => name === options.programme)?.left;
  const budgets = left
    ? [
        { what: t.checks, left: left.day },
        { what: t.misses, left: left.misses },
      ]
    : [];
  const resetsAt = limits.misses?.resetsAt;
  return tellBudgets(rows, { budgets, resetsAt }, { yes: options.yes === true || options.wait === true });
}

function keptOf(result: ListResult, key: string, proof: (name: string, text: string) => string): Kept {
  if ('invalid' in result) {
    const words = result.invalid.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
    return { outcome: 'INVALID', words };
  }
  const { outcome, validUntil, receipt, attestation, obligations } = result.verification;
  const kept = { outcome, validUntil, entry: receipt.entry, duties: obligations };
  // An answer without a confirmation has no proof worth keeping.
  return outcome === 'YES' ? { ...kept, proof: proof(key, attestation) } : kept;
}

interface Report {
  asked: number;
  eligible: number;
  /** Rows of the list. */
  notConfirmed: number[];
  invalid: number[];
  open: number;
  repeated: number;
  result: string;
}

function countsOf(
  { rows, journal, repeated }: Job<Json, Kept>,
  { result }: Places,
  nobody: readonly number[],
): Report {
  const first = [...new Map(rows.toReversed().map(({ row, key }) => [key, row]))].map(
    ([key, row]) => [row, journal.answers.get(key)] as const,
  );
  const rowsWith = (outcome: Kept['outcome'] | undefined) =>
    first.flatMap(([row, kept]) => (kept?.outcome === outcome ? [row] : [])).sort((a, b) => a - b);
  const open = rowsWith(undefined).length;
  return {
    asked: first.length - open,
    eligible: rowsWith('YES').length,
    notConfirmed: rowsWith('NOT_CONFIRMED'),
    invalid: [...rowsWith('INVALID'), ...nobody].sort((a, b) => a - b),
    open,
    repeated,
    result,
  };
}

function rowOf(kept: Kept | undefined, { obligations }: FieldWords): ResultRow {
  if (kept === undefined) return asRow({ outcome: 'OPEN', words: t.open });
  const { outcome, validUntil = '', entry = '', proof = '', duties = [], words = '' } = kept;
  const code = outcome === 'INVALID' ? 'INVALID_REQUEST' : '';
  const own = outcome === 'NOT_CONFIRMED' ? t.notConfirmed : words;
  const cells = {
    outcome,
    code,
    words: own,
    valid_until: validUntil,
    duties: dutiesInWords(duties, obligations),
    entry,
    proof,
  };
  const row = asRow(cells);
  // A table is for a person, who reads the last day; the object is for a program.
  return { ...row, cells: { ...cells, valid_until: validUntil && lastDay(validUntil) } };
}

function inWords(report: Report, { folder }: Places): string {
  const { asked, eligible, notConfirmed, invalid, open, repeated, result } = report;
  const clean = invalid.length === 0 && open === 0;
  return t.checked(
    mark(clean ? 'good' : 'open'),
    asked,
    pairs([
      [t.eligible, eligible === 0 ? '0' : t.withProofs(eligible, folder)],
      [t.notConfirmedRows, notConfirmed.length === 0 ? '0' : j.rows(notConfirmed)],
      ...(invalid.length > 0 ? [[j.malformed, j.rows(invalid)] as const] : []),
      ...(open > 0 ? [[j.open, String(open)] as const] : []),
      ...(repeated > 0 ? [[j.repeated, j.once(repeated)] as const] : []),
      [j.result, result],
    ]),
  );
}

/** Puts proofs into the folder of a list. @returns the name of the proof's file in the folder */
function proofsIn(folder: string): (key: string, attestation: string) => string {
  mkdirSync(join(folder, 'proofs'), { recursive: true, mode: 0o700 });
  return (key, attestation) => {
    const name = join('proofs', `${key}.txt`);
    writeFile(join(folder, name), `${attestation}\n`);
    return name;
  };
}
